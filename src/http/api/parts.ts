import type { Clock } from '../../base/clock.ts';
import type { Accounts } from '../../desk/accounts.ts';
import type { Desk } from '../../desk/desk.ts';
import type { SourceFigures } from '../../desk/source-figures.ts';
import type { SourceRulesDesk } from '../../desk/source-rules.ts';
import type { Reading } from '../../desk/views/filter.ts';
import type { OutboxView } from '../../desk/views/why-groups.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import type { ReadFeedText } from '../../domain/inventory/feed.ts';
import type { ChecksDoor } from '../checks-door.ts';
import type { ConfigDoor } from '../config-door.ts';
import type { DocumentsDoor } from '../documents-door.ts';
import type { OwnDoor } from '../own-door.ts';
import type { Actor, Route } from '../route.ts';
import type { RunsDoor } from '../runs-door.ts';
import type { HttpSettings } from '../settings.ts';
import type { Recent } from './recent.ts';

/** What the routes of /api/v1 work with. */
export interface ApiParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly figures: SourceFigures;
  readonly rules: SourceRulesDesk;
  readonly settings: HttpSettings;
  readonly clock: Clock;
  readonly recent: Recent;
  /** What names and values of a filter stand for. */
  readonly reading: Reading;
  /** Where people reach the desk, prefix included, no slash at the end. */
  readonly homeUrl: () => string;
  /** What sends notices; absent where nothing does. */
  readonly outbox?: () => OutboxView;
  readonly configuration: ConfigDoor;
  readonly readFeed: ReadFeedText;
  readonly checks: ChecksDoor;
  readonly runs: RunsDoor;
  readonly documents: DocumentsDoor;
  /** What the desk knows of itself; absent where nothing is measured. */
  readonly own?: OwnDoor;
}

export const API = '/api/v1';

export const VIEWER = { need: 'role', role: 'viewer' } as const satisfies Route['access'];
export const OPERATOR = { need: 'role', role: 'operator' } as const satisfies Route['access'];
export const ADMIN = { need: 'role', role: 'admin' } as const satisfies Route['access'];

/** Who an action is written down under. The door has let nobody else in. */
export function byOf(actor: Actor): UserId {
  if (actor.is === 'user') return actor.id;
  return (actor.is === 'token' ? `token:${actor.id}` : 'nobody') as UserId;
}

/** The person behind a session or a token. */
export const ownerOf = (actor: Actor): UserId =>
  actor.is === 'user' ? actor.id : actor.is === 'token' ? actor.owner : ('' as UserId);

export const roleOf = (actor: Actor) => (actor.is === 'nobody' ? undefined : actor.role);
