import type { StoreBatch } from '../../src/ports/store.ts';
import { aBatch, aChange, anAlarm, anAuditLine } from './samples.ts';

export const COUNTER = 'position';

/** A batch whose every part names its position: a half of one would show. */
export const counted = (position: number, text = ''): StoreBatch =>
  aBatch(position, {
    alarms: [1, 2, 3].map((n) => anAlarm(n, { revision: position, text })),
    changes: [aChange(1, position, { text })],
    audit: [anAuditLine(position)],
    rows: [{ table: 'counters', id: COUNTER, json: String(position) }],
  });
