import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { Html } from '../base/html.ts';
import { refusalText } from '../base/refusal.ts';
import { type RulesOutcome, rulesBody } from '../console/rules-page.ts';
import type { Reader, Site } from '../console/site.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import { receivedInput } from '../desk/kept-input.ts';
import type { SourceRulesDesk } from '../desk/source-rules.ts';
import { shortId, type TrialInput, trialInputs, tryRules } from '../desk/views/rules-trial.ts';
import { textsOf } from '../desk/views/source-rules.ts';
import { counted } from '../desk/views/words.ts';
import { LIMITS } from '../domain/alarm/alarm.ts';
import { seeOther } from './answer.ts';
import { ADMIN, byOf, OPERATOR, roleOf } from './api/parts.ts';
import { RULES_DOOR_LIMITS } from './api/rules-shapes.ts';
import { field } from './page-reader.ts';
import { formOnce } from './page-routing-parts.ts';
import type { Answer, Asked, Route } from './route.ts';

export interface RulesPageParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly rules: SourceRulesDesk;
  readonly clock: Clock;
  readonly site: Site;
  /** Draws a whole page around a body. */
  readonly draw: (
    asked: Asked,
    drawn: { readonly title: string; readonly at: string; readonly status?: number },
    body: (reader: Reader) => Html,
  ) => Answer;
}

/** Inputs the page lists: of those that wait, and of those that were seen. */
const LISTED_MAX = { unread: 60, seen: 50 } as const;

const PATH = '/sources/:name/rules';

/** The page of people's own rules of a source. It works without scripts. */
export const rulesPages = (parts: RulesPageParts): Route[] => [
  {
    method: 'GET',
    path: PATH,
    access: OPERATOR,
    summary: 'What a source received, its rules, and what the one becomes by the other.',
    handle: (asked) => show(parts, asked, { ...fresh(parts, asked), outcome: doneIn(asked) }),
  },
  {
    method: 'POST',
    path: PATH,
    access: OPERATOR,
    summary: 'Picks an input; tries or saves a text; reads anew or drops what waits.',
    form: true,
    bodyBytesMax: RULES_DOOR_LIMITS.body_bytes_max,
    handle: (asked) => pressed(parts, asked),
  },
];

/** What the form holds, and what came of it. */
interface Filled {
  readonly text: string;
  readonly why: string;
  readonly basedOn: string;
  readonly on: string;
  readonly outcome?: RulesOutcome | undefined;
}

function sourceOf({ rules }: RulesPageParts, { params: { name = '' } }: Asked): string {
  if (!rules.has(name)) throw new DeskError('NOT_FOUND', { what: `source ${name} with rules` });
  return name;
}

function fresh(parts: RulesPageParts, asked: Asked): Filled {
  const source = sourceOf(parts, asked);
  const [held] = textsOf(parts.desk.memory, source);
  const text = held?.text || (parts.rules.example(source) ?? '');
  const basedOn = held ? shortId(held.id) : '';
  return { text, why: '', basedOn, on: asked.query.get('on') ?? '' };
}

const filledIn = ({ json }: Asked): Filled => ({
  text: field(json, 'text').replaceAll('\r\n', '\n'),
  why: field(json, 'why').trim(),
  basedOn: field(json, 'based_on'),
  on: field(json, 'pick') || field(json, 'on'),
});

/** What waits, and what else was seen; at most as many as a page can show. */
function listed({ rules }: RulesPageParts, source: string): readonly TrialInput[] {
  const all = trialInputs(rules, source);
  const kept = all.filter((one) => one.kept);
  const waiting = new Set(kept.map(({ shown }) => shown));
  const seen = all.filter((one) => !one.kept && !waiting.has(one.shown));
  return [...kept.slice(0, LISTED_MAX.unread), ...seen.slice(0, LISTED_MAX.seen)];
}

function show(parts: RulesPageParts, asked: Asked, filled: Filled, status = 200): Answer {
  const { rules, desk, accounts, clock, site } = parts;
  const source = sourceOf(parts, asked);
  const tried = tryRules(rules, source, filled.text, listed(parts, source));
  const picked = tried.find(({ on }) => on.id === filled.on) ?? tried[0];
  const saved = textsOf(desk.memory, source);
  const fields = picked ? rules.fields(source, receivedInput(picked.on.input, picked.on.at)) : [];
  const view = {
    ...{ source, tried, picked, fields, saved },
    ...{ text: filled.text, why: filled.why, basedOn: filled.basedOn, outcome: filled.outcome },
    isExample: (saved[0]?.text ?? '') === '' && filled.text === rules.example(source),
    unread: rules.unread(source).length,
    nameOf: (id: Parameters<Accounts['name']>[0]) => accounts.name(id),
    now: clock.now(),
  };
  const title = `${status >= 400 ? 'Error: rules' : 'Rules'} of ${source}`;
  const drawn = { title, at: '/sources', status };
  return parts.draw(asked, drawn, (reader) => rulesBody(site, reader, view));
}

async function pressed(parts: RulesPageParts, asked: Asked): Promise<Answer> {
  const filled = filledIn(asked);
  const source = sourceOf(parts, asked);
  const load = field(asked.json, 'load');
  if (field(asked.json, 'pick') !== '') return show(parts, asked, filled);
  if (load !== '') {
    const found = textsOf(parts.desk.memory, source).find(({ id }) => shortId(id) === load);
    return show(parts, asked, { ...filled, text: found?.text ?? filled.text });
  }
  const does = field(asked.json, 'do');
  if (does === 'try') return tried(parts, asked, filled);
  if (roleOf(asked.actor) !== ADMIN.role) throw new DeskError('NOT_ALLOWED', { need: ADMIN.role });
  try {
    if (does === 'save') return await save(parts, asked, filled);
    if (does === 'drop') return await drop(parts, asked, filled);
    return await readAnew(parts, asked, filled);
  } catch (error) {
    if (!(error instanceof DeskError) || error.status >= 500) throw error;
    return refused(parts, asked, filled, error.message, error.status);
  }
}

const refused = (
  parts: RulesPageParts,
  asked: Asked,
  filled: Filled,
  why: string,
  status = 422,
): Answer => show(parts, asked, { ...filled, outcome: { is: 'refused', why } }, status);

function tried(parts: RulesPageParts, asked: Asked, filled: Filled, saving = false): Answer {
  const faults = parts.rules.check(sourceOf(parts, asked), filled.text);
  return faults.length > 0
    ? show(parts, asked, { ...filled, outcome: { is: 'faults', faults, saving } }, 422)
    : show(parts, asked, { ...filled, outcome: { is: 'tried' } });
}

async function save(parts: RulesPageParts, asked: Asked, filled: Filled): Promise<Answer> {
  const source = sourceOf(parts, asked);
  const { text, why, basedOn, on } = filled;
  if (parts.rules.check(source, text).length > 0) return tried(parts, asked, filled, true);
  if (why === '' || why.length > LIMITS.note_chars_max)
    return refused(parts, asked, filled, 'Say why: one line for the audit log.');
  const from = basedOn === '' ? '' : `${source}/${basedOn}`;
  const act = { verb: 'source.rules' as const, source, text, why, basedOn: from };
  const once = formOnce(asked, ['rules', source, text, why]);
  const done = await parts.desk.act(byOf(asked.actor), act, once);
  if (done.refused !== undefined) {
    const now = shortId(textsOf(parts.desk.memory, source)[0]?.id ?? '');
    const why = refusalText(done.refused);
    const says = `${why} Yours is kept below; saving again replaces what was saved.`;
    return refused(parts, asked, { ...filled, basedOn: now }, says, 409);
  }
  return toPage(parts, source, on, { saved: shortId(done.made ?? '') });
}

async function readAnew(parts: RulesPageParts, asked: Asked, { on }: Filled): Promise<Answer> {
  const source = sourceOf(parts, asked);
  const { read, events, left, stopped } = await parts.rules.readAnew(source, byOf(asked.actor));
  const told = { read: `${read}`, events: `${events}`, left: `${left}` };
  return toPage(parts, source, on, stopped === '' ? told : { ...told, stopped });
}

async function drop(parts: RulesPageParts, asked: Asked, filled: Filled): Promise<Answer> {
  const source = sourceOf(parts, asked);
  const why = field(asked.json, 'drop_why').trim();
  const row = parts.rules.unread(source).find(({ id }) => shortId(id) === filled.on);
  if (!row) return refused(parts, asked, filled, 'It is not in the queue any more.', 404);
  const inputs = [{ id: row.id, position: row.position }];
  const act = { verb: 'source.unread' as const, source, inputs, how: 'dropped' as const, why };
  await parts.desk.act(byOf(asked.actor), act, formOnce(asked, ['drop', row.id, why]));
  return toPage(parts, source, '', { dropped: '1' });
}

function toPage(
  { site }: RulesPageParts,
  source: string,
  on: string,
  told: Readonly<Record<string, string>>,
): Answer {
  const query = new URLSearchParams({ ...told, ...(on === '' ? {} : { on }) });
  return seeOther(`${site.prefix}/sources/${encodeURIComponent(source)}/rules?${query}`);
}

/** What was just done, as the address says it. */
function doneIn({ query }: Asked): RulesOutcome | undefined {
  const number = (name: string): number => Number(query.get(name)) || 0;
  const saved = query.get('saved');
  if (saved !== null) return { is: 'done', says: `${saved} is in force from now on.` };
  if (query.has('dropped')) return { is: 'done', says: 'Dropped.' };
  if (!query.has('read')) return undefined;
  const stopped = query.get('stopped');
  const says =
    `${counted(number('read'), 'input')} understood, ${counted(number('events'), 'event')} ` +
    `handed in, ${number('left')} still not understood.`;
  return stopped === null
    ? { is: 'done', says }
    : { is: 'refused', why: `${says} Then it stopped: ${stopped}` };
}
