import { type Args, type Callable, takes } from './args.ts';
import {
  durationText,
  fieldsOf,
  formatTime,
  inZone,
  MONTHS,
  timeText,
  WEEKDAYS,
  ZERO_NS,
} from './time.ts';
import { Duration, Time, type Value, Whole } from './value.ts';

const none = (run: (time: Time, args: Args) => Value): Callable =>
  takes(1, 1, (args) => run(args.time(0), args));
const one = (run: (time: Time, args: Args) => Value): Callable =>
  takes(2, 2, (args) => run(args.time(0), args));

const int = (n: number): bigint => BigInt(n);
const int64 = (n: bigint): Whole => new Whole('int64', n);
const floorDiv = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;

/** Methods of Go's time.Time that make sense in a notification. */
export const TIME_METHODS: Readonly<Record<string, Callable>> = {
  Format: one((time, args) => args.world.meter.text(formatTime(time, args.text(1)))),
  String: none(timeText),
  Unix: none((time) => int64(floorDiv(time.ns, 1_000_000_000n))),
  UnixMilli: none((time) => int64(floorDiv(time.ns, 1_000_000n))),
  UnixMicro: none((time) => int64(floorDiv(time.ns, 1000n))),
  UnixNano: none((time) => int64(time.ns)),
  UTC: none((time) => new Time(time.ns)),
  Local: none((time) => new Time(time.ns)),
  Year: none((time) => int(fieldsOf(time).year)),
  Month: none((time) => month(fieldsOf(time).month)),
  Day: none((time) => int(fieldsOf(time).day)),
  Hour: none((time) => int(fieldsOf(time).hour)),
  Minute: none((time) => int(fieldsOf(time).minute)),
  Second: none((time) => int(fieldsOf(time).second)),
  Nanosecond: none((time) => int(fieldsOf(time).nano)),
  Weekday: none((time) => weekday(fieldsOf(time).weekday)),
  YearDay: none((time) => int(fieldsOf(time).yearDay)),
  IsZero: none((time) => time.ns === ZERO_NS),
  Add: one((time, args) => moved(time, time.ns + args.duration(1).ns)),
  AddDate: takes(4, 4, (args) => addDate(args)),
  Sub: one((time, args) => new Duration(clamped(time.ns - args.time(1).ns))),
  Before: one((time, args) => time.ns < args.time(1).ns),
  After: one((time, args) => time.ns > args.time(1).ns),
  Equal: one((time, args) => time.ns === args.time(1).ns),
  Compare: one((time, args) => {
    const other = args.time(1).ns;
    return time.ns < other ? -1n : time.ns > other ? 1n : 0n;
  }),
  Truncate: one((time, args) => moved(time, rounded(time.ns - ZERO_NS, args, false) + ZERO_NS)),
  Round: one((time, args) => moved(time, rounded(time.ns - ZERO_NS, args, true) + ZERO_NS)),
};

const month = (n: number): Whole => new Whole('time.Month', int(n), MONTHS[n - 1] ?? '');
const weekday = (n: number): Whole => new Whole('time.Weekday', int(n), WEEKDAYS[n] ?? '');

/** Within the years that a calendar here can show; beyond them it stays at the end. */
const YEAR_NS = 31_556_952_000_000_000n;
function moved(time: Time, ns: bigint): Time {
  const most = 100_000n * YEAR_NS;
  const kept = ns > most ? most : ns < -most ? -most : ns;
  return new Time(kept, time.zone);
}

const INT64_MAX = 9_223_372_036_854_775_807n;
const clamped = (ns: bigint): bigint =>
  ns > INT64_MAX ? INT64_MAX : ns < -INT64_MAX - 1n ? -INT64_MAX - 1n : ns;

function addDate(args: Args): Time {
  const time = args.time(0);
  const at = fieldsOf(time);
  const [years, months, days] = [1, 2, 3].map((i) => Number(args.whole(i)));
  const local = new Date(0);
  local.setUTCFullYear(at.year + (years ?? 0), at.month - 1 + (months ?? 0), at.day + (days ?? 0));
  const midnight = local.getTime();
  if (Number.isNaN(midnight)) return moved(time, INT64_MAX);
  const seconds = midnight / 1000 + at.hour * 3600 + at.minute * 60 + at.second;
  const wall = BigInt(seconds) * 1_000_000_000n + BigInt(at.nano);
  const guess = new Time(wall - BigInt(at.offset) * 1_000_000_000n, time.zone);
  // The wall clock stays the same across a change of summer time.
  const offset = fieldsOf(guess).offset;
  return moved(time, wall - BigInt(offset) * 1_000_000_000n);
}

/** Down to a multiple, or to the nearest one, halves up. */
function rounded(ns: bigint, args: Args, nearest: boolean): bigint {
  const unit = args.duration(1).ns;
  if (unit <= 0n) return ns;
  const down = floorDiv(ns, unit) * unit;
  return nearest && (ns - down) * 2n >= unit ? down + unit : down;
}

const span = (run: (span: Duration, args: Args) => Value, most = 1): Callable =>
  takes(most, most, (args) => run(args.duration(0), args));

/** Go rounds a negative length as the positive one. */
function roundSpan({ ns }: Duration, args: Args, nearest: boolean): Duration {
  const size = rounded(ns < 0n ? -ns : ns, args, nearest);
  return new Duration(ns < 0n ? -size : size);
}

export const DURATION_METHODS: Readonly<Record<string, Callable>> = {
  String: span(durationText),
  Hours: span(({ ns }) => Number(ns) / 3.6e12),
  Minutes: span(({ ns }) => Number(ns) / 6e10),
  Seconds: span(({ ns }) => Number(ns) / 1e9),
  Milliseconds: span(({ ns }) => int64(ns / 1_000_000n)),
  Microseconds: span(({ ns }) => int64(ns / 1000n)),
  Nanoseconds: span(({ ns }) => int64(ns)),
  Abs: span(({ ns }) => new Duration(ns < 0n ? -ns : ns)),
  Round: span((length, args) => roundSpan(length, args, true), 2),
  Truncate: span((length, args) => roundSpan(length, args, false), 2),
};

/** Of a month or weekday. */
export const WHOLE_METHODS: Readonly<Record<string, Callable>> = {
  String: takes(1, 1, (args) => {
    const value = args.any(0);
    return value instanceof Whole ? (value.text ?? '') : '';
  }),
};

/** `In` wants a *time.Location, which templates cannot make; the function `tz` does its work. */
export const timeIn = (args: Args): Time => inZone(args.time(1), args.text(0));
