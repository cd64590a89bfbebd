import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';
import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import { after, days, hours, type Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import {
  type LinkPurpose,
  type NewPerson,
  PEOPLE_LIMITS,
  type People,
  type PeopleSettings,
  type Person,
} from '../ports/people.ts';
import { ADDRESSES_SCHEMA, openAddresses } from './addresses.ts';
import { CODES_SCHEMA, openCodes } from './codes.ts';
import { checkHash, hashPassword } from './password.ts';
import { hashSecret, newSecret, openSessions, type Sessions } from './sessions.ts';

export const PEOPLE_DEFAULTS: PeopleSettings = {
  sessionIdle: hours(24),
  sessionLife: days(30),
  linkLife: hours(24),
};

const SCHEMA_VERSION = 3;
/** `login_key` is the login in lower case: nora and Nora are one person. */
const SCHEMA = `
create table people (
  id text primary key,
  login text, login_key text unique, name text, email text, hash text,
  created_ms integer not null, erased_ms integer
) strict;
create table sessions (
  id text primary key, user_id text not null, created_ms integer not null, used_ms integer not null
) strict;
create table links (
  id text primary key, purpose text not null, user_id text not null, until_ms integer not null
) strict;
create table identities (
  issuer text not null, subject text not null, user_id text not null,
  primary key (issuer, subject)
) strict;
create index identities_user on identities (user_id);`;

/** One row of `people`. After an erasure only the id and the times are left. */
interface PersonRow {
  id: string;
  login: string | null;
  name: string | null;
  email: string | null;
  hash: string | null;
  created_ms: number;
}

const COLUMNS = 'id, login, name, email, hash, created_ms';
const ALL = `select ${COLUMNS} from people where erased_ms is null order by created_ms, rowid`;

/** Opens `people.db` at `file` (':memory:' for tests), readable by its owner only. */
export function openPeople(
  file: string,
  clock: Clock,
  settings: PeopleSettings = PEOPLE_DEFAULTS,
): People {
  const db = openDatabase(file);
  const book = readBook(db);
  const sessions = openSessions(db, clock, settings);
  return {
    ...persons(db, book, clock, sessions),
    ...passwords(db, book, sessions),
    openSession: sessions.open,
    useSession: sessions.use,
    hasSession: sessions.has,
    endSession: sessions.end,
    endSessionsOf: sessions.endOf,
    ...links(db, clock, settings),
    ...identities(db),
    ...openAddresses(db, (write) => durably(db, write)),
    ...openCodes(db, clock, (write) => durably(db, write)),
    copyTo: async (target) => {
      await backup(db, target);
    },
    close() {
      sessions.close();
      db.close();
    },
  };
}

/** Everybody who was not erased, in memory: names are looked up for every line on a screen. */
interface Book {
  readonly rows: Map<UserId, PersonRow>;
  readonly byLogin: Map<string, UserId>;
  keep(row: PersonRow): void;
  /** Throws NOT_FOUND. */
  row(id: UserId): PersonRow;
  rowByLogin(login: string): PersonRow | undefined;
}

function readBook(db: DatabaseSync): Book {
  const book: Book = {
    rows: new Map(),
    byLogin: new Map(),
    keep(row) {
      book.rows.set(row.id as UserId, row);
      if (row.login) book.byLogin.set(loginKey(row.login), row.id as UserId);
    },
    row(id) {
      const row = book.rows.get(id);
      if (row === undefined) throw new DeskError('NOT_FOUND', { what: `person ${id}` });
      return row;
    },
    rowByLogin(login) {
      const id = book.byLogin.get(loginKey(login));
      return id && book.rows.get(id);
    },
  };
  for (const row of db.prepare(ALL).all() as unknown as PersonRow[]) book.keep(row);
  return book;
}

function persons(
  db: DatabaseSync,
  book: Book,
  clock: Clock,
  sessions: Sessions,
): Pick<People, 'person' | 'byLogin' | 'all' | 'add' | 'rename' | 'erase'> {
  const refuseTaken = (login: string) => {
    if (login !== '' && book.rowByLogin(login)) throw new DeskError('LOGIN_TAKEN', { login });
  };
  return {
    person: (id) => personFromRow(book.rows.get(id)),
    byLogin: (login) => personFromRow(book.rowByLogin(login)),
    all: () => [...book.rows.values()].flatMap((row) => personFromRow(row) ?? []),
    async add(person) {
      checkPerson(person, book.rows.size);
      refuseTaken(person.login);
      const hash = person.password === '' ? null : await hashPassword(person.password);
      refuseTaken(person.login); // somebody may have been quicker while the hash was computed
      const row = rowOf(person, hash, clock.now());
      durably(db, () => insert(db, row));
      book.keep(row);
      return personFromRow(row) as Person;
    },
    rename(id, { name, email }) {
      const row = book.row(id);
      checkText('name', name, PEOPLE_LIMITS.name_chars_max);
      checkText('email', email, PEOPLE_LIMITS.email_chars_max);
      const save = db.prepare('update people set name = ?, email = ? where id = ?');
      durably(db, () => save.run(name, email, id));
      book.keep({ ...row, name, email });
    },
    erase(id) {
      const { login } = book.row(id);
      sessions.endOf(id);
      eraseRows(db, id, clock.now());
      book.rows.delete(id);
      if (login) book.byLogin.delete(loginKey(login));
    },
  };
}

function passwords(
  db: DatabaseSync,
  book: Book,
  sessions: Sessions,
): Pick<People, 'setPassword' | 'checkPassword'> {
  const setHash = db.prepare('update people set hash = ? where id = ?');
  const save = (id: UserId, hash: string) => {
    if (!book.rows.has(id)) return; // erased while the hash was computed
    durably(db, () => setHash.run(hash, id));
    book.keep({ ...book.row(id), hash });
  };
  return {
    async setPassword(id, password) {
      book.row(id);
      checkNewPassword(password);
      save(id, await hashPassword(password));
      sessions.endOf(id);
    },
    async checkPassword(login, password) {
      if (Buffer.byteLength(password) > PEOPLE_LIMITS.password_bytes_max) return undefined;
      const row = book.rowByLogin(login);
      const { fits, stale } = await checkHash(password, row?.hash ?? undefined);
      if (!fits || row === undefined) return undefined;
      if (stale) save(row.id as UserId, await hashPassword(password));
      return row.id as UserId;
    },
  };
}

function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file);
  if (file !== ':memory:') chmodSync(file, 0o600);
  db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma secure_delete = on');
  const { user_version: version } = db.prepare('pragma user_version').get() as {
    user_version: number;
  };
  if (version > SCHEMA_VERSION)
    throw new DeskError('DATA_MISMATCH', { folder: file, why: 'a newer Tocsin wrote it' });
  const steps = [SCHEMA, ADDRESSES_SCHEMA, CODES_SCHEMA].slice(version).join('');
  if (steps !== '') db.exec(`begin; ${steps} pragma user_version = ${SCHEMA_VERSION}; commit`);
  return db;
}

/** One transaction with fsync. Uses of sessions go without: they come often and matter little. */
function durably(db: DatabaseSync, write: () => void): void {
  db.exec('pragma synchronous = full');
  try {
    write();
  } finally {
    db.exec('pragma synchronous = normal');
  }
}

const loginKey = (login: string): string => login.normalize('NFKC').toLowerCase();

const insert = (db: DatabaseSync, row: PersonRow) =>
  db
    .prepare(
      `insert into people (id, login, login_key, name, email, hash, created_ms)
       values (?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      row.id,
      row.login,
      row.login ? loginKey(row.login) : null,
      row.name,
      row.email,
      row.hash,
      row.created_ms,
    );

/** The copy in the write-ahead log goes too: hence the checkpoint. */
function eraseRows(db: DatabaseSync, id: UserId, now: Instant): void {
  const person = db.prepare(
    `update people
        set login = null, login_key = null, name = null, email = null, hash = null, erased_ms = ?
      where id = ?`,
  );
  db.exec('begin');
  person.run(now, id);
  db.prepare('delete from identities where user_id = ?').run(id);
  db.prepare('delete from links where user_id = ?').run(id);
  db.prepare('delete from codes where id in (select id from addresses where user_id = ?)').run(id);
  db.prepare('delete from addresses where user_id = ?').run(id);
  db.exec('commit; pragma wal_checkpoint(truncate)');
}

function links(
  db: DatabaseSync,
  clock: Clock,
  { linkLife }: PeopleSettings,
): Pick<People, 'newLink' | 'link' | 'spendLink'> {
  const dropOlder = db.prepare('delete from links where purpose = ? and user_id = ?');
  const dropOld = db.prepare('delete from links where until_ms <= ?');
  const count = db.prepare('select count(*) as n from links');
  const add = db.prepare('insert into links (id, purpose, user_id, until_ms) values (?, ?, ?, ?)');
  const find = db.prepare('select purpose, user_id from links where id = ? and until_ms > ?');
  const spend = db.prepare('delete from links where id = ? and until_ms > ?');
  return {
    newLink(purpose) {
      const user = purpose.is === 'password' ? purpose.user : '';
      const secret = newSecret();
      dropOld.run(clock.now());
      dropOlder.run(purpose.is, user);
      if (Number(count.get()?.n) >= PEOPLE_LIMITS.links_max)
        throw new DeskError('TOO_MANY', { seconds: 3_600 });
      const until = after(clock.now(), linkLife);
      durably(db, () => add.run(hashSecret(secret), purpose.is, user, until));
      return secret;
    },
    link(secret): LinkPurpose | undefined {
      const row = find.get(hashSecret(secret), clock.now());
      if (row === undefined) return undefined;
      return row.purpose === 'password'
        ? { is: 'password', user: String(row.user_id) as UserId }
        : { is: 'first-admin' };
    },
    spendLink(secret) {
      let spent = false;
      durably(db, () => {
        spent = Number(spend.run(hashSecret(secret), clock.now()).changes) === 1;
      });
      return spent;
    },
  };
}

function identities(db: DatabaseSync): Pick<People, 'byIdentity' | 'addIdentity'> {
  const find = db.prepare('select user_id from identities where issuer = ? and subject = ?');
  const add = db.prepare('insert into identities (issuer, subject, user_id) values (?, ?, ?)');
  return {
    byIdentity: (issuer, subject) => find.get(issuer, subject)?.user_id as UserId | undefined,
    addIdentity: (issuer, subject, user) => durably(db, () => add.run(issuer, subject, user)),
  };
}

function checkPerson(person: NewPerson, count: number): void {
  if (count >= PEOPLE_LIMITS.people_max)
    throw new DeskError('ACTION_REFUSED', {
      why: `A desk knows at most ${PEOPLE_LIMITS.people_max} people`,
    });
  checkText('login', person.login, PEOPLE_LIMITS.login_chars_max);
  checkText('name', person.name, PEOPLE_LIMITS.name_chars_max);
  checkText('email', person.email, PEOPLE_LIMITS.email_chars_max);
  if (person.password !== '') checkNewPassword(person.password);
}

function checkText(field: string, text: string, charsMax: number): void {
  const plain = text.trim() === text && !/\p{Cc}/u.test(text);
  if (text.length > charsMax || !plain)
    throw new DeskError('FIELD_INVALID', {
      field,
      expected: `at most ${charsMax} characters, without control characters or outer spaces`,
    });
}

/** Length is what counts (NIST SP 800-63B §3.1.1.2); no rules about digits and signs. */
function checkNewPassword(password: string): void {
  const { password_chars_min: min, password_bytes_max: max } = PEOPLE_LIMITS;
  if ([...password].length < min || Buffer.byteLength(password) > max)
    throw new DeskError('FIELD_INVALID', {
      field: 'password',
      expected: `at least ${min} characters and at most ${max} bytes`,
    });
}

const rowOf = (person: NewPerson, hash: string | null, now: Instant): PersonRow => ({
  id: `u_${randomBytes(8).toString('hex')}`,
  login: person.login || null,
  name: person.name || person.login,
  email: person.email,
  hash,
  created_ms: now,
});

const personFromRow = (row: PersonRow | undefined): Person | undefined =>
  row && {
    id: row.id as UserId,
    login: row.login ?? '',
    name: row.name ?? '',
    email: row.email ?? '',
    hasPassword: row.hash !== null,
    createdAt: row.created_ms as Instant,
  };
