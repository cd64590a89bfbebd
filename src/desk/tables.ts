import type { Instant } from '../base/time.ts';
import type { Alarm, UserId } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type { FoldRules, Role, TargetResult, TokenScope } from './entry.ts';

/**
 * Everything the fold knows, as tables of immutable rows by id. `apply` reads and writes nothing
 * else, and the store keeps all of it: that is the checkpoint.
 */
export interface Tables {
  alarms: Alarm;
  clears: ClearMemory;
  timers: Timer;
  outcomes: Outcome;
  users: User;
  tokens: Token;
  revisions: Revision;
  faults: Fault;
  checks: CheckState;
  runs: RunState;
  documents: DocumentState;
  /** One row, 'desk'. */
  desk: DeskRow;
}

export type TableName = keyof Tables;

export const TABLE_NAMES: readonly TableName[] = [
  'alarms',
  'clears',
  'timers',
  'outcomes',
  'users',
  'tokens',
  'revisions',
  'faults',
  'checks',
  'runs',
  'documents',
  'desk',
];

/** A clear for an alarm the desk does not hold: a late raise must not outlive it. */
export interface ClearMemory {
  readonly id: AlarmId;
  readonly at: Instant;
  readonly heardAt: Instant;
}

export interface Timer {
  readonly id: string;
  readonly at: Instant;
  /** Journal position of the entry that set it: a timer moved since has another one. */
  readonly generation: number;
  readonly does:
    | { readonly is: 'shelf.end'; readonly alarm: AlarmId }
    | { readonly is: 'acknowledgement.end'; readonly alarm: AlarmId }
    | { readonly is: 'sweep' };
}

/** The first outcome of something done under an idempotency key. */
export interface Outcome {
  readonly id: string;
  readonly at: Instant;
  readonly position: number;
  readonly results: readonly TargetResult[];
  readonly refused?: string;
}

export interface User {
  readonly id: UserId;
  readonly role: Role;
  readonly disabled: boolean;
}

export interface Token {
  readonly id: string;
  readonly hash: string;
  readonly label: string;
  readonly owner: UserId;
  readonly scope: TokenScope;
  readonly until: Instant | undefined;
}

export interface Revision {
  readonly id: string;
  readonly at: Instant;
  readonly by: UserId;
  readonly from: string;
  readonly text: string;
  readonly unused: readonly string[];
}

/** An entry that threw: it changed nothing and was set aside. */
export interface Fault {
  readonly id: string;
  readonly position: number;
  readonly at: Instant;
  readonly kind: string;
  readonly error: string;
}

export interface CheckState {
  readonly id: string;
  readonly verdict: 'passed' | 'failed' | 'broken';
  readonly at: Instant;
  readonly runs: number;
}

export interface RunState {
  readonly id: string;
  readonly runbook: string;
  readonly startedAt: Instant;
  readonly stepsTotal: number;
  readonly step: number;
  readonly is: 'running' | 'done' | 'failed';
}

export interface DocumentState {
  readonly id: string;
  readonly template: string;
  readonly wantedAt: Instant;
  readonly is: 'wanted' | 'rendered' | 'failed';
  readonly detail: string;
}

export interface DeskRow {
  readonly id: 'desk';
  readonly boot: string;
  readonly behaviour: number;
  readonly startedAt: Instant;
  readonly rules: FoldRules;
}
