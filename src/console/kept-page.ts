import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import { chip, timeTag } from './parts.ts';
import type { Reader, Site } from './site.ts';

export interface KeptView {
  readonly forms: readonly {
    readonly id: string;
    readonly action: string;
    readonly summary: string;
    readonly fields: readonly (readonly [name: string, value: string])[];
    readonly labels: Readonly<Record<string, string>>;
    readonly secrets: readonly string[];
    readonly hidden: readonly string[];
    readonly lost: readonly string[];
    readonly until: Instant;
  }[];
  /** Forms of somebody else on this browser: only who wrote them sees them. */
  readonly others: readonly { readonly name: string; readonly until: Instant }[];
  readonly minutes: number;
  readonly now: Instant;
}

type Form = KeptView['forms'][number];

/** Values of one name that are shown; of more only how many. */
const VALUES_SHOWN_MAX = 10;
/** Fields that the desk put there itself. */
const OWN = new Set(['once', 'back']);

/** What was typed when the session had ended: sent or discarded, and only by a press. */
export function keptBody(site: Site, reader: Reader, view: KeptView): Html {
  const { forms, others, minutes, now } = view;
  const some = forms.length > 0;
  return html`<div class="stack"><h1>${some ? 'Your text is kept' : 'Nothing of yours is kept'}</h1>
<p class="quiet">${
    some
      ? 'Your session was over when you sent this, so nothing was done yet. Send it, or discard it.'
      : `What is sent after a session ended is kept for ${minutes} minutes, on this browser.`
  }</p>
${forms.map((form) => keptForm(site, reader, form, now))}
${others.map(
  ({ name, until }) => html`<p class="card">A form of ${name} is kept on this browser, and forgotten
${timeTag(until, 'left', now)}. Only ${name} can see and send it: sign in as ${name}.</p>`,
)}
<p><a href="${site.prefix}/">To the alarms</a></p></div>`;
}

const hidden = (name: string, value: string): Html =>
  html`<input type="hidden" name="${name}" value="${value}">`;

function keptForm(site: Site, reader: Reader, form: Form, now: Instant): Html {
  const { id, action, summary, fields, labels, hidden: masked, lost, until } = form;
  const called = (name: string): string => labelOf(name, labels);
  const named = (names: readonly string[]): string => names.map(called).join(', ');
  return html`<section class="card stack"><h2>${summary.replace(/\.$/, '')}</h2>
<p>${chip(action)} <span class="quiet">forgotten ${timeTag(until, 'left', now)}</span></p>
${typedIn(fields, called)}
${
  masked.length > 0 &&
  html`<p>${named(masked)}: secrets in it are not kept. Where it says <code>&lt;secret&gt;</code>,
what is in force stays, as if you had not typed one.</p>`
}
${lost.length > 0 ? lostText(named(lost)) : sendForm(form, reader, called)}
<form method="post" action="${site.prefix}/kept/discard">${hidden('csrf', reader.csrf)}
${hidden('id', id)}<button>Discard it</button></form></section>`;
}

const lostText = (names: string): Html => html`<p>${names}: not kept, because
what is secret in it could not be told apart. Your browser may still have it: go back to where you
typed it.</p>`;

function sendForm(
  { action, id, fields, secrets }: Form,
  reader: Reader,
  called: (name: string) => string,
): Html {
  return html`<form method="post" action="${action}" class="form">${hidden('csrf', reader.csrf)}
${hidden('kept-form', id)}${fields.map(([name, value]) => hidden(name, value))}
${secrets.length > 0 && html`<p>Secrets are not kept: type them anew.</p>`}
${secrets.map(
  (name) => html`${hidden('secret-field', name)}<label class="field">${called(name)} <input
type="password" name="${name}" autocomplete="off" required></label>`,
)}
<div class="verbs"><button class="main">Send it now</button></div></form>`;
}

/** Fields that many forms have, and call the same. */
const COMMON: Readonly<Record<string, string>> = {
  ...{ note: 'Note', reason: 'Why', why: 'Why', text: 'Text', name: 'Name', until: 'Until' },
  ...{ do: 'Pressed', does: 'Pressed', verb: 'Pressed', matchers: 'Matchers', days: 'Days' },
  ...{ for: 'For', on: 'Chosen', alarm: 'Alarm', team: 'Team', owner: 'Who', comment: 'Comment' },
};

/** As the form says it; else `v-auth_password`, of a configuration's form, as `Auth password`. */
function labelOf(name: string, labels: Form['labels']): string {
  for (const known of [labels, COMMON]) if (Object.hasOwn(known, name)) return known[name] ?? name;
  const words = name
    .replace(/^v-/, '')
    .replace(/[._:-]+/g, ' ')
    .replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
    .trim();
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1);
}

function typedIn(fields: Form['fields'], called: (name: string) => string): Html {
  const shown = fields.filter(([name, value]) => !OWN.has(name) && value !== '');
  if (shown.length === 0) return html`<p class="quiet">Nothing but the press of a button.</p>`;
  const byName = Map.groupBy(shown, ([name]) => name);
  return html`<dl class="facts">${[...byName].map(
    ([name, all]) => html`<dt>${called(name)}</dt><dd>${valuesOf(all)}</dd>`,
  )}</dl>`;
}

function valuesOf(all: Form['fields']): Html {
  const more = all.length - VALUES_SHOWN_MAX;
  return html`${all
    .slice(0, VALUES_SHOWN_MAX)
    .map(([, value]) =>
      value.includes('\n') ? html`<pre>${value}</pre>` : html`<div>${value}</div>`,
    )}${more > 0 && html`<div class="quiet">and ${more} more</div>`}`;
}
