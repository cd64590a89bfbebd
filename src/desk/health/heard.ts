import { days, type Instant, minutes } from '../../base/time.ts';

const MINUTE = minutes(1);
/** The longest silence is kept for this week and the two before. */
const WEEK = days(7);

/** How much came in, over windows that end now. */
export interface Rates {
  readonly minute: number;
  readonly tenMinutes: number;
  readonly hour: number;
}

/** What is kept of a talker over a restart. */
export type HeardRow = readonly [
  events: number,
  firstAt: number,
  at: number,
  week: number,
  gap: number,
  gapBefore: number,
  gapOlder: number,
  flags: number,
];

const LEASED = 1;
const OVER = 2;

/**
 * What is known of one talker, a source or a device of one: when it was heard, how often, and how
 * long it is usually quiet. Written for each event, so it is little but numbers.
 */
export class Heard {
  readonly name: string;
  /** Since when it is followed: heard first, or expected. */
  firstAt: Instant;
  events = 0;
  refused = 0;
  /** Last heard; 0 when never. */
  at = 0 as Instant;
  /** Its last word was a clear: it may be quiet because all is well. */
  over = false;
  /** It repeats what holds, under a lease: the lease is its watch. */
  leased = false;
  /** Since when it is called silent; 0 when it is not. A silence that was told teaches nothing. */
  silentSince = 0 as Instant;
  /** The limit that was set for it: `undefined` until somebody asked. */
  rule: number | undefined;
  /** The label by which it was found last, uncut; and who spoke after it then. */
  said = '';
  next: Heard | undefined;
  /** Let go: nobody finds it any more. */
  isGone = false;
  #minute = 0;
  /** Of the running minute, ten minutes and hour, and of the one before each. */
  #m = 0;
  #mBefore = 0;
  #t = 0;
  #tBefore = 0;
  #h = 0;
  #hBefore = 0;
  #week = 0;
  #gap = 0;
  #gapBefore = 0;
  #gapOlder = 0;

  constructor(name: string, firstAt: Instant) {
    this.name = name;
    this.firstAt = firstAt;
  }

  /** `minute` is that of `at`; the time before `deafUntil` is no silence: nobody listened. */
  hear(count: number, at: Instant, minute: number, deafUntil: Instant): void {
    if (minute !== this.#minute) this.#turn(minute);
    if (this.at === 0) this.firstAt = at;
    else if (this.silentSince === 0) {
      const gap = at - (this.at > deafUntil ? this.at : deafUntil);
      if (gap > this.#gap) this.#gap = gap;
    }
    this.events += count;
    this.#m += count;
    this.at = at;
  }

  /** The longest silence of the last two to three weeks that was not called one. */
  get longestGap(): number {
    return Math.max(this.#gap, this.#gapBefore, this.#gapOlder);
  }

  /** The part of the window before that is still inside is taken as spread evenly. */
  rates(now: Instant): Rates {
    this.#turn(minuteOf(now));
    const left = (length: number): number => 1 - (now % length) / length;
    const ten = this.#t + this.#m;
    return {
      minute: Math.round(this.#m + this.#mBefore * left(MINUTE)),
      tenMinutes: Math.round(ten + this.#tBefore * left(10 * MINUTE)),
      hour: Math.round(this.#h + this.#m + this.#hBefore * left(60 * MINUTE)),
    };
  }

  /** Forgets what it was used to: a habit must be shown anew. */
  unlearn(now: Instant): void {
    this.events = 0;
    this.firstAt = now;
    this.#gap = 0;
    this.#gapBefore = 0;
    this.#gapOlder = 0;
  }

  row(): HeardRow {
    const flags = (this.leased ? LEASED : 0) + (this.over ? OVER : 0);
    const gaps = [this.#gap, this.#gapBefore, this.#gapOlder] as const;
    return [this.events, this.firstAt, this.at, this.#week, ...gaps, flags];
  }

  static from(name: string, row: HeardRow): Heard {
    const [events, firstAt, at, week, gap, gapBefore, gapOlder, flags] = row;
    const heard = new Heard(name, firstAt as Instant);
    heard.events = events;
    heard.at = at as Instant;
    heard.#week = week;
    heard.#minute = minuteOf(at);
    heard.#gap = gap;
    heard.#gapBefore = gapBefore;
    heard.#gapOlder = gapOlder;
    heard.leased = (flags & LEASED) !== 0;
    heard.over = (flags & OVER) !== 0;
    return heard;
  }

  /** Moves all windows on to this minute. */
  #turn(minute: number): void {
    const past = this.#minute;
    if (minute <= past) return;
    this.#minute = minute;
    this.#t += this.#m;
    this.#h += this.#m;
    this.#mBefore = minute === past + 1 ? this.#m : 0;
    this.#m = 0;
    const tens = Math.floor(minute / 10) - Math.floor(past / 10);
    if (tens > 0) {
      this.#tBefore = tens === 1 ? this.#t : 0;
      this.#t = 0;
    }
    const hours = Math.floor(minute / 60) - Math.floor(past / 60);
    if (hours > 0) {
      this.#hBefore = hours === 1 ? this.#h : 0;
      this.#h = 0;
    }
    const week = Math.floor((minute * MINUTE) / WEEK);
    if (week !== this.#week) this.#turnWeek(week);
  }

  #turnWeek(week: number): void {
    const weeks = week - this.#week;
    this.#gapOlder = weeks === 1 ? this.#gapBefore : weeks === 2 ? this.#gap : 0;
    this.#gapBefore = weeks === 1 ? this.#gap : 0;
    this.#gap = 0;
    this.#week = week;
  }
}

export const minuteOf = (at: number): number => Math.floor(at / MINUTE);
