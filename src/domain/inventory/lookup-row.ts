import { fingerprint } from '../../base/fingerprint.ts';
import { compilePattern } from '../alarm/pattern.ts';
import { type KeyMode, keyColumn, LOOKUP_LIMITS, type LookupKey, shapeOf } from './lookup.ts';
import {
  type Draft,
  type FieldValue,
  idFault,
  labelIn,
  meaningOf,
  type Row,
  type RowFaults,
} from './row.ts';
import { INVENTORY_LIMITS, keyOf } from './thing.ts';

type Sorted = { readonly keys: LookupKey[]; readonly labels: Record<string, string> };

/** Reads the rows of the lookup tables of one feed; their limits are the feed's. */
export class LookupRows {
  readonly #shapes = new Set<string>();
  #patterns = 0;

  /** A row as a draft; undefined, and a fault, when nothing could be looked up by it. */
  draftOf(row: Row, faults: RowFaults): Draft | undefined {
    const { keys, labels } = sorted(row);
    const id = idOf(keys);
    const fault = this.#fault(keys, labels) ?? unfit(id, 'text without control characters');
    if (fault) {
      const [wrong, expected] = fault;
      const thing = keys.length === 0 ? 'lookup:' : `lookup:${id}`;
      faults.say({ line: row.line, thing, wrong, expected, done: 'left out' });
      return undefined;
    }
    this.#shapes.add(shapeOf(keys));
    if (keys.some(({ mode }) => mode === 'pattern')) this.#patterns++;
    const attributes = Object.fromEntries(
      keys.map(({ mode, name, value }) => [`${mode}.${name}`, value]),
    );
    return {
      ...{ line: row.line, kind: 'lookup', key: keyOf('lookup', id) },
      ...{ says: {}, names: [], attributes, labels },
    };
  }

  #fault(keys: readonly LookupKey[], labels: object): readonly [string, string] | undefined {
    const { keys_max, prefix_chars_max, pattern_rows_max, shapes_max } = LOOKUP_LIMITS;
    const of = (mode: KeyMode) => keys.filter((key) => key.mode === mode);
    if (keys.length === 0) {
      return ['no cell says what it goes by', 'a column match.LABEL, prefix.LABEL, pattern.LABEL'];
    }
    if (Object.keys(labels).length === 0) return ['it adds nothing', 'a cell with a label to add'];
    if (keys.length > keys_max) return [`it goes by ${keys.length} columns`, `at most ${keys_max}`];
    if (of('prefix').length > 1 || of('pattern').length > 1) {
      return ['two columns by prefix or pattern', 'one by prefix, one by pattern'];
    }
    const [prefix] = of('prefix');
    if (prefix && prefix.value.length > prefix_chars_max) {
      return ['its prefix is too long', `at most ${prefix_chars_max} characters`];
    }
    const [pattern] = of('pattern');
    const compiled = pattern && compilePattern(pattern.value);
    if (compiled && 'error' in compiled) return [compiled.error, 'a pattern of RE2'];
    if (pattern && this.#patterns >= pattern_rows_max) {
      return ['one more row with a pattern', `at most ${pattern_rows_max} in a feed`];
    }
    if (!this.#shapes.has(shapeOf(keys)) && this.#shapes.size >= shapes_max) {
      return ['it goes by yet other columns', `at most ${shapes_max} sets of columns in a feed`];
    }
    return labelFault(labels);
  }
}

function labelFault(labels: object): readonly [string, string] | undefined {
  const { attributes_max, value_chars_max } = INVENTORY_LIMITS;
  const values = Object.values(labels) as string[];
  if (values.length > attributes_max) {
    return [`it adds ${values.length} labels`, `at most ${attributes_max}`];
  }
  const long = values.some((value) => value.length > value_chars_max);
  return long ? ['a label is too long', `at most ${value_chars_max} characters`] : undefined;
}

const unfit = (id: string, expected: string): readonly [string, string] | undefined => {
  const wrong = idFault(id);
  return wrong === undefined ? undefined : [wrong, expected];
};

/** Every column that is no key is a label, whether or not `label.` stands before it. */
function sorted({ fields }: Row): Sorted {
  const keys: LookupKey[] = [];
  const labels: Record<string, string> = {};
  for (const [column, held] of Object.entries(fields)) {
    const label = labelIn(column);
    const key = keyColumn(column);
    const mapping = mappingIn(column, held);
    if (mapping) {
      for (const [name, value] of Object.entries(mapping)) {
        const of = keyColumn(`${column}.${name}`);
        if (of) keys.push({ ...of, value });
        else labels[name] = value;
      }
      continue;
    }
    const value = textOf(held);
    if (value === '') continue;
    if (key) keys.push({ ...key, value });
    else if (label !== undefined) labels[label] = value;
    else if (meaningOf(column) !== 'kind' && meaningOf(column) !== 'id') labels[column] = value;
  }
  const order = (one: LookupKey): string => `${one.mode}.${one.name}`;
  return { keys: keys.sort((a, b) => (order(a) < order(b) ? -1 : 1)), labels: byName(labels) };
}

/** `match: {circuit: C-1}` and `labels: {customer: ACME}`, as YAML has it. */
function mappingIn(
  column: string,
  value: FieldValue,
): Readonly<Record<string, string>> | undefined {
  const isKept = meaningOf(column) === 'labels' || keyColumn(`${column}.x`) !== undefined;
  if (!isKept || typeof value === 'string' || Array.isArray(value)) return undefined;
  return value as Readonly<Record<string, string>>;
}

const textOf = (value: FieldValue): string =>
  (typeof value === 'string' ? value : Object.values(value).join(', ')).trim();

const byName = (labels: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.keys(labels)
      .sort()
      .map((name) => [name, labels[name] ?? '']),
  );

const SIGNS: Readonly<Record<KeyMode, string>> = { match: '=', prefix: '^', pattern: '~' };

/** `circuit=C-1, host^osl-`; the end of a long one is a fingerprint. */
function idOf(keys: readonly LookupKey[]): string {
  const id = keys.map(({ mode, name, value }) => `${name}${SIGNS[mode]}${value}`).join(', ');
  const max = INVENTORY_LIMITS.id_chars_max;
  return id.length <= max ? id : `${id.slice(0, max - 17)}~${fingerprint([id])}`;
}
