import { type Html, html } from '../base/html.ts';
import type { IncidentTrial } from '../desk/incident-trial.ts';
import { counted } from '../desk/views/words.ts';
import { type DraftState, formsHead } from './config-forms-page.ts';
import { errorSummary, type FieldErrors } from './form-errors.ts';
import { formKeys } from './parts.ts';
import type { Reader, Site } from './site.ts';

/** A list of rules of the configuration. */
export interface RuleList {
  /** Its section. */
  readonly name: string;
  readonly title: string;
  readonly says: string;
  readonly one: string;
  readonly items: readonly string[];
}

export interface ConfigRulesView {
  readonly lists: readonly RuleList[];
  readonly draft: DraftState;
  readonly errors: FieldErrors;
}

const HERE = '/configuration/rules';

/** The rules that the configuration has; those that people make are on the page of rules. */
export function configRulesBody(site: Site, reader: Reader, view: ConfigRulesView): Html {
  const { lists, draft, errors } = view;
  return html`<div class="stack">${errorSummary(errors)}
${formsHead(site, reader, { title: 'Rules', at: HERE, draft })}
${lists.map((list) => listCard(site, reader, list, draft))}
<p class="quiet">Rules that raise, lower or hide alarms, and those that read what sources send, are
not in the file: <a href="${site.prefix}/rules">Rules</a>.</p></div>`;
}

function listCard(site: Site, reader: Reader, list: RuleList, draft: DraftState): Html {
  const { name, title, says, one, items } = list;
  const form = `${site.prefix}${HERE}/form?list=${name}`;
  return html`<section class="card stack" aria-labelledby="${name}"><h2 id="${name}">${title}</h2>
<p class="quiet">${says}</p><ol class="plain-list">${items.map((words, at) => {
    const press = (act: string, sign: string, label: string): Html => html`<button name="do"
value="${act}" aria-label="${label}">${sign}</button>`;
    const called = words || `${one} ${at + 1}`;
    return html`<li class="card-head"><b>${called}</b><span class="room"></span><a class="button"
href="${form}&amp;at=${at}" aria-label="Change ${called}">Change</a><form method="post"
action="${site.prefix}${HERE}/move" class="verbs">${formKeys(reader)}<input type="hidden"
name="from" value="${draft.mark}"><input type="hidden" name="list" value="${name}"><input
type="hidden" name="at" value="${at}">${at > 0 && press('up', '↑', `Move ${called} up`)}${
      at + 1 < items.length && press('down', '↓', `Move ${called} down`)
    }${press('remove', 'Remove', `Remove ${called}`)}</form></li>`;
  })}</ol><p><a class="button" href="${form}&amp;at=${items.length}">Add ${one}</a></p></section>`;
}

/** `3 incidents would have been opened, with 12 of 345 alarms in them.` */
export function trialText({ alarms, incidents }: IncidentTrial): string {
  const gathered = incidents.reduce((sum, one) => sum + one.members.length, 0);
  return (
    `All the rules together would have opened ${counted(incidents.length, 'incident')}, with ` +
    `${gathered} of ${counted(alarms, 'alarm')} in them.`
  );
}

const INCIDENTS_SHOWN_MAX = 10;

export const trialBox = (trial: IncidentTrial): Html => html`
<section class="card preview" aria-labelledby="trial"><h2 id="trial">Tried on the alarms the desk
has</h2><p role="status"><b>${trialText(trial)}</b></p><ul>${trial.incidents
  .slice(0, INCIDENTS_SHOWN_MAX)
  .map(
    ({ title, members, rule }) =>
      html`<li>${title}: ${counted(members.length, 'alarm')}, by ${rule?.name}</li>`,
  )}</ul><p class="quiet small">Each is raised and cleared as it was, on a desk of its own. Nothing
is changed.</p></section>`;
