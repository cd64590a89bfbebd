import { type Alarm, isRaised } from '../../domain/alarm/alarm.ts';
import type { Labels } from '../../domain/alarm/event.ts';
import type { Part } from '../../domain/inventory/thing.ts';
import type { Memory } from '../desk.ts';
import { askedOf } from '../refresh.ts';
import type { Sliced } from './merge.ts';

const LOOKED_AT_ONCE = 500;

/** Open alarms that are told; the rest is counted. */
export const AFFECTED_MAX = 100;

/** What an alarm would learn otherwise: only the labels that differ, '' where there is none. */
export interface Affected {
  readonly alarm: Alarm;
  readonly was: Labels;
  readonly is: Labels;
}

export interface Effect {
  readonly open: number;
  readonly affected: number;
  /** The first of them. */
  readonly some: readonly Affected[];
}

/** What a feed made of these parts would change on the alarms that are open. Changes nothing. */
export function* effectOf(
  memory: Memory,
  feed: string,
  { parts, fresh }: { readonly parts: readonly string[]; readonly fresh: readonly Part[] },
): Sliced<Effect> {
  const inventory = yield* memory.inventory.rehearsed(feed, parts, fresh);
  const some: Affected[] = [];
  let [open, affected, looked] = [0, 0, 0];
  for (const alarm of memory.all('alarms')) {
    if (++looked % LOOKED_AT_ONCE === 0) yield;
    if (!isRaised(alarm)) continue;
    open++;
    const about = askedOf(alarm);
    const before = memory.inventory.contextOf(about.resource, about.labels, about.value);
    const after = inventory.contextOf(about.resource, about.labels, about.value);
    const [was, is] = differing(before, after);
    if (was === is) continue;
    affected++;
    if (some.length < AFFECTED_MAX) some.push({ alarm, was, is });
  }
  return { open, affected, some };
}

/** The labels that one has and the other has not, or otherwise; the same object twice for none. */
function differing(before: Labels, after: Labels): readonly [was: Labels, is: Labels] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((name) => before[name] !== after[name])
    .sort();
  if (names.length === 0) return [before, before];
  const only = (labels: Labels): Labels =>
    Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
  return [only(before), only(after)];
}
