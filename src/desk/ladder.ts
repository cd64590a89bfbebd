import type { Instant } from '../base/time.ts';
import { type AlarmEvent, type AlarmId, sameLabels } from '../domain/alarm/event.ts';
import type { LazyText } from './committer.ts';
import type { Draft } from './draft.ts';
import { ENTRY_LIMITS, type EventsEntry } from './entry.ts';

/**
 * How far a flood has driven the desk up the ladder, per source:
 *
 * 0  every report is written
 * 1  a report that repeats one that still waits is counted on it
 * 2  also one with other words: its words are dropped, and how many were is told
 *
 * Beyond it what needs room is refused. No raise and no clear is ever lost: only what says again
 * what the newest waiting word about the same alarm says is counted on that.
 */
export type Step = 0 | 1 | 2;

/** Parts of a source's budget, or of the store's lag, from which on a step is taken. */
export const COALESCE_FROM = { budget: 1 / 8, lag: 1 / 2 } as const;
export const COUNT_FROM = { budget: 1 / 2, lag: 3 / 4 } as const;

export function stepOf(budget: number, lag: number): Step {
  if (budget >= COUNT_FROM.budget || lag >= COUNT_FROM.lag) return 2;
  return budget >= COALESCE_FROM.budget || lag >= COALESCE_FROM.lag ? 1 : 0;
}

/** An entry that still waits: until it is sealed, repeats may be counted on its events. */
interface Open {
  readonly events: AlarmEvent[];
  readonly stored: Promise<Draft>;
}

interface Place {
  readonly open: Open;
  readonly index: number;
}

type Append = (entry: EventsEntry, text: LazyText, source: string) => Promise<Draft>;

/** Folds repeats into what still waits of the same source. */
export class Ladder {
  readonly #append: Append;
  readonly #encode: (entry: EventsEntry) => string;
  /** By source: the newest waiting word about an alarm. */
  readonly #latest = new Map<string, Map<AlarmId, Place>>();

  constructor(append: Append, encode: (entry: EventsEntry) => string) {
    this.#append = append;
    this.#encode = encode;
  }

  /** While something of a source is open, what comes after it must pass here too. */
  isOpen(source: string): boolean {
    return (this.#latest.get(source)?.size ?? 0) > 0;
  }

  /** What comes later about these alarms must not be counted on what came before this. */
  pass(source: string, events: readonly AlarmEvent[]): void {
    const latest = this.#latest.get(source);
    if (latest !== undefined) for (const { id } of events) latest.delete(id);
  }

  /** Everything these events became part of, stored and applied. */
  add(source: string, events: readonly AlarmEvent[], at: Instant, step: Step): Promise<Draft[]> {
    const latest = this.#latest.get(source) ?? new Map<AlarmId, Place>();
    this.#latest.set(source, latest);
    const stored = new Set<Promise<Draft>>();
    for (let i = 0; i < events.length; i += ENTRY_LIMITS.events_max) {
      const some = events.slice(i, i + ENTRY_LIMITS.events_max);
      const fresh: AlarmEvent[] = [];
      const places: (readonly [AlarmId, number])[] = [];
      const own = new Map<AlarmId, number>();
      for (const event of some) {
        const index = own.get(event.id);
        const place = index === undefined ? latest.get(event.id) : undefined;
        const held = index === undefined ? place?.open.events : fresh;
        const where = index ?? place?.index ?? 0;
        const before = held?.[where];
        const merged = before && folded(before, event, step);
        if (held && merged) {
          held[where] = merged;
          if (place) stored.add(place.open.stored);
          continue;
        }
        own.set(event.id, fresh.length);
        places.push([event.id, fresh.length]);
        fresh.push(event);
      }
      if (fresh.length > 0) stored.add(this.#open(source, latest, fresh, places, at));
    }
    return Promise.all(stored);
  }

  #open(
    source: string,
    latest: Map<AlarmId, Place>,
    events: AlarmEvent[],
    places: readonly (readonly [AlarmId, number])[],
    at: Instant,
  ): Promise<Draft> {
    const entry: EventsEntry = { kind: 'events', at, source, events };
    const close = (): void => {
      for (const { id } of events) if (latest.get(id)?.open.events === events) latest.delete(id);
    };
    const text: LazyText = {
      chars: events.reduce((sum, event) => sum + charsOf(event), 0),
      make: () => {
        close();
        return this.#encode(entry);
      },
    };
    const stored = this.#append(entry, text, source);
    stored.catch(close);
    for (const [id, index] of places) latest.set(id, { open: { events, stored }, index });
    return stored;
  }
}

/** What an event is on disk, about, without making its text. */
const EVENT_CHARS = 256;
const LABEL_CHARS = 32;

function charsOf({ resource, text, raw, labels }: AlarmEvent): number {
  let chars = EVENT_CHARS + resource.length + text.length + (raw?.length ?? 0);
  for (const name in labels) chars += LABEL_CHARS + (labels[name]?.length ?? 0);
  return chars;
}

/** Both as one; undefined when the second says something that the first does not. */
export function folded(a: AlarmEvent, b: AlarmEvent, step: Step): AlarmEvent | undefined {
  if (!isSameWord(a, b)) return undefined;
  const isSameBody =
    a.text === b.text &&
    (a.link ?? '') === (b.link ?? '') &&
    sameLabels(a.labels, b.labels) &&
    sameLabels(a.annotations ?? {}, b.annotations ?? {});
  if (!isSameBody && step < 2) return undefined;
  const [kept, dropped] = isNewer(a, b) ? [b, a] : [a, b];
  const lost = isSameBody ? 0 : countOf(dropped) - (dropped.unkept ?? 0);
  const unkept = (a.unkept ?? 0) + (b.unkept ?? 0) + lost;
  return {
    ...kept,
    count: countOf(a) + countOf(b),
    ...(kept.until !== undefined &&
      dropped.until !== undefined && { until: Math.max(a.until ?? 0, b.until ?? 0) as Instant }),
    ...(unkept > 0 && { unkept }),
  };
}

const countOf = ({ count = 1 }: AlarmEvent): number => count;

/** About the same alarm, of the same kind and severity, with promises of the same sort. */
const isSameWord = (a: AlarmEvent, b: AlarmEvent): boolean =>
  a.kind === b.kind &&
  a.severity === b.severity &&
  a.resource === b.resource &&
  a.type === b.type &&
  a.qualifier === b.qualifier &&
  a.byLabels === b.byLabels &&
  (a.byLabels !== true || sameLabels(a.labels, b.labels)) &&
  a.since === b.since &&
  a.lease === b.lease &&
  (a.until === undefined) === (b.until === undefined) &&
  (a.at === undefined) === (b.at === undefined) &&
  (a.annotations === undefined) === (b.annotations === undefined);

/** As the fold has it: the later time wins, of two with the same the later text. */
function isNewer(a: AlarmEvent, b: AlarmEvent): boolean {
  if (a.at === undefined || b.at === undefined) return true;
  return b.at === a.at ? b.text >= a.text : b.at > a.at;
}
