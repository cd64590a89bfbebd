import { BugError } from '../base/errors.ts';
import type { Instant } from '../base/time.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type {
  AuditLine,
  PlacedAttempt,
  PlacedChange,
  PlacedDecision,
  StoreBatch,
} from '../ports/store.ts';
import { packAttempt, packDecision, unpackAttempt, unpackDecision } from './notice-packing.ts';
import {
  type Packed,
  Packer,
  packAlarm,
  packChange,
  Unpacker,
  unpackAlarm,
  unpackChange,
} from './packing.ts';

/** Rows and characters of one message: in larger ones a row costs more, in page faults. */
const PART_ROWS_MAX = 256;
const PART_CHARS_MAX = 1_048_576;

/** Numbers that only travel between two threads of one program; never stored. */
const ALARM = 1;
const FORGOTTEN = 2;
const CHANGE = 3;
const EVIDENCE = 4;
const AUDIT = 5;
const ROW = 6;
const DECISION = 7;
const ATTEMPT = 8;

type Evidence = StoreBatch['evidence'][number];
type Row = StoreBatch['rows'][number];

/** Position and desk time of a batch; its rows travel ahead of it in parts. */
export interface BatchHead {
  readonly position: number;
  readonly deskTime: number;
}

/** The batch's rows as messages of bounded size. */
export function* partsOf(batch: StoreBatch): Generator<Packed> {
  const p = new Packer();
  yield* pack(p, ALARM, batch.alarms, packAlarm);
  yield* pack(p, FORGOTTEN, batch.forgotten, (to, id) => to.string(id));
  yield* pack(p, CHANGE, batch.changes, packChange);
  yield* pack(p, EVIDENCE, batch.evidence, packEvidence);
  yield* pack(p, AUDIT, batch.audit, packAudit);
  yield* pack(p, DECISION, batch.decisions, packDecision);
  yield* pack(p, ATTEMPT, batch.attempts, packAttempt);
  yield* pack(p, ROW, batch.rows, packRow);
  if (p.rows > 0) yield p.take();
}

function* pack<T>(
  p: Packer,
  kind: number,
  rows: readonly T[],
  packOne: (p: Packer, row: T) => void,
): Generator<Packed> {
  for (const row of rows) {
    p.begin(kind);
    packOne(p, row);
    if (p.rows >= PART_ROWS_MAX || p.chars >= PART_CHARS_MAX) yield p.take();
  }
}

function packEvidence(p: Packer, e: Evidence): void {
  p.string(e.alarm);
  p.number(e.at);
  p.string(e.raw);
}

function packAudit(p: Packer, line: AuditLine): void {
  p.number(line.position);
  p.number(line.at);
  p.string(line.by);
  p.string(line.verb);
  p.string(line.subject);
  p.string(line.outcome);
  p.string(line.detail);
}

function packRow(p: Packer, row: Row): void {
  p.string(row.table);
  p.string(row.id);
  p.optional(row.json);
}

/** Puts the parts together again. */
export function batchOf(head: BatchHead, parts: readonly Packed[]): StoreBatch {
  const batch: Growing = {
    position: head.position,
    deskTime: head.deskTime as Instant,
    alarms: [],
    forgotten: [],
    changes: [],
    evidence: [],
    audit: [],
    decisions: [],
    attempts: [],
    rows: [],
  };
  for (const part of parts) {
    const p = new Unpacker(part);
    while (!p.isEmpty) unpackRow(batch, p);
  }
  return batch;
}

/** A batch that still grows. */
interface Growing extends StoreBatch {
  readonly alarms: Alarm[];
  readonly forgotten: AlarmId[];
  readonly changes: PlacedChange[];
  readonly evidence: Evidence[];
  readonly audit: AuditLine[];
  readonly decisions: PlacedDecision[];
  readonly attempts: PlacedAttempt[];
  readonly rows: Row[];
}

function unpackRow(batch: Growing, p: Unpacker): void {
  const kind = p.number();
  if (kind === ALARM) batch.alarms.push(unpackAlarm(p));
  else if (kind === FORGOTTEN) batch.forgotten.push(p.string() as AlarmId);
  else if (kind === CHANGE) batch.changes.push(unpackChange(p));
  else if (kind === EVIDENCE) batch.evidence.push(unpackEvidence(p));
  else if (kind === AUDIT) batch.audit.push(unpackAudit(p));
  else if (kind === DECISION) batch.decisions.push(unpackDecision(p));
  else if (kind === ATTEMPT) batch.attempts.push(unpackAttempt(p));
  else if (kind === ROW) {
    batch.rows.push({ table: p.string(), id: p.string(), json: p.optional() });
  } else throw new BugError(`a part of a batch holds a row of kind ${kind}`);
}

const unpackEvidence = (p: Unpacker): Evidence => ({
  alarm: p.string() as AlarmId,
  at: p.number() as Instant,
  raw: p.string(),
});

const unpackAudit = (p: Unpacker): AuditLine => ({
  position: p.number(),
  at: p.number() as Instant,
  by: p.string(),
  verb: p.string(),
  subject: p.string(),
  outcome: p.string(),
  detail: p.string(),
});
