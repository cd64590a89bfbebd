import { atField, type Refusal } from '../../base/refusal.ts';
import type { Instant, Millis } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import { compilePattern } from '../alarm/pattern.ts';
import type { Severity } from '../alarm/severity.ts';

/** What was decided about alarms of a type (RFC 8632 §4.2, ISA-18.2 rationalisation). */
export interface TypeRecord {
  /** The type, and its qualifier behind a space where there is one. */
  readonly id: string;
  /** `link.down`; speaks for `link.down.optical` too, unless that has its own. */
  readonly type: string;
  /** A pattern for the whole qualifier; '' for every one. */
  readonly qualifier: string;
  readonly meaning: string;
  /** What to do. An alarm that asks for nothing is none. */
  readonly action: string;
  /** What comes of it when nobody does it. */
  readonly consequence: string;
  /** Within which somebody must have done something. */
  readonly respondWithin?: Millis;
  /** False: nothing clears it, a person verifies and closes. Absent: not known. */
  readonly willClear?: boolean;
  /** Those it may have; none: any. */
  readonly severities: readonly Severity[];
  readonly owner: string;
  /** A raise that does not last so long is told to nobody; a clear that does not is no end. */
  readonly onDelay?: Millis;
  readonly offDelay?: Millis;
  /** Where the steps are written down. */
  readonly runbook: string;
  /** Why it was decided so. */
  readonly reason: string;
  readonly by: UserId;
  readonly at: Instant;
}

export const TYPE_LIMITS = {
  records_max: 5_000,
  type_chars_max: 256,
  text_chars_max: 4_096,
  owner_chars_max: 256,
  link_chars_max: 2_048,
  length_ms_max: 31 * 86_400_000,
  /** ISA-18.2 begins with seconds to a minute. */
  delay_ms_max: 30 * 60_000,
} as const;

export const recordId = (type: string, qualifier: string): string =>
  qualifier === '' ? type : `${type} ${qualifier}`;

export type WantedRecord = Omit<TypeRecord, 'id' | 'by' | 'at'>;

/** What keeps a record from being one; undefined when nothing does. */
export function recordFault(wanted: WantedRecord): Refusal | undefined {
  const { type_chars_max, text_chars_max, owner_chars_max, link_chars_max } = TYPE_LIMITS;
  const { type, qualifier, meaning, action, consequence, owner, runbook, reason } = wanted;
  if (!/^\S+$/.test(type) || type.length > type_chars_max) {
    return atField('type', `1 to ${type_chars_max} characters without spaces`);
  }
  const pattern = qualifier === '' ? undefined : compilePattern(qualifier);
  if (pattern && 'error' in pattern) return atField('qualifier', `${pattern.error}`);
  if (meaning.trim() === '') return atField('meaning', 'say what it means');
  if (reason.trim() === '') return atField('reason', 'say why it was decided so');
  for (const [field, text] of Object.entries({ meaning, action, consequence, reason })) {
    if (text.length > text_chars_max) return atField(field, `at most ${text_chars_max} characters`);
  }
  if (owner.length > owner_chars_max)
    return atField('owner', `at most ${owner_chars_max} characters`);
  if (runbook.length > link_chars_max)
    return atField('runbook', `at most ${link_chars_max} characters`);
  if (runbook !== '' && !/^https?:\/\/\S+$/i.test(runbook)) {
    return atField('runbook', 'an http or https address');
  }
  return lengthFault(wanted);
}

function lengthFault({ respondWithin, onDelay, offDelay }: WantedRecord): Refusal | undefined {
  for (const [field, length] of Object.entries({ respondWithin, onDelay, offDelay })) {
    const isDelay = field !== 'respondWithin';
    const max = isDelay ? TYPE_LIMITS.delay_ms_max : TYPE_LIMITS.length_ms_max;
    if (length === undefined || (length >= 0 && length <= max)) continue;
    return atField(field, `at most ${isDelay ? '30 minutes' : '31 days'}`);
  }
  return undefined;
}

/** `link.down.optical`, then `link.down`, then `link`. */
export function* withParents(type: string): Generator<string> {
  yield type;
  for (let dot = type.lastIndexOf('.'); dot > 0; dot = type.lastIndexOf('.', dot - 1)) {
    yield type.slice(0, dot);
  }
}

/**
 * The record that speaks for alarms of this type and qualifier: that of the type itself before
 * that of a more general one, one whose pattern fits before one for every qualifier.
 */
export function recordFor(
  ofType: (type: string) => readonly TypeRecord[],
  type: string,
  qualifier: string,
): TypeRecord | undefined {
  for (const one of withParents(type)) {
    const records = ofType(one);
    const exact = records.find((record) => record.qualifier !== '' && fits(record, qualifier));
    const found = exact ?? records.find((record) => record.qualifier === '');
    if (found) return found;
  }
  return undefined;
}

function fits(record: TypeRecord, qualifier: string): boolean {
  const pattern = compilePattern(record.qualifier);
  return !('error' in pattern) && pattern.matches(qualifier);
}
