import { type Millis, parseInstant } from '../base/time.ts';
import type { Somebody } from './answers.ts';
import { durationText } from './settings.ts';
import { whenText } from './when.ts';

/** A record of a type as the API tells it; shape of src/http/api/types.ts. */
export interface TypeAnswer {
  readonly id: string;
  readonly meaning: string;
  readonly action: string;
  readonly consequence: string;
  readonly respondWithin?: number;
  readonly willClear?: boolean;
  readonly severities: readonly string[];
  readonly owner: string;
  readonly onDelay?: number;
  readonly offDelay?: number;
  readonly runbook: string;
  readonly reason: string;
  readonly by: Somebody | null;
  readonly at: string;
}

const lengthText = (ms: number | undefined): string =>
  ms === undefined ? '' : durationText(ms as Millis);

/** Name and value of everything a record says. */
export function typeFacts(record: TypeAnswer): readonly (readonly [string, string])[] {
  const { willClear, reason, by } = record;
  const at = parseInstant(record.at);
  const who = `${by?.name ?? 'nobody'}, ${at === undefined ? record.at : whenText(at)}: ${reason}`;
  const facts: readonly (readonly [string, string])[] = [
    ['means', record.meaning],
    ['do', record.action],
    ['else', record.consequence],
    ['respond within', lengthText(record.respondWithin)],
    ['clears', willClear === undefined ? '' : willClear ? 'by itself' : 'never: verify and close'],
    ['severities', record.severities.join(', ')],
    ['owner', record.owner],
    ['on-delay', lengthText(record.onDelay)],
    ['off-delay', lengthText(record.offDelay)],
    ['runbook', record.runbook],
    ['decided', who],
  ];
  return facts.filter(([, value]) => value !== '');
}
