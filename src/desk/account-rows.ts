import type { Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Role, TokenScope } from './entry.ts';

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

export interface PastToken {
  readonly id: string;
  readonly label: string;
  readonly owner: UserId;
  /** When it was revoked. */
  readonly at: Instant;
}
