import type { Clock } from '../base/clock.ts';
import type { Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { AlarmEvent } from '../domain/alarm/event.ts';
import type {
  Delivered,
  Received,
  RuleFault,
  RuleField,
  Source,
  Translated,
} from '../ports/source.ts';
import type { Desk } from './desk.ts';
import { ENTRY_LIMITS } from './entry.ts';
import { keptInput, receivedInput } from './kept-input.ts';
import { type SeenInput, SeenInputs } from './seen-inputs.ts';
import type { SourceFigures } from './source-figures.ts';
import type { TakenInput } from './standing-acts.ts';
import type { Unread } from './tables.ts';
import { rulesTextOf, unreadOf } from './views/source-rules.ts';

/** One source that takes rules of people's own, with its settings. */
export interface RuledSource {
  readonly name: string;
  readonly settings: unknown;
  readonly source: Pick<Source<never>, 'translate' | 'rules'>;
}

/** What became of kept inputs that were read anew. */
export interface ReadAnew {
  readonly read: number;
  readonly events: number;
  /** Still not understood. */
  readonly left: number;
  /** Why it ended before the last one; '' when it did not. */
  readonly stopped: string;
}

/** Rules of people's own, and the inputs they are made from. */
export interface SourceRulesDesk {
  /** Lists a source that takes rules. */
  add(source: RuledSource): void;
  has(source: string): boolean;
  names(): readonly string[];
  /** A text that teaches; undefined for a source that takes no rules. */
  example(source: string): string | undefined;
  /** The text that holds now; '' when there is none. */
  text(source: string): string;
  /** Calls `follow` after each save. The returned function ends it. */
  onText(source: string, follow: (text: string) => void): () => void;
  check(source: string, text: string): readonly RuleFault[];
  /** What an input becomes under a text; one with faults is as no text at all. */
  translate(source: string, input: Received, text: string): Translated;
  /** An input without its secrets. */
  redacted(source: string, input: Received): Received;
  /** An input as people see it. */
  shown(source: string, input: Received): string;
  /** What of an input rules can name. */
  fields(source: string, input: Received): readonly RuleField[];
  note(source: string, input: Received): void;
  seen(source: string): readonly SeenInput[];
  /** Keeps an input nobody understood. */
  keep(source: string, input: Received, why: string, once?: string): Promise<Delivered>;
  unread(source: string): readonly Unread[];
  /** Reads kept inputs anew, oldest first; all of them when no ids are given. */
  readAnew(source: string, by: UserId, ids?: ReadonlySet<string>): Promise<ReadAnew>;
}

interface Parts {
  readonly desk: Desk;
  readonly figures: SourceFigures;
  readonly clock: Clock;
}

const NOTHING: Translated = { events: [], refused: [] };

export function openSourceRules(parts: Parts): SourceRulesDesk {
  const { desk, figures, clock } = parts;
  const sources = new Map<string, RuledSource>();
  const inputs = new SeenInputs();
  const { text, onText } = openTexts(desk);
  const { check, translate } = openTranslation(sources);
  const redacted = (name: string, input: Received): Received => {
    const { source, settings } = sources.get(name) ?? {};
    return source?.rules?.redact?.(input, settings as never) ?? input;
  };
  return {
    add: (source) => void (source.source.rules && sources.set(source.name, source)),
    has: (source) => sources.has(source),
    names: () => [...sources.keys()],
    example: (source) => sources.get(source)?.source.rules?.example,
    ...{ text, onText, check, translate, redacted },
    shown: (source, input) =>
      sources.get(source)?.source.rules?.show?.(input) ?? Buffer.from(input.body).toString(),
    fields: (source, input) => sources.get(source)?.source.rules?.fields?.(input) ?? [],
    note: (source, input) => inputs.note(source, input),
    seen: (source) => inputs.of(source),
    keep(source, input, why, once) {
      figures.counted(source, 'unread', 1);
      const entry = { kind: 'unread' as const, at: clock.now(), source, why };
      const keyed = once === undefined ? entry : { ...entry, once };
      return desk.report({ ...keyed, input: keptInput(input) });
    },
    unread: (source) => unreadOf(desk.memory, source),
    readAnew: (source, by, ids) => {
      const read = (input: Received) => translate(source, input, text(source));
      return readAnew({ ...parts, by, source, translate: read }, ids);
    },
  };
}

/** The texts that hold, each looked up once after a save. */
function openTexts(desk: Desk): Pick<SourceRulesDesk, 'text' | 'onText'> {
  const texts = new Map<string, string>();
  desk.watch(({ tables }) => {
    if (tables.has('sourceRules')) texts.clear();
  });
  const text = (source: string): string => {
    const held = texts.get(source) ?? rulesTextOf(desk.memory, source);
    texts.set(source, held);
    return held;
  };
  const onText: SourceRulesDesk['onText'] = (source, follow) => {
    let held = text(source);
    return desk.watch(({ tables }) => {
      if (!tables.has('sourceRules')) return;
      const now = text(source);
      if (now !== held) follow(now);
      held = now;
    });
  };
  return { text, onText };
}

function openTranslation(
  sources: ReadonlyMap<string, RuledSource>,
): Pick<SourceRulesDesk, 'check' | 'translate'> {
  /** The text last asked about: an input in a flood must not have it checked again. */
  const checked = new Map<string, { readonly text: string; readonly ok: boolean }>();
  const check = (source: string, text: string): readonly RuleFault[] =>
    text === '' ? [] : (sources.get(source)?.source.rules?.check(text) ?? []);
  const usable = (source: string, text: string): boolean => {
    if (text === '') return false;
    const known = checked.get(source);
    if (known?.text === text) return known.ok;
    const ok = check(source, text).length === 0;
    checked.set(source, { text, ok });
    return ok;
  };
  const translate = (name: string, input: Received, text: string): Translated => {
    const { source, settings } = sources.get(name) ?? {};
    if (!source) return NOTHING;
    // A saved text that a newer program cannot use is as none: what is then not understood is kept.
    if (!source.rules || !usable(name, text)) return source.translate(input, settings as never);
    return source.rules.translate(input, settings as never, text);
  };
  return { check, translate };
}

interface Reading extends Parts {
  readonly by: UserId;
  readonly source: string;
  readonly translate: (input: Received) => Translated;
}

/**
 * Each input is translated anew, handed in under a key of its own and taken out after that: a desk
 * that dies in between reads it again, and the key makes nothing happen twice.
 */
async function readAnew(reading: Reading, ids?: ReadonlySet<string>): Promise<ReadAnew> {
  const { desk, source, by } = reading;
  const rows = unreadOf(desk.memory, source).filter(({ id }) => ids?.has(id) ?? true);
  const taken: TakenInput[] = [];
  let events = 0;
  let left = 0;
  let stopped = '';
  let last = 0 as Instant;
  for (const row of rows.slice(0, ENTRY_LIMITS.unread_max)) {
    const { id, position, input } = row;
    // Of two in one millisecond the later one in the queue must stay the later one.
    const at = last < row.at ? row.at : ((last + 1) as Instant);
    const translated = reading.translate(receivedInput(input, at));
    const rest = leftOf(translated, row);
    if (rest) left++;
    if (rest === row) continue;
    last = at;
    const delivered = await handIn(reading, translated.events, { id, position, at });
    if (!delivered.ok) {
      stopped = delivered.why;
      break;
    }
    events += translated.events.length;
    taken.push(rest ? { id, position, left: rest } : { id, position });
  }
  if (taken.length > 0) {
    const act = { verb: 'source.unread' as const, source, inputs: taken, how: 'read' as const };
    await desk.act(by, { ...act, why: '' });
  }
  return { read: taken.length, events, left, stopped };
}

/** What stays in the queue: all of it, a part, or nothing. */
function leftOf({ events, refused, unread }: Translated, row: Unread): TakenInput['left'] {
  if (unread === undefined) return events.length === 0 && refused.length > 0 ? row : undefined;
  if (events.length === 0 || unread.body === undefined) return row;
  const { body: _, base64: __, ...told } = row.input;
  const part = { ...receivedInput(row.input, row.at), body: Buffer.from(unread.body) };
  return { input: { ...told, ...keptInput(part) }, why: unread.why };
}

/**
 * What gives no time of its own happened when it was received: so it takes its place among what the
 * desk has heard since, and an old raise does not undo a newer clear.
 */
async function handIn(
  { desk, figures, clock, source }: Reading,
  events: readonly AlarmEvent[],
  { id, position, at }: Pick<Unread, 'id' | 'position' | 'at'>,
): Promise<Delivered> {
  if (events.length === 0) return { ok: true, position };
  const timed = events.map((event) => (event.at === undefined ? { ...event, at } : event));
  const delivered = await desk.receive(source, timed, `unread:${id}@${position}`);
  if (delivered.ok) figures.received(source, events.length, clock.now());
  return delivered;
}
