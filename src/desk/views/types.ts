import type { Instant } from '../../base/time.ts';
import type { Alarm } from '../../domain/alarm/alarm.ts';
import { isRaised } from '../../domain/alarm/alarm.ts';
import { recordFor, type TypeRecord } from '../../domain/inventory/alarm-type.ts';
import type { Memory } from '../desk.ts';
import type { Sliced } from './merge.ts';

const LOOKED_AT_ONCE = 2_000;

/** A type that alarms have, or had lately, or that only its record knows. */
export interface TypeView {
  readonly type: string;
  /** The record of the type itself, for every qualifier, or a more general one's. */
  readonly record: TypeRecord | undefined;
  /** Records for some qualifiers of it. */
  readonly special: readonly TypeRecord[];
  readonly raised: number;
  /** Alarms in memory: raised, and cleared lately. */
  readonly alarms: number;
  /** Reports folded into them. */
  readonly reports: number;
  readonly lastAt: Instant | undefined;
}

type Records = ReadonlyMap<string, readonly TypeRecord[]>;

function recordsOf(memory: Memory): Records {
  const records = new Map<string, TypeRecord[]>();
  for (const record of memory.all('types')) {
    const there = records.get(record.type);
    if (there) there.push(record);
    else records.set(record.type, [record]);
  }
  for (const list of records.values()) list.sort((a, b) => (a.id < b.id ? -1 : 1));
  return records;
}

/** What was decided about alarms such as this one. */
export function describedBy(memory: Memory, alarm: Alarm): TypeRecord | undefined {
  if (memory.count('types') === 0) return undefined;
  const records = recordsOf(memory);
  return recordFor((type) => records.get(type) ?? [], alarm.type, alarm.qualifier);
}

interface Seen {
  raised: number;
  alarms: number;
  reports: number;
  lastAt: Instant;
}

/** Every type that is seen or described: first those not described, the most raised before. */
export function* listTypes(memory: Memory): Sliced<readonly TypeView[]> {
  const seen = new Map<string, Seen>();
  let looked = 0;
  for (const alarm of memory.all('alarms')) {
    if (++looked % LOOKED_AT_ONCE === 0) yield;
    const one = seen.get(alarm.type) ?? { raised: 0, alarms: 0, reports: 0, lastAt: 0 as Instant };
    one.alarms++;
    if (isRaised(alarm)) one.raised++;
    one.reports += alarm.occurrences;
    if (alarm.heardAt > one.lastAt) one.lastAt = alarm.heardAt;
    seen.set(alarm.type, one);
  }
  const records = recordsOf(memory);
  const ofType = (type: string): readonly TypeRecord[] =>
    (records.get(type) ?? []).filter((record) => record.qualifier === '');
  const types = new Set([...seen.keys(), ...records.keys()]);
  return [...types]
    .map((type): TypeView => {
      const { raised = 0, alarms = 0, reports = 0, lastAt } = seen.get(type) ?? {};
      const special = (records.get(type) ?? []).filter((record) => record.qualifier !== '');
      const record = recordFor(ofType, type, '');
      return { type, record, special, raised, alarms, reports, lastAt };
    })
    .sort(neediestFirst);
}

const isDescribed = ({ record, special }: TypeView): number => (record || special.length ? 1 : 0);

const neediestFirst = (a: TypeView, b: TypeView): number =>
  isDescribed(a) - isDescribed(b) ||
  b.raised - a.raised ||
  b.reports - a.reports ||
  (a.type < b.type ? -1 : 1);
