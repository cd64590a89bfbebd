import {
  configRulesBody,
  type RuleList,
  trialBox,
  trialText,
} from '../console/config-rules-page.ts';
import { errorTitle, type FieldErrors } from '../console/form-errors.ts';
import type { FormPlace } from '../desk/config-form.ts';
import { type IncidentTrial, tryIncidentRules } from '../desk/incident-trial.ts';
import { json, seeOther } from './answer.ts';
import {
  asTyped,
  atFields,
  type ConfigFormParts,
  formGet,
  formPost,
  keep,
  MOVED_LIST,
  meanwhile,
  movedSince,
  NO_ROOM,
  type PlaceForm,
  showForm,
  typedIn,
  workingOf,
} from './config-form-parts.ts';
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

const GONE = { field: '', why: 'That rule is not there any more: begin again from the list.' };

function showRules(parts: ConfigFormParts, asked: Asked, errors: FieldErrors = []): Answer {
  const { text, draft } = workingOf(parts, asked);
  const { lists: found } = parts.configuration.forms.outline(text);
  const lists = KINDS.map((kind) => ({ ...kind, items: found[kind.name] ?? [] }));
  const status = errors.length > 0 ? 422 : 200;
  const draw = { lists, draft, errors };
  const title = errorTitle('Rules', errors);
  return parts.draw(asked, title, (site, reader) => configRulesBody(site, reader, draw), status);
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
    ...{ receiverName: undefined, summary: kind.says, asks: kind === INCIDENTS },
  };
  return { kind, place, shown, words };
}

async function putRule(parts: ConfigFormParts, asked: Asked): Promise<Answer> {
  const working = workingOf(parts, asked);
  const form = formFor(parts, asked, (name) => field(asked.json, name));
  if (!form) return showRules(parts, asked, [GONE]);
  const { place, shown, words } = form;
  const typed = typedIn(asked);
  const again = { ...shown, fields: asTyped(shown.fields, typed) };
  const does = field(asked.json, 'do');
  const moved = does === 'keep' ? movedSince(asked, working) : undefined;
  if (moved !== undefined) {
    const more = { meanwhile: meanwhile(parts, asked, working) };
    return showForm(parts, asked, again, [{ field: '', why: moved }], more);
  }
  const put = parts.configuration.forms.put(working.text, place, typed);
  if (!put.ok) {
    if (does === 'count') return json(200, { fault: put.errors.map(({ why }) => why).join(' ') });
    return showForm(parts, asked, again, atFields(put.errors, shown.fields));
  }
  if (does === 'count') return json(200, { says: trialText(await tried(parts, put.text)) });
  if (does === 'look') {
    const trial = await tried(parts, put.text);
    return showForm(parts, asked, again, [], { outcome: () => trialBox(trial) });
  }
  const what = place.isNew ? `${words} added` : `rule ${words} changed`;
  if (keep(parts, asked, put.text, what)) return seeOther(`${parts.prefix}${HERE}?kept`);
  return showForm(parts, asked, again, [{ field: '', why: NO_ROOM }]);
}

/** What the incident rules of a text would have made of the alarms in memory. */
function tried({ desk, configuration }: ConfigFormParts, text: string): Promise<IncidentTrial> {
  const checked = configuration.check(text);
  const plan = (checked.ok ? checked.incidents : undefined) ?? { rules: [] };
  return runSliced(tryIncidentRules(plan, [...desk.memory.all('alarms')]));
}

function moveRule(parts: ConfigFormParts, asked: Asked): Answer {
  const { forms } = parts.configuration;
  const working = workingOf(parts, asked);
  if (movedSince(asked, working) !== undefined) {
    return showRules(parts, asked, [{ field: '', why: MOVED_LIST }]);
  }
  const [list, at] = [field(asked.json, 'list'), Number(field(asked.json, 'at'))];
  const items = forms.outline(working.text).lists[list];
  const words = items?.[at];
  if (words === undefined) return showRules(parts, asked, [GONE]);
  const act = field(asked.json, 'do');
  const put =
    act === 'remove'
      ? forms.remove(working.text, [list, at])
      : forms.swap(working.text, [list], act === 'up' ? at - 1 : at);
  if (!put.ok) return showRules(parts, asked, atFields(put.errors, []));
  const did = act === 'remove' ? 'removed' : act === 'up' ? 'moved up' : 'moved down';
  if (keep(parts, asked, put.text, `rule ${words} ${did}`)) {
    return seeOther(`${parts.prefix}${HERE}?kept`);
  }
  return showRules(parts, asked, [{ field: '', why: NO_ROOM }]);
}
