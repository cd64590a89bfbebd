import type { Clock } from '../base/clock.ts';
import type { Html } from '../base/html.ts';
import { after, type Instant, type Millis, minutes, seconds } from '../base/time.ts';
import { alarmParts, courseParts } from '../console/alarm-page.ts';
import { relatedPart } from '../console/related-panel.ts';
import type { Site } from '../console/site.ts';
import type { Desk } from '../desk/desk.ts';
import { alarmView } from '../desk/views/alarm.ts';
import { courseView } from '../desk/views/course.ts';
import type { MutedAlarms } from '../desk/views/muted.ts';
import type { RecentChanges } from '../desk/views/recent.ts';
import { relatedTo } from '../desk/views/related.ts';
import type { StripRange } from '../desk/views/strip.ts';
import type { NameOf } from '../desk/views/words.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { Audience } from './audience.ts';
import { eventBytes } from './live-stream.ts';
import type { Reader } from './reader.ts';

/** How it went is read from history: drawn so long after a change, whatever comes meanwhile. */
const COURSE_AFTER = seconds(1);

/** Without a change it moves as the time does. */
const COURSE_EVERY = minutes(1);

export interface LiveAlarmParts {
  readonly desk: Desk;
  readonly recent: RecentChanges;
  readonly site: Site;
  readonly nameOf: NameOf;
  readonly muted: Pick<MutedAlarms, 'onFlip' | 'onTick'>;
  readonly clock: Clock;
}

/** One alarm that is looked at. */
interface Watched {
  readonly id: AlarmId;
  readonly everybody: Audience;
  readonly byRange: Map<StripRange, Audience>;
  /** When its course is drawn next. */
  courseAt: Instant;
  stop: () => void;
}

/** Pages of single alarms: each alarm is drawn once for all who look at it. */
export class LiveAlarms {
  readonly #parts: LiveAlarmParts;
  readonly #watched = new Map<AlarmId, Watched>();
  readonly #dirty = new Set<AlarmId>();
  readonly #unwatch: () => void;
  readonly #unmute: readonly (() => void)[];

  constructor(parts: LiveAlarmParts) {
    this.#parts = parts;
    this.#unmute = [
      parts.muted.onFlip({ leaves: () => {}, joins: ({ id }) => this.#flips(id) }),
      parts.muted.onTick(() => this.tick()),
    ];
    this.#unwatch = parts.desk.watch(({ alarms }) => {
      if (this.#watched.size === 0) return;
      for (const [was, is] of alarms) {
        const watched = this.#watched.get((is ?? was)?.id ?? ('' as AlarmId));
        if (!watched) continue;
        this.#dirty.add(watched.id);
        this.#armCourse(watched, COURSE_AFTER);
      }
    });
  }

  /** A silence began or ended: nothing of the alarm itself changed. */
  #flips(id: AlarmId): void {
    if (this.#watched.has(id)) this.#dirty.add(id);
  }

  add(id: AlarmId, range: StripRange, reader: Reader): void {
    const watched = this.#watched.get(id) ?? unwatched(id);
    this.#watched.set(id, watched);
    const { everybody, byRange } = watched;
    const alike = byRange.get(range) ?? new Audience();
    byRange.set(range, alike);
    alike.add(reader, () => {
      if (alike.size === 0) byRange.delete(range);
    });
    everybody.add(reader, () => {
      if (everybody.size > 0) return;
      watched.stop();
      this.#watched.delete(id);
    });
    this.#drawSafely(id);
    this.#armCourse(watched, COURSE_AFTER); // what came between the page and its stream
  }

  tick(): void {
    for (const id of this.#dirty) {
      this.#dirty.delete(id);
      // Not before the last time has reached everybody: what changes meanwhile is drawn once.
      this.#watched.get(id)?.everybody.whenTold(() => this.#drawSafely(id));
    }
  }

  close(): void {
    this.#unwatch();
    for (const stop of this.#unmute) stop();
    for (const { stop } of this.#watched.values()) stop();
  }

  #drawSafely(id: AlarmId): void {
    // The store's weather: the next tick tries again.
    this.#draw(id).catch(() => void this.#dirty.add(id));
  }

  async #draw(id: AlarmId): Promise<void> {
    const { site, nameOf, clock, desk } = this.#parts;
    const view = await alarmView(this.#parts, id);
    const watched = this.#watched.get(id);
    if (!view || !watched) return;
    const drawn = alarmParts({ site, nameOf, now: clock.now(), memory: desk.memory }, view);
    watched.everybody.tell(partsBytes(drawn));
  }

  /** The sooner of what was planned and this. */
  #armCourse(watched: Watched, wait: Millis): void {
    const { clock } = this.#parts;
    const at = after(clock.now(), wait);
    if (at >= watched.courseAt) return;
    watched.stop();
    watched.courseAt = at;
    watched.stop = clock.at(at, () => {
      watched.courseAt = NEVER;
      const again = () => this.#watched.has(watched.id) && this.#armCourse(watched, COURSE_EVERY);
      this.#drawCourse(watched).then(again, again);
    });
  }

  async #drawCourse({ id, byRange, everybody }: Watched): Promise<void> {
    const { desk, site, nameOf, clock } = this.#parts;
    const alarm = desk.memory.get('alarms', id);
    if (alarm) {
      const near = relatedTo(desk.memory, alarm, clock.now());
      everybody.tell(partsBytes({ related: relatedPart(site, near, clock.now()) }));
    }
    for (const [range, readers] of byRange) {
      const course = await courseView(this.#parts, { id }, { range, upTo: undefined });
      readers.tell(partsBytes(courseParts({ site, nameOf, now: clock.now() }, id, course)));
    }
  }
}

const NEVER = Number.MAX_SAFE_INTEGER as Instant;

const unwatched = (id: AlarmId): Watched => ({
  ...{ id, everybody: new Audience(), byRange: new Map(), courseAt: NEVER },
  stop: () => {},
});

function partsBytes(drawn: Readonly<Record<string, Html>>): Buffer {
  const parts = Object.fromEntries(Object.entries(drawn).map(([part, { text }]) => [part, text]));
  return eventBytes('alarm', { parts });
}
