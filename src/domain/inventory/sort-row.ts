import type { Labels } from '../alarm/event.ts';
import type { LookupRows } from './lookup-row.ts';
import {
  type Draft,
  type FieldValue,
  idFault,
  labelIn,
  listed,
  type Meaning,
  meaningOf,
  type Row,
  type RowFaults,
} from './row.ts';
import { INVENTORY_LIMITS, KINDS, type Kind, keyOf, kindNamed } from './thing.ts';

/** A row by what its fields mean; undefined, and a fault, when it cannot be a thing. */
export function draftOf(row: Row, lookups: LookupRows, faults: RowFaults): Draft | undefined {
  const word = row.kind || text(field(row, 'kind'));
  const kind = kindNamed(word);
  if (kind === undefined) {
    const wrong = word === '' ? 'nothing says what it is' : `"${word}" is no kind of thing`;
    const expected = `a kind: ${KINDS.join(', ')}`;
    faults.say({ line: row.line, thing: '', wrong, expected, done: 'left out' });
    return undefined;
  }
  if (kind === 'lookup') return lookups.draftOf(row, faults);
  const sorted = sortFields(row, kind, faults);
  const id = idIn(kind, sorted.says);
  const wrong = idFault(id);
  if (wrong !== undefined) {
    const max = INVENTORY_LIMITS.id_chars_max;
    const expected =
      kind === 'port' ? 'a device and a name' : `an id or a name of 1 to ${max} characters`;
    faults.say({ line: row.line, thing: `${kind}:`, wrong, expected, done: 'left out' });
    return undefined;
  }
  return { line: row.line, kind, key: keyOf(kind, id), ...sorted };
}

function field(row: Row, wanted: Meaning): FieldValue | undefined {
  for (const name in row.fields) if (meaningOf(name) === wanted) return row.fields[name];
  return undefined;
}

const text = (value: FieldValue | undefined): string =>
  typeof value === 'string' ? value.trim() : value === undefined ? '' : listed(value).join(', ');

/** A port is named with its device, a link that has no id by its ends. */
function idIn(kind: Kind, says: Draft['says']): string {
  const id = text(says.id) || text(says.title);
  if (kind === 'port') {
    const device = text(says.device);
    if (device === '' || id.startsWith(`${device}/`)) return id.includes('/') ? id : '';
    return id === '' ? '' : `${device}/${id}`;
  }
  if (kind !== 'link' || id !== '') return id;
  const ends = endsIn(says);
  return ends.length === 2 ? ends.join(' -- ') : '';
}

/** Both ends of a link, as they were written. */
export function endsIn(says: Draft['says']): readonly string[] {
  if (says.ends !== undefined) return listed(says.ends);
  return [text(says.endA), text(says.endB)].filter((end) => end !== '');
}

/** The fields of which a kind of thing has none: there they are facts like any other. */
function isMeant(kind: Kind, meaning: Meaning): boolean {
  switch (meaning) {
    case 'endA':
    case 'endB':
    case 'ends':
      return kind === 'link';
    case 'device':
    case 'ifIndex':
      return kind === 'port';
    case 'site':
      return kind !== 'port' && kind !== 'site' && kind !== 'region';
    case 'region':
      return kind === 'site';
    default:
      return true;
  }
}

function sortFields(
  row: Row,
  kind: Kind,
  faults: RowFaults,
): Pick<Draft, 'says' | 'names' | 'attributes' | 'labels'> {
  const says: Partial<Record<Meaning, FieldValue>> = {};
  const names = new Set<string>();
  const attributes: Record<string, string> = {};
  const labels: Record<string, string> = {};
  for (const [name, value] of Object.entries(row.fields)) {
    if (text(value) === '') continue;
    const label = labelIn(name);
    const meaning = meaningOf(name);
    if (label !== undefined) labels[label] = text(value);
    else if (meaning === 'labels') Object.assign(labels, pairs(value));
    else if (meaning === undefined || !isMeant(kind, meaning)) attributes[name] = text(value);
    else if (meaning === 'names') for (const one of listed(value)) names.add(one);
    else if (meaning !== 'kind' && says[meaning] === undefined) says[meaning] = value;
  }
  const index = text(says.ifIndex);
  if (index !== '') {
    names.add(`if-${index}`);
    attributes.ifIndex = index;
  }
  const cut = (what: string, all: Record<string, string>): Labels =>
    withinLimits(all, (wrong, expected) => {
      const thing = text(says.id) || text(says.title);
      faults.say({
        line: row.line,
        thing,
        wrong: `${what}: ${wrong}`,
        expected,
        done: 'taken without it',
      });
    });
  return {
    says,
    names: namesWithin([...names], row, faults),
    attributes: cut('its facts', attributes),
    labels: cut('its labels', labels),
  };
}

/** Labels as a mapping, or as `team=core, tier=1` in one cell. */
function pairs(value: FieldValue): Labels {
  if (typeof value !== 'string' && !Array.isArray(value)) return value as Labels;
  const found = listed(value).map((pair) => /^([^=:]+)[=:](.*)$/.exec(pair));
  return Object.fromEntries(
    found.flatMap((pair) => (pair ? [[pair[1]?.trim() ?? '', pair[2]?.trim() ?? '']] : [])),
  );
}

function withinLimits(
  all: Readonly<Record<string, string>>,
  say: (wrong: string, expected: string) => void,
): Labels {
  const { attributes_max, value_chars_max } = INVENTORY_LIMITS;
  const kept: Record<string, string> = {};
  let count = 0;
  for (const name of Object.keys(all).sort()) {
    const value = all[name] ?? '';
    if (name === '__proto__') continue;
    if (value.length > value_chars_max) {
      say(`${name} has ${value.length} characters`, `at most ${value_chars_max}`);
    } else if (++count > attributes_max) {
      say(`${name} is one too many`, `at most ${attributes_max}`);
    } else kept[name] = value;
  }
  return kept;
}

function namesWithin(names: string[], { line }: Row, faults: RowFaults): readonly string[] {
  const { names_max, id_chars_max } = INVENTORY_LIMITS;
  const fit = names.filter((name) => idFault(name) === undefined).sort();
  if (fit.length < names.length || fit.length > names_max) {
    const wrong = `${names.length} names, ${names.length - fit.length} of them unfit`;
    const expected = `at most ${names_max} names of at most ${id_chars_max} characters`;
    faults.say({ line, thing: '', wrong, expected, done: 'taken without it' });
  }
  return fit.slice(0, names_max);
}
