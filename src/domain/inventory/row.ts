import type { Labels } from '../alarm/event.ts';
import { INVENTORY_LIMITS, type Kind, type ThingKey } from './thing.ts';

/** One row of a feed as its format gave it: a line of a table, an item of a YAML list. */
export interface Row {
  /** Where it stands, from 1; for formats without lines its number. */
  readonly line: number;
  /** What it says it is; '' when only its fields tell. */
  readonly kind: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export type FieldValue = string | readonly string[] | Labels;

/** What was wrong with a row, for the person who keeps the file. */
export interface RowFault {
  readonly line: number;
  /** The thing it is about, as far as it was known. */
  readonly thing: string;
  readonly wrong: string;
  readonly expected: string;
  readonly done: 'left out' | 'taken without it' | 'taken as it is';
}

/** Faults told of one reading; the rest is counted. */
export const ROW_FAULTS_MAX = 1_000;

/** Gathers faults in the order of the rows. */
export class RowFaults {
  readonly told: RowFault[] = [];
  total = 0;

  say(fault: RowFault): void {
    this.total++;
    if (this.told.length < ROW_FAULTS_MAX) this.told.push(fault);
  }
}

/** What a field means, whichever way its name is written: `Depends on`, `depends_on`. */
export type Meaning =
  | 'id'
  | 'kind'
  | 'title'
  | 'names'
  | 'device'
  | 'site'
  | 'region'
  | 'partOf'
  | 'owner'
  | 'ends'
  | 'endA'
  | 'endB'
  | 'dependsOn'
  | 'carries'
  | 'circuits'
  | 'services'
  | 'labels'
  | 'ifIndex';

const MEANINGS: Readonly<Record<string, Meaning>> = {
  id: 'id',
  cid: 'id',
  kind: 'kind',
  name: 'title',
  title: 'title',
  names: 'names',
  alias: 'names',
  aliases: 'names',
  address: 'names',
  addresses: 'names',
  ip: 'names',
  loopback: 'names',
  sysname: 'names',
  fqdn: 'names',
  hostname: 'names',
  shortname: 'names',
  ifname: 'names',
  ifdescr: 'names',
  ifindex: 'ifIndex',
  device: 'device',
  site: 'site',
  location: 'site',
  region: 'region',
  partof: 'partOf',
  parent: 'partOf',
  owner: 'owner',
  team: 'owner',
  ends: 'ends',
  a: 'endA',
  enda: 'endA',
  from: 'endA',
  b: 'endB',
  z: 'endB',
  endb: 'endB',
  endz: 'endB',
  to: 'endB',
  dependson: 'dependsOn',
  carries: 'carries',
  circuit: 'circuits',
  circuits: 'circuits',
  service: 'services',
  services: 'services',
  labels: 'labels',
};

/** A row whose fields are sorted by what they mean; its references are still texts. */
export interface Draft {
  readonly line: number;
  readonly kind: Kind;
  readonly key: ThingKey;
  readonly says: Readonly<Partial<Record<Meaning, FieldValue>>>;
  readonly names: readonly string[];
  readonly attributes: Labels;
  readonly labels: Labels;
}

export function meaningOf(field: string): Meaning | undefined {
  const plain = field.toLowerCase().replace(/[\s_-]/g, '');
  return Object.hasOwn(MEANINGS, plain) ? MEANINGS[plain] : undefined;
}

/** `label.team`, `label:team` or `labels.team` of a table is the label `team`. */
export const labelIn = (field: string): string | undefined =>
  /^labels?[.:](.+)$/i.exec(field.trim())?.[1]?.trim();

/** A list as people write it into one cell: `a, b; c`. */
export function listed(value: FieldValue): readonly string[] {
  const texts = typeof value === 'string' ? value.split(/[,;\n]/) : Object.values(value);
  return texts.map((text) => text.trim()).filter((text) => text !== '');
}

/** Control characters have no place in what is shown on terminals and compared by eye. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get in
const UNFIT = /[\u0000-\u001f\u007f]/;

/** What keeps a text from being an id; undefined when it can be one. */
export function idFault(id: string): string | undefined {
  const max = INVENTORY_LIMITS.id_chars_max;
  if (id === '') return 'it has no id and no name';
  if (id.length > max) return `its id has ${id.length} characters, more than ${max}`;
  return UNFIT.test(id) ? 'its id holds a control character' : undefined;
}
