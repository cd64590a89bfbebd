import { ENTRY_LIMITS } from '../../desk/entry.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { fieldsRefused } from '../problem.ts';
import type { Asked } from '../route.ts';
import { API_LIMITS } from './shapes.ts';

/** A key belongs to who sent it: two people may use the same one for different things. */
export function onceOf(by: UserId, asked: Asked): string | undefined {
  const key = asked.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key !== '' && key.length <= API_LIMITS.key_chars_max)
    return `${by}:${key}`.slice(0, ENTRY_LIMITS.once_chars_max);
  const expected = `1 to ${API_LIMITS.key_chars_max} characters`;
  throw fieldsRefused([{ field: 'Idempotency-Key', expected }]);
}
