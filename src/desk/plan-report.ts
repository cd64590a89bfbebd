import type { Instant } from '../base/time.ts';
import type { Episode } from '../domain/alarm/alarm.ts';
import type { AlarmId, Labels } from '../domain/alarm/event.ts';
import type { NotifiedAlert } from '../domain/routing/notice.ts';
import type { Position } from '../ports/journal.ts';

/** What becomes of one episode of an alarm under the new routing. */
export type PlanChange = 'lost' | 'moved' | 'added' | 'later' | 'earlier';

/** In the order in which somebody wants to hear of them. */
export const PLAN_CHANGES: readonly PlanChange[] = ['lost', 'moved', 'added', 'later', 'earlier'];

export interface PlanExample {
  readonly change: PlanChange;
  readonly alarm: AlarmId;
  readonly episode: Episode;
  readonly text: string;
  readonly labels: Labels;
  /** Who is told first under the present and the new routing, and when; sorted by name. */
  readonly old: readonly PlanTelling[];
  readonly new: readonly PlanTelling[];
}

export interface PlanTelling {
  readonly receiver: string;
  readonly at: Instant;
}

/** What a replay of recent history through another routing shows. */
export interface PlanReport {
  readonly from: PlanPlace;
  readonly to: PlanPlace;
  /** Entries of the journal. */
  readonly entries: number;
  readonly tookMs: number;
  /** A limit ended the replay at `to`, before the journal's end. */
  readonly stopped: '' | 'entries' | 'time';
  /** Notices sent, repeats and resolves included. */
  readonly notices: { readonly old: number; readonly new: number };
  /** Episodes somebody was told of under either routing: the sum of `same` and all changes. */
  readonly episodes: number;
  readonly same: number;
  readonly changes: Readonly<Record<PlanChange, number>>;
  /** At most EXAMPLES_MAX, of every kind of change if there are any, in order of time. */
  readonly examples: readonly PlanExample[];
}

export interface PlanPlace {
  readonly position: Position;
  readonly at: Instant;
}

export const EXAMPLES_MAX = 20;

/** First tellings less than this apart are told at the same time. */
export const MOVED_MS_MIN = 1_000;

type Side = 'old' | 'new';

/** One episode while more may be said of it. */
interface Story {
  readonly alert: NotifiedAlert;
  readonly episode: Episode;
  readonly old: Map<string, Instant>;
  readonly new: Map<string, Instant>;
}

/**
 * Gathers what both courses tell and compares it, episode by episode: as soon as an episode is
 * over it is counted and let go, so that a long replay needs no more than the desk itself.
 */
export class Comparison {
  readonly notices = { old: 0, new: 0 };
  readonly changes = { lost: 0, moved: 0, added: 0, later: 0, earlier: 0 };
  episodes = 0;
  same = 0;
  readonly #since: Instant;
  readonly #stories = new Map<AlarmId, Story>();
  readonly #examples: PlanExample[] = [];

  /** What was told before `since` is not counted. */
  constructor(since: Instant) {
    this.#since = since;
  }

  sent(side: Side, at: Instant): void {
    if (at >= this.#since) this.notices[side]++;
  }

  told(side: Side, alert: NotifiedAlert, episode: Episode, receiver: string, at: Instant): void {
    let story = this.#stories.get(alert.alarm);
    if (story?.episode !== episode) {
      if (story) this.#end(story);
      story = { alert, episode, old: new Map(), new: new Map() };
      this.#stories.set(alert.alarm, story);
    }
    if (!story[side].has(receiver)) story[side].set(receiver, at);
  }

  gone(alarm: AlarmId): void {
    const story = this.#stories.get(alarm);
    if (!story) return;
    this.#stories.delete(alarm);
    this.#end(story);
  }

  /** No more will be told. */
  end(): void {
    for (const story of this.#stories.values()) this.#end(story);
    this.#stories.clear();
  }

  /** As many of each kind as there is room for, taken in turns; those in order of time. */
  examples(): readonly PlanExample[] {
    const kinds = PLAN_CHANGES.map((kind) => this.#examples.filter((e) => e.change === kind));
    const taken: PlanExample[] = [];
    for (let turn = 0; turn < EXAMPLES_MAX; turn++) {
      for (const kind of kinds) {
        const example = kind[turn];
        if (example && taken.length < EXAMPLES_MAX) taken.push(example);
      }
    }
    return taken.sort((a, b) => firstOf(a) - firstOf(b) || (a.alarm < b.alarm ? -1 : 1));
  }

  #end(story: Story): void {
    const [old, fresh] = [tellings(story.old), tellings(story.new)];
    if (firstOf({ old, new: fresh }) < this.#since) return;
    this.episodes++;
    const change = changeOf(old, fresh);
    if (change === undefined) {
      this.same++;
      return;
    }
    if (++this.changes[change] > EXAMPLES_MAX) return;
    const { alert, episode } = story;
    const { alarm, text, labels } = alert;
    this.#examples.push({ change, alarm, episode, text, labels, old, new: fresh });
  }
}

const tellings = (of: ReadonlyMap<string, Instant>): readonly PlanTelling[] =>
  [...of]
    .map(([receiver, at]) => ({ receiver, at }))
    .sort((a, b) => (a.receiver < b.receiver ? -1 : 1));

const firstOf = (e: Pick<PlanExample, 'old' | 'new'>): number =>
  Math.min(...[...e.old, ...e.new].map((t) => t.at));

function changeOf(
  old: readonly PlanTelling[],
  fresh: readonly PlanTelling[],
): PlanChange | undefined {
  if (old.length === 0) return 'added';
  if (fresh.length === 0) return 'lost';
  const names = (side: readonly PlanTelling[]): string => side.map((t) => t.receiver).join('\n');
  if (names(old) !== names(fresh)) return 'moved';
  const late = Math.min(...fresh.map((t) => t.at)) - Math.min(...old.map((t) => t.at));
  if (Math.abs(late) < MOVED_MS_MIN) return undefined;
  return late > 0 ? 'later' : 'earlier';
}
