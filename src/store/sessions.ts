import { createHash, randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../base/clock.ts';
import { after, type Instant, minutes } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { PEOPLE_LIMITS, type PeopleSettings, type Session } from '../ports/people.ts';

export const SECRET_BYTES = 32;

/** How far the last use on disk may lag behind: a power cut can only end a session early. */
const TOUCH_WRITE_EVERY = minutes(1);

export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');
export const hashSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('hex');

/** One row of `sessions`. */
interface SessionRow {
  id: string;
  user_id: string;
  created_ms: number;
  used_ms: number;
}

const LOAD = 'select id, user_id, created_ms, used_ms from sessions order by created_ms, id';
const ADD = 'insert into sessions (id, user_id, created_ms, used_ms) values (?, ?, ?, ?)';
const TOUCH = 'update sessions set used_ms = ? where id = ?';
const END = 'delete from sessions where id = ?';

/** Every session, in memory; the table is there for the next start. */
export interface Sessions {
  open(user: UserId): { readonly secret: string; readonly session: Session };
  use(secret: string): Session | undefined;
  has(id: string): boolean;
  end(id: string): void;
  endOf(user: UserId): void;
  close(): void;
}

export function openSessions(db: DatabaseSync, clock: Clock, settings: PeopleSettings): Sessions {
  const live = new Map<string, Session>();
  const byUser = new Map<UserId, Set<string>>();
  const touched = touches(db, clock, live);
  const [add, remove] = [db.prepare(ADD), db.prepare(END)];

  const keep = (session: Session) => {
    live.set(session.id, session);
    const own = byUser.get(session.user) ?? new Set();
    byUser.set(session.user, own.add(session.id));
  };
  const end = (id: string) => {
    const session = live.get(id);
    if (session === undefined) return;
    live.delete(id);
    byUser.get(session.user)?.delete(id);
    remove.run(id);
  };
  const over = (session: Session, now: Instant): boolean =>
    now >= after(session.usedAt, settings.sessionIdle) ||
    now >= after(session.createdAt, settings.sessionLife);
  const found = (id: string): Session | undefined => {
    const session = live.get(id);
    if (session === undefined || !over(session, clock.now())) return session;
    end(id);
    return undefined;
  };
  const makeRoom = (own: ReadonlySet<string> = new Set()) => {
    const [oldestOwn] = own;
    if (oldestOwn && own.size >= PEOPLE_LIMITS.sessions_per_person_max) end(oldestOwn);
    const [oldest] = live.keys();
    if (oldest && live.size >= PEOPLE_LIMITS.sessions_max) end(oldest);
  };

  const rows = db.prepare(LOAD).all() as unknown as SessionRow[];
  for (const row of rows) keep(sessionFromRow(row));
  for (const row of rows) found(row.id); // ends those whose time is over
  return {
    open(user) {
      makeRoom(byUser.get(user));
      const [secret, now] = [newSecret(), clock.now()];
      const session = { id: hashSecret(secret), user, createdAt: now, usedAt: now };
      add.run(session.id, user, now, now);
      keep(session);
      return { secret, session };
    },
    use(secret) {
      const session = found(hashSecret(secret));
      if (session === undefined) return undefined;
      const used = { ...session, usedAt: clock.now() };
      live.set(session.id, used); // keeps its place: a Map keeps the order of first insertion
      touched.add(session.id);
      return used;
    },
    has: (id) => found(id) !== undefined,
    end,
    endOf(user) {
      for (const id of [...(byUser.get(user) ?? [])]) end(id);
    },
    close: touched.close,
  };
}

/** Writes last uses together, once a minute and at the end. */
function touches(db: DatabaseSync, clock: Clock, live: ReadonlyMap<string, Session>) {
  const touch = db.prepare(TOUCH);
  const waiting = new Set<string>();
  let cancel: (() => void) | undefined;
  const write = () => {
    cancel = undefined;
    db.exec('begin');
    for (const id of waiting) touch.run(live.get(id)?.usedAt ?? 0, id); // an ended one has no row
    db.exec('commit');
    waiting.clear();
  };
  return {
    add(id: string) {
      waiting.add(id);
      cancel ??= clock.at(after(clock.now(), TOUCH_WRITE_EVERY), write);
    },
    close() {
      cancel?.();
      write();
    },
  };
}

const sessionFromRow = (row: SessionRow): Session => ({
  id: row.id,
  user: row.user_id as UserId,
  createdAt: row.created_ms as Instant,
  usedAt: row.used_ms as Instant,
});
