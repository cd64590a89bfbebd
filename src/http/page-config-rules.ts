import type { PlaceForm } from '../console/config-forms-page.ts';
import {
  configRulesBody,
  type RuleList,
  trialBox,
  trialText,
} from '../console/config-rules-page.ts';
import type { FieldErrors } from '../console/form-errors.ts';
import type { FormPlace } from '../desk/config-form.ts';
import { type IncidentTrial, tryIncidentRules } from '../desk/incident-trial.ts';
import {
  type ConfigFormParts,
  formGet,
  formPost,
  showForm,
  workingOf,
} from './config-form-parts.ts';
import {
  GONE,
  keepOrTell,
  moveItem,
  refusedAsMovedList,
  sentForm,
  showListPage,
} from './config-form-steps.ts';
import { field } from './page-reader.ts';
import type { Answer, Asked, Route } from './route.ts';
import { runSliced } from './sliced.ts';

const HERE = '/configuration/rules';

type Kind = Omit<RuleList, 'items'>;

const INCIDENTS: Kind = {
  name: 'incident_rules',
  title: 'Incident rules',
  one: 'an incident rule',
  says: 'Which alarms are one trouble; asked in order, the first that matches counts.',
};

const KINDS: readonly Kind[] = [
  INCIDENTS,
  {
    name: 'inhibit_rules',
    title: 'Inhibit rules',
    one: 'an inhibit rule',
    says: 'Alarms that mute others: those of the target while one of the source stands.',
  },
];

/** The lists of rules in forms. */
export const configRulePages = (parts: ConfigFormParts): Route[] => [
  formGet(HERE, 'Rules of the configuration in forms.', (asked) => showRules(parts, asked)),
  formGet(`${HERE}/form`, 'The form of a rule.', (asked) => {
    const form = formFor(parts, asked, (name) => asked.query.get(name) ?? '');
    return form ? showForm(parts, asked, form.shown) : showRules(parts, asked, [GONE]);
  }),
  formPost(`${HERE}/form`, 'Keeps a rule in the draft, or tries it.', (asked) =>
    putRule(parts, asked),
  ),
  formPost(`${HERE}/move`, 'Moves a rule up or down, or takes it out.', (asked) =>
    moveRule(parts, asked),
  ),
];

function showRules(parts: ConfigFormParts, asked: Asked, errors: FieldErrors = []): Answer {
  const { text, draft } = workingOf(parts, asked);
  const { lists: found } = parts.configuration.forms.outline(text);
  const lists = KINDS.map((kind) => ({ ...kind, items: found[kind.name] ?? [] }));
  const view = { lists, draft, errors };
  return showListPage(parts, asked, { title: 'Rules', errors }, (site, reader) =>
    configRulesBody(site, reader, view),
  );
}

interface RuleForm {
  readonly kind: Kind;
  readonly place: FormPlace;
  readonly shown: PlaceForm;
  readonly words: string;
}

/** `at` beyond the end of the list is a new rule; `was` is what the form was opened for. */
function formFor(
  parts: ConfigFormParts,
  asked: Asked,
  said: (name: string) => string,
): RuleForm | undefined {
  const { forms } = parts.configuration;
  const { text } = workingOf(parts, asked);
  const kind = KINDS.find(({ name }) => name === said('list'));
  const items = (kind && forms.outline(text).lists[kind.name]) ?? [];
  const at = Number(said('at'));
  if (!kind || !Number.isInteger(at) || at < 0 || at > items.length) return undefined;
  const isNew = at === items.length;
  const words = isNew ? kind.one : items[at] || `${kind.one} ${at + 1}`;
  if (said('was') !== '' && said('was') !== words) return undefined;
  const place = { path: [kind.name, at], isNew };
  const fields = forms.fields(text, place);
  if (!fields) return undefined;
  const hidden = { list: kind.name, at: `${at}`, was: words };
  const title = isNew ? `Add ${kind.one}` : `Rule: ${words}`;
  const shown: PlaceForm = {
    ...{ title, at: HERE, action: `${HERE}/form`, hidden, fields },
    ...{ receiverName: undefined, summary: kind.says, asks: kind === INCIDENTS, sends: false },
  };
  return { kind, place, shown, words };
}

async function putRule(parts: ConfigFormParts, asked: Asked): Promise<Answer> {
  const working = workingOf(parts, asked);
  const form = formFor(parts, asked, (name) => field(asked.json, name));
  if (!form) return showRules(parts, asked, [GONE]);
  const { place, words } = form;
  const what = place.isNew ? `${words} added` : `rule ${words} changed`;
  return keepOrTell(sentForm(parts, asked, working, form), what, async (text) => {
    const trial = await tried(parts, text);
    return { says: trialText(trial), outcome: () => trialBox(trial) };
  });
}

/** What the incident rules of a text would have made of the alarms in memory. */
function tried({ desk, configuration }: ConfigFormParts, text: string): Promise<IncidentTrial> {
  const checked = configuration.check(text);
  const plan = (checked.ok ? checked.incidents : undefined) ?? { rules: [] };
  return runSliced(tryIncidentRules(plan, [...desk.memory.all('alarms')]));
}

function moveRule(parts: ConfigFormParts, asked: Asked): Answer {
  const refuse = (errors: FieldErrors): Answer => showRules(parts, asked, errors);
  const page = { at: HERE, refuse };
  const moved = refusedAsMovedList(parts, asked, page);
  if (moved) return moved;
  const [list, at] = [field(asked.json, 'list'), Number(field(asked.json, 'at'))];
  const { lists } = parts.configuration.forms.outline(workingOf(parts, asked).text);
  const words = lists[list]?.[at];
  if (words === undefined) return refuse([GONE]);
  return moveItem(parts, asked, { list: [list], at, words: `rule ${words}` }, page);
}
