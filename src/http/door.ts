import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import type { Role } from '../desk/entry.ts';
import { type Caller, foreignOrigin, isFromHere, senderKey, senderOf } from './address.ts';
import { csrfOf, readCookie, SESSION_COOKIE } from './cookie.ts';
import { refusal } from './problem.ts';
import type { Access, Actor } from './route.ts';
import type { HttpSettings } from './settings.ts';
import { hashToken, sameHash, tokenId } from './token.ts';
import { tries } from './tries.ts';

/** The one place where it is decided who may call what. */
export interface Door {
  /** Who is asking, if they may; throws NOT_SIGNED_IN, NOT_ALLOWED, ORIGIN_REFUSED, TOO_MANY. */
  enter(access: Access, request: Caller): Actor;
  /** Whether `enter` would let them in. A no is neither counted nor logged: `enter` does that. */
  lets(access: Access, request: Caller): boolean;
  /** Refuses a browser's form that does not carry the session's token. `field` is `csrf`. */
  checkForm(actor: Actor, request: Caller, field: string | undefined): void;
  /** False once a session ended, a token was revoked or its time is over, an account disabled. */
  holds(actor: Actor): boolean;
}

const RANKS: Readonly<Record<Role, number>> = { viewer: 1, operator: 2, admin: 3 };
export const roleCovers = (has: Role, need: Role): boolean => RANKS[has] >= RANKS[need];

const NOBODY: Actor = { is: 'nobody' };
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface DoorParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly settings: HttpSettings;
  readonly clock: Clock;
  readonly log: Log;
}

export function openDoor(parts: DoorParts): Door {
  const { desk, settings, clock, log } = parts;
  const { token_tries_max, token_refill_ms, addresses_max } = settings.limits;
  const refused = tries(clock, token_tries_max, token_refill_ms, addresses_max);

  const byToken = (request: Caller): Actor => {
    const found = actorOfToken(desk, clock, request.headers.authorization ?? '');
    if (found !== undefined) return found;
    const sender = senderKey(senderOf(request, settings));
    refused.check(sender);
    refused.failed(sender);
    log.warn('token.refused', { from: sender });
    throw new DeskError('NOT_SIGNED_IN');
  };
  const whoIs = (request: Caller): Actor =>
    request.headers.authorization === undefined ? actorOfSession(parts, request) : byToken(request);

  const admit = (access: Access, request: Caller, actor: Actor): Actor => {
    const unsafe = !SAFE_METHODS.has(request.method ?? '');
    if (unsafe && actor.is !== 'token') refuseForeign(request, settings);
    refuseUnallowed(access, actor, request, settings);
    return actor;
  };

  return {
    enter(access, request) {
      const open = access.need === 'nothing';
      return admit(access, request, open ? whoIsMaybe(whoIs, request) : whoIs(request));
    },
    lets(access, request) {
      const { authorization } = request.headers;
      const actor =
        authorization === undefined
          ? actorOfSession(parts, request)
          : actorOfToken(desk, clock, authorization);
      try {
        return actor !== undefined && admit(access, request, actor) === actor;
      } catch {
        return false;
      }
    },
    checkForm(actor, request, field) {
      if (actor.is !== 'user') return; // no cookie let anybody in: there is nothing to ride on
      const header = request.headers['x-csrf-token'];
      const given = typeof header === 'string' ? header : (field ?? '');
      if (!sameText(given, actor.csrf)) throw new DeskError('CSRF_FAILED');
    },
    holds: (actor) => holds(parts, actor),
  };
}

/** A route that needs nothing answers whoever asks; a stale credential changes nothing there. */
function whoIsMaybe(whoIs: (request: Caller) => Actor, request: Caller): Actor {
  try {
    return whoIs(request);
  } catch {
    return NOBODY;
  }
}

function refuseForeign(request: Caller, settings: HttpSettings): void {
  const origin = foreignOrigin(request, settings);
  if (origin !== undefined) throw refusal('ORIGIN_REFUSED', { origin });
}

function refuseUnallowed(
  access: Access,
  actor: Actor,
  request: Caller,
  settings: HttpSettings,
): void {
  if (access.need === 'nothing') return;
  if (access.need !== 'role' && actor.is === 'nobody') {
    if (!mayComeUnnamed(access, request, settings)) throw new DeskError('NOT_SIGNED_IN');
    refuseForeign(request, settings);
    return;
  }
  if (actor.is === 'nobody') throw new DeskError('NOT_SIGNED_IN');
  const reads = SAFE_METHODS.has(request.method ?? '');
  if (!isAllowed(access, actor, reads))
    throw new DeskError('NOT_ALLOWED', { need: needed(access) });
}

/** `anyone` is said of handing in: who reads or silences without a name is on this machine. */
function mayComeUnnamed(access: Access, request: Caller, settings: HttpSettings): boolean {
  const { ingestWithoutToken } = settings;
  if (ingestWithoutToken === 'anyone' && access.need === 'ingest') return true;
  return ingestWithoutToken !== 'nobody' && isFromHere(request);
}

/** Handing in takes an operator or the source's token; reading there, only a viewer. */
function isAllowed(access: Access, actor: Actor, reads: boolean): boolean {
  if (access.need === 'nothing') return true;
  if (actor.is === 'nobody') return false;
  const whole = actor.is === 'user' || actor.scope === 'role';
  if (access.need !== 'ingest') return whole && roleCovers(actor.role, access.role);
  if (whole) return roleCovers(actor.role, reads ? 'viewer' : 'operator');
  if (reads) return false; // a token that was given to a sender tells nothing
  return actor.scope === 'ingest:*' || actor.scope === `ingest:${access.source}`;
}

const needed = (access: Access): string => {
  if (access.need === 'role' || access.need === 'local') return access.role;
  return access.need === 'ingest' ? `ingest:${access.source}` : 'nothing';
};

const BEARER = /^Bearer +(\S+)$/i;

function actorOfToken(desk: Desk, clock: Clock, header: string): Actor | undefined {
  const secret = BEARER.exec(header)?.[1] ?? '';
  const token = desk.memory.get('tokens', tokenId(secret) ?? '');
  if (token === undefined || !sameHash(token.hash, hashToken(secret))) return undefined;
  if (token.until !== undefined && clock.now() >= token.until) return undefined;
  const owner = desk.memory.get('users', token.owner);
  if (owner === undefined || owner.disabled) return undefined;
  const { id, scope } = token;
  return { is: 'token', id, owner: owner.id, role: owner.role, scope };
}

function actorOfSession(parts: DoorParts, request: Caller): Actor {
  const secret = readCookie(request.headers.cookie, SESSION_COOKIE, parts.settings);
  const session = secret === '' ? undefined : parts.accounts.people.useSession(secret);
  const user = session && parts.desk.memory.get('users', session.user);
  if (session === undefined || user === undefined || user.disabled) return NOBODY;
  return { is: 'user', id: user.id, role: user.role, session: session.id, csrf: csrfOf(secret) };
}

function holds({ desk, accounts, clock }: DoorParts, actor: Actor): boolean {
  if (actor.is === 'nobody') return true;
  const user = desk.memory.get('users', actor.is === 'user' ? actor.id : actor.owner);
  if (user === undefined || user.disabled || user.role !== actor.role) return false;
  if (actor.is === 'user') return accounts.people.hasSession(actor.session);
  const token = desk.memory.get('tokens', actor.id);
  return token !== undefined && (token.until === undefined || clock.now() < token.until);
}

const sameText = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};
