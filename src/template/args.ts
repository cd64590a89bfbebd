import { Fault, type Meter } from './fault.ts';
import { Dict, Duration, List, Time, textOf, typeOf, type Value, wholeOf } from './value.ts';

/** What a function or method may know beyond its arguments. */
export interface World {
  readonly meter: Meter;
  /** Nanoseconds since 1970: what `now` and `since` go by. */
  readonly now: bigint;
  /** A label of the route by its name, already filled in. */
  readonly routeLabel: (name: string) => string;
}

/** A calendar in a zone is some twenty times the work of another value. */
const TIME_STEPS = 20;

/** The arguments of one call; asking for one as a type checks it. Throws Fault. */
export class Args {
  readonly values: readonly Value[];
  readonly world: World;
  readonly #name: string;

  constructor(name: string, values: readonly Value[], world: World) {
    this.#name = name;
    this.values = values;
    this.world = world;
  }

  get count(): number {
    return this.values.length;
  }

  any(i: number): Value {
    return this.values[i] ?? null;
  }

  text(i: number): string {
    return textOf(this.any(i)) ?? this.#wrong(i, 'a text');
  }

  whole(i: number): bigint {
    return wholeOf(this.any(i)) ?? this.#wrong(i, 'a whole number');
  }

  time(i: number): Time {
    const value = this.any(i);
    this.world.meter.spend(TIME_STEPS);
    return value instanceof Time ? value : this.#wrong(i, 'a time, as .StartsAt');
  }

  duration(i: number): Duration {
    const value = this.any(i);
    if (typeof value === 'bigint') return new Duration(value);
    return value instanceof Duration ? value : this.#wrong(i, 'a duration');
  }

  list(i: number): List {
    const value = this.any(i);
    return value instanceof List ? value : this.#wrong(i, 'a list');
  }

  dict(i: number): Dict {
    const value = this.any(i);
    return value instanceof Dict ? value : this.#wrong(i, 'a dict');
  }

  texts(i: number): readonly string[] {
    const value = this.any(i);
    const list = value instanceof List ? value : this.#wrong(i, 'a list of texts');
    return list.items.map((item) => textOf(item) ?? this.#wrong(i, 'a list of texts'));
  }

  #wrong(i: number, wanted: string): never {
    const got = typeOf(this.any(i));
    const which = this.count > 1 ? `argument ${i + 1} of ${this.#name}` : this.#name;
    throw new Fault(`${which} wants ${wanted}; this is ${got === '<nil>' ? 'nothing' : got}`);
  }
}

/** A function or method: how many arguments it takes, and what it gives. */
export interface Callable {
  readonly least: number;
  /** Infinity: as many as one likes. */
  readonly most: number;
  readonly run: (args: Args) => Value;
}

export const takes = (least: number, most: number, run: Callable['run']): Callable => ({
  least,
  most,
  run,
});

/** Calls it after counting the arguments. Throws Fault. */
export function called(name: string, fn: Callable, values: readonly Value[], world: World): Value {
  counted(name, fn, values.length, 0);
  world.meter.spend(1 + values.length);
  return fn.run(new Args(name, values, world));
}

/** Calls a method: the value it belongs to is its first argument, and is not counted. */
export function calledOn(
  self: Value,
  name: string,
  method: Callable,
  values: readonly Value[],
  world: World,
): Value {
  counted(`.${name}`, method, values.length, 1);
  world.meter.spend(1 + values.length);
  return method.run(new Args(`.${name}`, [self, ...values], world));
}

function counted(name: string, fn: Callable, count: number, own: number): void {
  const [least, most] = [fn.least - own, fn.most - own];
  if (count >= least && count <= most) return;
  const open = most === Number.POSITIVE_INFINITY;
  const wanted =
    least === most ? String(least) : open ? `at least ${least}` : `${least} to ${most}`;
  const s = wanted.endsWith(' 1') || wanted === '1' ? '' : 's';
  throw new Fault(`${name} wants ${wanted} argument${s}, not ${count}`);
}
