import { called, calledOn, type World } from './args.ts';
import { Fault, type Meter, placeOf, TEMPLATE_LIMITS, TemplateError } from './fault.ts';
import { FUNCTIONS } from './functions.ts';
import { methodOf, namesOf } from './members.ts';
import type { Body, Command, Item, Pipe, Tree, Word } from './tree.ts';
import { Dict, isTrue, List, Struct, typeOf, type Value, Whole, wholeOf } from './value.ts';

/** Where the text of a rendering goes; the HTML one escapes what the template did not write. */
export interface Sink {
  text(text: string): void;
  /** `by`: the function that made the value, when it was `html` or `urlquery`. */
  value(value: Value, by: string): void;
  done(): string;
}

export type TreesByName = ReadonlyMap<string, Tree>;

/** What `range` is told: go on with the next item, leave the round, leave the loop. */
type Flow = 'on' | 'continue' | 'break';

interface Variable {
  readonly name: string;
  value: Value;
}

/** Runs one tree over data. Throws TemplateError only. */
export function execute(
  tree: Tree,
  trees: TreesByName,
  data: Value,
  world: World,
  sink: Sink,
): void {
  const run = new Execution(tree, trees, world, sink);
  try {
    run.start(tree, data);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new TemplateError(placeOf(run.tree.source, run.tree.name, run.at), error.message);
  }
}

class Execution {
  /** Where the work is now, for the message of a fault. */
  tree: Tree;
  at = 0;
  readonly #trees: TreesByName;
  readonly #world: World;
  readonly #meter: Meter;
  readonly #sink: Sink;
  #variables: Variable[] = [];
  #depth = 0;
  #blocks = 0;

  constructor(tree: Tree, trees: TreesByName, world: World, sink: Sink) {
    this.tree = tree;
    this.#trees = trees;
    this.#world = world;
    this.#meter = world.meter;
    this.#sink = sink;
  }

  start(tree: Tree, data: Value): void {
    this.tree = tree;
    this.#variables = [{ name: '$', value: data }];
    this.#body(data, tree.body);
  }

  #body(dot: Value, body: Body): Flow {
    for (const item of body) {
      const flow = this.#item(dot, item);
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  #item(dot: Value, item: Item): Flow {
    this.at = item.at;
    this.#meter.spend(1);
    switch (item.is) {
      case 'text':
        this.#sink.text(item.text);
        return 'on';
      case 'action': {
        const value = this.#pipe(dot, item.pipe);
        this.at = item.at;
        if (item.pipe.variables.length === 0) this.#sink.value(value, lastFunction(item.pipe));
        return 'on';
      }
      case 'if':
      case 'with':
        return this.#scoped(() => {
          const value = this.#pipe(dot, item.pipe);
          if (isTrue(value)) return this.#body(item.is === 'with' ? value : dot, item.body);
          return item.otherwise ? this.#body(dot, item.otherwise) : 'on';
        });
      case 'range':
        return this.#scoped(() => this.#range(dot, item.pipe, item.body, item.otherwise));
      case 'template':
        this.#template(dot, item.name, item.pipe);
        return 'on';
      default:
        return item.is;
    }
  }

  /** Variables declared inside are gone behind it. */
  #scoped<T>(work: () => T): T {
    const mark = this.#variables.length;
    this.#blocks += 1;
    if (this.#blocks > TEMPLATE_LIMITS.blocks_depth_max) {
      const max = TEMPLATE_LIMITS.blocks_depth_max;
      throw new Fault(`blocks and the templates in them nest deeper than ${max} in all`);
    }
    const result = work();
    this.#blocks -= 1;
    this.#variables.length = mark;
    return result;
  }

  #range(dot: Value, pipe: Pipe, body: Body, otherwise: Body | undefined): Flow {
    const { at } = this;
    const value = this.#pipe(dot, pipe, true);
    this.at = at;
    const rounds = roundsOf(value, pipe.variables.length, this.#meter);
    if (rounds.length === 0) return otherwise ? this.#body(dot, otherwise) : 'on';
    for (const [index, element] of rounds) {
      const flow = this.#scoped(() => {
        this.#bind(pipe, index, element);
        return this.#body(element, body);
      });
      if (flow === 'break') break;
    }
    return 'on';
  }

  /** With one variable it is the element, with two the index comes first. */
  #bind({ variables, assigns }: Pipe, index: Value, element: Value): void {
    const values = variables.length > 1 ? [index, element] : [element];
    variables.forEach((name, i) => {
      const value = values[i] ?? null;
      if (assigns) this.#variable(name).value = value;
      else this.#variables.push({ name, value });
    });
  }

  #template(dot: Value, name: string, pipe: Pipe | undefined): void {
    const called = this.#trees.get(name);
    if (!called) throw new Fault(`there is no template "${name}"`);
    const data = pipe ? this.#pipe(dot, pipe) : null;
    if (this.#depth >= TEMPLATE_LIMITS.template_depth_max) {
      const max = TEMPLATE_LIMITS.template_depth_max;
      throw new Fault(`templates call one another more than ${max} deep: does "${name}" end?`);
    }
    const [tree, variables] = [this.tree, this.#variables];
    this.#depth += 1;
    this.start(called, data);
    this.#depth -= 1;
    this.tree = tree;
    this.#variables = variables;
  }

  #variable(name: string): Variable {
    const found = this.#variables.findLast((variable) => variable.name === name);
    if (!found) throw new Fault(`the variable ${name} has no value here`);
    return found;
  }

  /** `bindsLater`: a range gives its variables their values itself, round by round. */
  #pipe(dot: Value, pipe: Pipe, bindsLater = false): Value {
    let value: Value | undefined;
    for (const command of pipe.commands) value = this.#command(dot, command, value);
    const result = value ?? null;
    for (const name of bindsLater ? [] : pipe.variables) {
      if (pipe.assigns) this.#variable(name).value = result;
      else this.#variables.push({ name, value: result });
    }
    return result;
  }

  #command(dot: Value, { at, words }: Command, last: Value | undefined): Value {
    this.#meter.spend(1);
    const [first, ...others] = words;
    if (!first) return null;
    const piped = last === undefined ? [] : [last];
    switch (first.is) {
      case 'function':
        return this.#function(dot, first.name, at, others, piped);
      case 'field':
        return this.#path(dot, dot, first.path, first.at, others, piped);
      case 'variable':
        if (first.path.length === 0) break;
        return this.#path(dot, this.#variable(first.name).value, first.path, at, others, piped);
      case 'chain':
        return this.#path(dot, this.#word(dot, first.from), first.path, at, others, piped);
      default:
    }
    this.at = at;
    if (others.length > 0 || piped.length > 0) {
      throw new Fault('this is no function: it takes no arguments');
    }
    if (first.is === 'nil') throw new Fault('nil is no command');
    return this.#word(dot, first);
  }

  #word(dot: Value, word: Word): Value {
    this.#meter.spend(1);
    switch (word.is) {
      case 'dot':
        return dot;
      case 'nil':
        return null;
      case 'constant':
        return word.value;
      case 'pipe':
        return this.#pipe(dot, word);
      case 'function':
        return this.#function(dot, word.name, word.at, [], []);
      case 'field':
        return this.#path(dot, dot, word.path, word.at, [], []);
      case 'variable':
        return this.#path(dot, this.#variable(word.name).value, word.path, word.at, [], []);
      case 'chain':
        return this.#path(dot, this.#word(dot, word.from), word.path, word.at, [], []);
    }
  }

  #function(
    dot: Value,
    name: string,
    at: number,
    words: readonly Word[],
    piped: readonly Value[],
  ): Value {
    if (name === 'and' || name === 'or') return this.#either(dot, name, at, words, piped);
    const values = [...words.map((word) => this.#word(dot, word)), ...piped];
    this.at = at;
    const fn = FUNCTIONS[name];
    if (!fn) throw new Fault(`there is no function "${name}"`);
    return called(name, fn, values, this.#world);
  }

  /** The first that decides; what stands behind it is not looked at. */
  #either(
    dot: Value,
    name: 'and' | 'or',
    at: number,
    words: readonly Word[],
    piped: readonly Value[],
  ): Value {
    if (words.length + piped.length === 0) {
      this.at = at;
      throw new Fault(`${name} wants at least 1 argument, not 0`);
    }
    let value: Value = null;
    for (const word of words) {
      value = this.#word(dot, word);
      if (isTrue(value) === (name === 'or')) return value;
    }
    return piped[0] ?? value;
  }

  /** `.A.B args`: only the last of the path may take arguments. */
  #path(
    dot: Value,
    from: Value,
    path: readonly string[],
    at: number,
    words: readonly Word[],
    piped: readonly Value[],
  ): Value {
    let value = from;
    path.forEach((name, i) => {
      const isLast = i === path.length - 1;
      this.#meter.spend(1);
      const method = methodOf(value, name);
      if (method) {
        const self = value;
        const given = isLast ? [...words.map((word) => this.#word(dot, word)), ...piped] : [];
        this.at = at;
        value = calledOn(self, name, method, given, this.#world);
        return;
      }
      this.at = at;
      if (isLast && words.length + piped.length > 0) {
        throw new Fault(`.${name} is no method here: it takes no arguments`);
      }
      value = fieldOf(value, name, i === 0 && value === dot);
    });
    return value;
  }
}

function lastFunction({ commands }: Pipe): string {
  const first = commands.at(-1)?.words[0];
  return first?.is === 'function' ? first.name : '';
}

/** Reads a field or entry. Nothing has no fields, but a template called without data may ask. */
function fieldOf(value: Value, name: string, isDot: boolean): Value {
  if (value === null && isDot) return null;
  if (value === null) throw new Fault(`.${name} of nothing: what stands before it has no value`);
  if (value instanceof Dict) return value.get(name);
  const field = value instanceof Struct ? value.fields.get(name) : undefined;
  if (field !== undefined) return field;
  const near = namesOf(value);
  const there = near.length > 0 ? `; there is ${near.map((n) => `.${n}`).join(', ')}` : '';
  throw new Fault(`there is no .${name} in ${typeOf(value)}${there}`);
}

type Round = readonly [index: Value, element: Value];

/** The rounds are paid for before they are laid out. */
function roundsOf(value: Value, variables: number, meter: Meter): readonly Round[] {
  if (value === null) return [];
  if (value instanceof List) {
    paid(BigInt(value.items.length), meter);
    return value.items.map((item, i) => [BigInt(i), item]);
  }
  if (value instanceof Dict) {
    paid(BigInt(value.entries.size), meter);
    return [...value.entries];
  }
  const count = wholeOf(value);
  if (count === undefined) throw new Fault(`range cannot go through ${typeOf(value)}`);
  if (variables > 1) throw new Fault('a range over a number has one variable only');
  if (count <= 0n) return [];
  paid(count, meter);
  const same = (n: bigint): Value => (value instanceof Whole ? new Whole(value.type, n) : n);
  return Array.from({ length: Number(count) }, (_, i) => [null, same(BigInt(i))]);
}

function paid(rounds: bigint, meter: Meter): void {
  const max = TEMPLATE_LIMITS.range_rounds_max;
  if (rounds > BigInt(max)) throw new Fault(`this range goes over ${max} rounds`);
  meter.spend(Number(rounds));
}
