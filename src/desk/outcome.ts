import { byState, type Refusal } from '../base/refusal.ts';
import type { Instant } from '../base/time.ts';
import type { TargetResult } from './entry.ts';

/** The first outcome of something done under an idempotency key. */
export interface Outcome {
  readonly id: string;
  readonly at: Instant;
  readonly position: number;
  readonly results: readonly TargetResult[];
  /** A sentence in rows of programs that knew no kinds of refusals. */
  readonly refused?: Refusal | string;
  readonly made?: string;
}

/** Why it was refused the first time. */
export const toldAgain = (refused: Refusal | string): Refusal =>
  typeof refused === 'string' ? byState(refused) : refused;
