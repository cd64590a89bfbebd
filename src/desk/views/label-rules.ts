import { type Alarm, isRaised } from '../../domain/alarm/alarm.ts';
import { identifyLabels, type Labels } from '../../domain/alarm/event.ts';
import { type LabelRules, relabelled } from '../../domain/alarm/relabel.ts';
import type { Memory } from '../desk.ts';
import type { Sliced } from './merge.ts';

const LOOKED_AT_ONCE = 500;

/** Open alarms that are told; the rest is counted. */
export const RELABELLED_MAX = 100;

/** What rules would make of the alarms that are open now. */
export interface LabelEffect {
  readonly open: number;
  /** Their labels would be others; the key stays. */
  readonly relabelled: number;
  /** Their key would be another: the next report is a new alarm, and the old one ends by itself. */
  readonly rekeyed: number;
  /** Alarms that would be one with another: two halves of a pair. */
  readonly merged: number;
  readonly some: readonly { readonly alarm: Alarm; readonly is: Labels }[];
}

/**
 * Goes by the labels that alarms have now: what a rule in force took off is not known any more.
 * `rulesOf` says what would be done to a source's labels.
 */
export function* labelEffect(
  memory: Memory,
  rulesOf: (source: string) => LabelRules | undefined,
): Sliced<LabelEffect> {
  const some: { alarm: Alarm; is: Labels }[] = [];
  const keys = new Set<string>();
  let [open, changed, rekeyed, merged, looked] = [0, 0, 0, 0, 0];
  for (const alarm of memory.all('alarms')) {
    if (++looked % LOOKED_AT_ONCE === 0) yield;
    if (!isRaised(alarm)) continue;
    open++;
    const rules = rulesOf(alarm.source);
    const is = rules ? relabelled(alarm.labels, rules) : alarm.labels;
    if (alarm.byLabels) {
      const key = identifyLabels(is);
      if (keys.has(key)) merged++;
      keys.add(key);
    }
    if (is === alarm.labels) continue;
    if (alarm.byLabels) rekeyed++;
    else changed++;
    if (some.length < RELABELLED_MAX) some.push({ alarm, is });
  }
  return { open, relabelled: changed, rekeyed, merged, some };
}
