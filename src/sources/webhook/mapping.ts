import { isMap, type Node } from 'yaml';
import { meant } from '../../base/near.ts';
import type { Millis } from '../../base/time.ts';
import type { Matcher } from '../../domain/alarm/matcher.ts';
import { parseMatchers } from '../../domain/alarm/matcher.ts';
import { parseSeverity, SEVERITIES, type Severity } from '../../domain/alarm/severity.ts';
import type { RuleFault } from '../../ports/source.ts';
import {
  MAPPING_FIELDS,
  type MappingField,
  SEVERITY_FIELDS,
  STATE_FIELDS,
} from './mapping-fields.ts';
import { RuleText } from './mapping-text.ts';
import { parseSelector, type Selector } from './selector.ts';
import { parseWay, VALUE_LIMITS, type Value } from './value.ts';

/** A test of one field: the matcher's name is a path. */
export interface FieldMatcher {
  readonly selector: Selector;
  readonly matcher: Matcher;
}

/** How bodies of one kind become events. */
export interface Mapping {
  readonly name: string;
  /** Where it stands in the text. */
  readonly line: number;
  /** None: any. */
  readonly doors: readonly string[];
  readonly match: readonly FieldMatcher[];
  readonly ignore: boolean;
  readonly json: readonly Selector[];
  readonly items: Selector | undefined;
  readonly state: {
    readonly raise: readonly FieldMatcher[];
    /** Undefined: nothing does. */
    readonly clear: readonly FieldMatcher[] | undefined;
    readonly ignore: readonly FieldMatcher[] | undefined;
  };
  readonly severity: {
    readonly from: Value;
    readonly words: ReadonlyMap<string, Severity>;
    readonly otherwise: Severity;
  };
  readonly values: Readonly<Record<'resource' | 'type' | 'qualifier' | 'text' | 'link', Value>>;
  readonly times: Readonly<Record<'at' | 'since' | 'until', Value>>;
  readonly labels: Pairs;
  readonly annotations: Pairs;
  readonly lease: Millis | undefined;
}

export interface Pairs {
  readonly add: readonly (readonly [name: string, value: Value])[];
  readonly from: readonly Selector[];
}

export interface Mappings {
  readonly all: readonly Mapping[];
  readonly faults: readonly RuleFault[];
}

const LEASE_DAYS_MAX = 30;
const PATHS_MAX = 32;
const DOORS_MAX = 64;

/** Reads a text of mappings. Total: what is wrong comes back with its place. */
export function readMappings(text: string): Mappings {
  const yaml = new RuleText();
  const all = yaml.read(text).map((node) => new Reader(yaml, node).mapping());
  return { all, faults: yaml.faults };
}

/** Reads one mapping of the list. */
class Reader {
  readonly #yaml: RuleText;
  readonly #node: Node;
  readonly #fields: ReadonlyMap<string, Node>;

  constructor(yaml: RuleText, node: Node) {
    this.#yaml = yaml;
    this.#node = node;
    this.#fields = yaml.entries(node, Object.keys(MAPPING_FIELDS), 'a mapping');
  }

  mapping(): Mapping {
    const ignore = this.#flag('ignore');
    const state = this.#state();
    const values = {
      resource: this.#value('resource'),
      type: this.#value('type'),
      qualifier: this.#value('qualifier'),
      text: this.#value('text'),
      link: this.#value('link'),
    };
    if (!ignore) this.#needed();
    return {
      name: this.#text('name') ?? '',
      line: this.#yaml.lineOf(this.#node),
      doors: this.#yaml.texts(this.#get('door'), 'door', DOORS_MAX).map(({ text }) => text),
      match: this.#matchers(this.#get('match'), 'match') ?? [],
      ignore,
      json: this.#selectors('json'),
      items: this.#items(),
      state,
      severity: this.#severity(),
      values,
      times: { at: this.#value('at'), since: this.#value('since'), until: this.#value('until') },
      labels: { add: this.#named('labels'), from: this.#selectors('labels_from') },
      annotations: { add: this.#named('annotations'), from: this.#selectors('annotations_from') },
      lease: this.#lease(),
    };
  }

  #get(field: MappingField): Node | undefined {
    return this.#fields.get(field);
  }

  #text(field: MappingField): string | undefined {
    return this.#yaml.text(this.#get(field), field);
  }

  #needed(): void {
    for (const field of ['resource', 'type'] as const) {
      if (this.#get(field)) continue;
      this.#yaml.say(this.#node, `this mapping lacks ${field}: say which path names it`);
    }
  }

  #flag(field: MappingField): boolean {
    const text = this.#text(field);
    if (text === undefined || text === 'true' || text === 'false') return text === 'true';
    this.#yaml.say(this.#get(field), `${field}: expected true or false`);
    return false;
  }

  #value(field: MappingField): Value {
    return this.#ways(this.#get(field), field);
  }

  #ways(node: Node | undefined, what: string): Value {
    return this.#yaml.texts(node, what, VALUE_LIMITS.tries_max).flatMap(({ text, node: at }) => {
      const way = text === '' ? { error: 'expected a path or a text' } : parseWay(text);
      if (!('error' in way)) return [way];
      this.#yaml.say(at, `${what}: ${way.error}`);
      return [];
    });
  }

  #selectors(field: MappingField): readonly Selector[] {
    return this.#yaml.texts(this.#get(field), field, PATHS_MAX).flatMap(({ text, node }) => {
      const selector = this.#selector(text, node, field);
      return selector ? [selector] : [];
    });
  }

  #selector(text: string, node: Node, what: string): Selector | undefined {
    const selector = parseSelector(text === '' ? '$' : text);
    if (!('error' in selector)) return selector;
    this.#yaml.say(node, `${what}: ${selector.error}`);
    return undefined;
  }

  #items(): Selector | undefined {
    const node = this.#get('items');
    const text = this.#text('items');
    const selector = text === undefined || !node ? undefined : this.#selector(text, node, 'items');
    if (selector && selector.from === 'request') {
      this.#yaml.say(node, 'items: expected a path into the body');
    }
    return selector;
  }

  #state(): Mapping['state'] {
    const node = this.#get('state');
    const fields = node ? this.#yaml.entries(node, STATE_FIELDS, 'state') : new Map<string, Node>();
    const of = (name: string) => this.#matchers(fields.get(name), `state.${name}`);
    return { raise: of('raise') ?? [], clear: of('clear'), ignore: of('ignore') };
  }

  /** Undefined when there are none. */
  #matchers(node: Node | undefined, what: string): readonly FieldMatcher[] | undefined {
    const text = this.#yaml.text(node, what);
    if (text === undefined || text.trim() === '' || !node) return undefined;
    const read = parseMatchers(text);
    if ('error' in read) {
      this.#yaml.say(node, `${what}: ${read.error}`);
      return undefined;
    }
    return read.flatMap((matcher) => {
      const selector = this.#selector(matcher.name, node, what);
      return selector ? [{ selector, matcher }] : [];
    });
  }

  #severity(): Mapping['severity'] {
    const node = this.#get('severity');
    if (!isMap(node)) {
      return { from: this.#ways(node, 'severity'), words: new Map(), otherwise: 'warning' };
    }
    const fields = this.#yaml.entries(node, SEVERITY_FIELDS, 'severity');
    const words = new Map<string, Severity>();
    const table = fields.get('words');
    for (const [word, meaning] of table ? this.#yaml.entries(table, undefined, 'words') : []) {
      words.set(word.toLowerCase(), this.#name(meaning, 'words'));
    }
    const otherwise = fields.get('otherwise');
    return {
      from: this.#ways(fields.get('from'), 'severity.from'),
      words,
      otherwise: otherwise ? this.#name(otherwise, 'otherwise') : 'warning',
    };
  }

  #name(node: Node, what: string): Severity {
    const text = this.#yaml.text(node, `severity.${what}`) ?? '';
    const severity = parseSeverity(text);
    if (severity) return severity;
    const known = SEVERITIES.join(', ');
    this.#yaml.say(node, `severity.${what}: expected one of ${known}${meant(text, SEVERITIES)}`);
    return 'indeterminate';
  }

  #named(field: 'labels' | 'annotations'): Pairs['add'] {
    const node = this.#get(field);
    const entries = node ? this.#yaml.entries(node, undefined, field) : new Map<string, Node>();
    return [...entries].map(([name, value]) => [name, this.#ways(value, `${field}.${name}`)]);
  }

  #lease(): Millis | undefined {
    const text = this.#text('lease');
    if (text === undefined) return undefined;
    const [, digits = '', unit = ''] = /^(\d{1,7})\s*([smhd])$/.exec(text.trim()) ?? [];
    const ms = Number(digits) * (UNITS[unit] ?? 0);
    if (ms > 0 && ms <= LEASE_DAYS_MAX * 86_400_000) return ms as Millis;
    this.#yaml.say(this.#get('lease'), `lease: expected a length such as 10m, at most 30d`);
    return undefined;
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3 };
