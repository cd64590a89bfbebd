import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { manualClock } from '../../test/support/clock.ts';
import { hours } from '../base/time.ts';
import { PEOPLE_LIMITS } from '../ports/people.ts';
import { checkHash, HASHES_RUNNING_MAX, HASHES_WAITING_MAX, hashPassword } from './password.ts';
import { openPeople, PEOPLE_DEFAULTS } from './people.ts';

const PASSWORD = 'a long sentence';
const nora = { login: 'nora', name: 'Nora', email: 'nora@example.org', password: PASSWORD };

function open() {
  const clock = manualClock();
  return { clock, people: openPeople(':memory:', clock) };
}

test('only the right password goes with a login, whatever its case', async () => {
  const { people } = open();
  const { id } = await people.add(nora);
  assert.equal(await people.checkPassword('nora', PASSWORD), id);
  assert.equal(await people.checkPassword('NORA', PASSWORD), id);
  assert.equal(await people.checkPassword('nora', `${PASSWORD}.`), undefined);
  assert.equal(await people.checkPassword('tom', PASSWORD), undefined);
  assert.equal(await people.checkPassword('', ''), undefined);
});

test('passwords are kept as argon2id at the cost OWASP names', async () => {
  const phc = await hashPassword(PASSWORD);
  assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
  assert.deepEqual(await checkHash(PASSWORD, phc), { fits: true, stale: false });
});

test('a hash made at another cost still fits, and is made again at the next sign-in', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-people-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'people.db');
  const people = openPeople(file, manualClock());
  const { id } = await people.add(nora);
  people.close();
  // argon2id of PASSWORD at m=8, t=1, made by another program would look like this.
  const { argon2Sync } = await import('node:crypto');
  const salt = Buffer.alloc(16, 7);
  const tag = argon2Sync('argon2id', {
    message: PASSWORD,
    nonce: salt,
    memory: 8,
    passes: 1,
    parallelism: 1,
    tagLength: 32,
  });
  const text = (b: Buffer) => b.toString('base64').replaceAll('=', '');
  const db = new DatabaseSync(file);
  const old = `$argon2id$v=19$m=8,t=1,p=1$${text(salt)}$${text(tag)}`;
  db.prepare('update people set hash = ?').run(old);
  const again = openPeople(file, manualClock());
  assert.equal(await again.checkPassword('nora', PASSWORD), id);
  assert.match(String(db.prepare('select hash from people').get()?.hash), /m=19456,t=2/);
  db.close();
  again.close();
});

test('a login nobody has takes the same work as a wrong password', async () => {
  const { people } = open();
  await people.add(nora);
  const cpu = async (login: string) => {
    const before = process.cpuUsage();
    for (let i = 0; i < 8; i++) await people.checkPassword(login, 'wrong password');
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  await cpu('nora');
  const [known, unknown] = [await cpu('nora'), await cpu('nobody')];
  assert.ok(unknown > known / 2, `${unknown} µs against ${known} µs`);
});

test('sign-ins beyond what is computed and what waits are told to come again', async () => {
  const { people } = open();
  const max = HASHES_RUNNING_MAX + HASHES_WAITING_MAX;
  const all = Array.from({ length: max + 1 }, () => people.checkPassword('x', 'y'));
  const codes = await Promise.all(
    all.map((one) => one.then(() => 'done').catch((error: { code: string }) => error.code)),
  );
  assert.equal(codes.filter((code) => code === 'done').length, max);
  assert.equal(codes.at(-1), 'TOO_MANY');
});

test('a password is as long as it must be, at the limits', async () => {
  const { people } = open();
  const { password_chars_min: min, password_bytes_max: max } = PEOPLE_LIMITS;
  const add = (login: string, password: string) => people.add({ ...nora, login, password });
  await assert.rejects(add('a', 'x'.repeat(min - 1)), { code: 'FIELD_INVALID' });
  await add('a', 'x'.repeat(min));
  await add('b', 'x'.repeat(max));
  await assert.rejects(add('c', 'x'.repeat(max + 1)), { code: 'FIELD_INVALID' });
  assert.equal(typeof (await people.checkPassword('b', 'x'.repeat(max))), 'string');
  assert.equal(await people.checkPassword('b', 'x'.repeat(max + 1)), undefined);
});

test('a login is taken once, also while the first is being added', async () => {
  const { people } = open();
  const [first, second] = await Promise.allSettled([
    people.add(nora),
    people.add({ ...nora, login: 'Nora' }),
  ]);
  assert.deepEqual([first.status, second.status].sort(), ['fulfilled', 'rejected']);
  await assert.rejects(people.add(nora), { code: 'LOGIN_TAKEN' });
});

test('people without a login do not get in each other’s way', async () => {
  const { people } = open();
  const guest = { login: '', name: 'Guest', email: '', password: '' };
  await people.add(guest);
  await people.add(guest);
  assert.equal(people.all().length, 2);
  assert.equal(people.byLogin(''), undefined);
});

test('erasing somebody leaves nothing of them in the file but the id', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-people-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'people.db');
  const people = openPeople(file, manualClock());
  const { id } = await people.add(nora);
  const { secret } = people.openSession(id);
  people.addIdentity('https://login.example.org', 'subject-of-nora', id);
  people.erase(id);
  assert.equal(people.person(id), undefined);
  assert.equal(people.byLogin('nora'), undefined);
  assert.equal(people.useSession(secret), undefined);
  assert.equal(people.byIdentity('https://login.example.org', 'subject-of-nora'), undefined);
  for (const name of [file, `${file}-wal`]) {
    const bytes = readFileSync(name).toString('latin1');
    assert.doesNotMatch(bytes, /nora|argon2id|subject-of/i, name);
  }
  assert.match(readFileSync(file).toString('latin1'), new RegExp(id));
  await people.add(nora); // the login is free again
  people.close();
});

test('the file is its owner’s alone, and holds no secret of a session or a link', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-people-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'people.db');
  const people = openPeople(file, manualClock());
  const { id } = await people.add(nora);
  const secrets = [people.openSession(id).secret, people.newLink({ is: 'first-admin' })];
  assert.equal(statSync(file).mode & 0o777, 0o600);
  people.close();
  const bytes = readFileSync(file).toString('latin1');
  for (const secret of [...secrets, PASSWORD]) assert.equal(bytes.includes(secret), false);
});

test('a session ends when it was idle too long, or lived too long', async () => {
  const { clock, people } = open();
  const { id } = await people.add(nora);
  const idle = people.openSession(id);
  clock.pass(PEOPLE_DEFAULTS.sessionIdle - 1);
  assert.ok(people.useSession(idle.secret));
  clock.pass(PEOPLE_DEFAULTS.sessionIdle - 1);
  assert.ok(people.hasSession(idle.session.id));
  clock.pass(1);
  assert.equal(people.useSession(idle.secret), undefined);

  const busy = people.openSession(id);
  for (let i = 0; i < PEOPLE_DEFAULTS.sessionLife / hours(12) - 1; i++) {
    clock.pass(hours(12));
    assert.ok(people.useSession(busy.secret));
  }
  clock.pass(hours(12));
  assert.equal(people.useSession(busy.secret), undefined);
});

test('a new password ends every session of that person, and of nobody else', async () => {
  const { people } = open();
  const { id } = await people.add(nora);
  const tom = await people.add({ ...nora, login: 'tom' });
  const [hers, his] = [people.openSession(id), people.openSession(tom.id)];
  await people.setPassword(id, 'another sentence');
  assert.equal(people.useSession(hers.secret), undefined);
  assert.ok(people.useSession(his.secret));
});

test('one more session than a person may have ends the oldest', async () => {
  const { people } = open();
  const { id } = await people.add(nora);
  const max = PEOPLE_LIMITS.sessions_per_person_max;
  const all = Array.from({ length: max }, () => people.openSession(id));
  assert.ok(all[0] && people.hasSession(all[0].session.id));
  people.openSession(id);
  assert.equal(all[0] && people.hasSession(all[0].session.id), false);
  assert.ok(all[1] && people.hasSession(all[1].session.id));
});

test('sessions and people are there after a restart, with their last use', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-people-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const clock = manualClock();
  const file = join(folder, 'people.db');
  const people = openPeople(file, clock);
  const { id } = await people.add(nora);
  const { secret } = people.openSession(id);
  clock.pass(hours(20));
  people.useSession(secret);
  people.close();
  clock.pass(hours(20));
  const again = openPeople(file, clock);
  assert.equal(again.useSession(secret)?.user, id);
  assert.equal(again.person(id)?.name, 'Nora');
  again.close();
});

test('a link works once, until its time is over, and the newest for a purpose only', () => {
  const { clock, people } = open();
  const first = people.newLink({ is: 'first-admin' });
  const second = people.newLink({ is: 'first-admin' });
  assert.equal(people.link(first), undefined);
  assert.deepEqual(people.link(second), { is: 'first-admin' });
  assert.equal(people.spendLink(second), true);
  assert.equal(people.spendLink(second), false);
  const third = people.newLink({ is: 'first-admin' });
  clock.pass(PEOPLE_DEFAULTS.linkLife);
  assert.equal(people.link(third), undefined);
  assert.equal(people.spendLink(third), false);
});

test('people.db of an older version learns of addresses and codes, and keeps its people', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-people-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'people.db');
  const old = openPeople(file, manualClock());
  const { id } = await old.add(nora);
  old.setAddress({ id: 'c1', user: id, kind: 'email', address: 'nora@example.org' });
  old.close();
  const db = new DatabaseSync(file);
  db.exec('drop table codes; pragma user_version = 2');
  db.close();
  const people = openPeople(file, manualClock());
  assert.equal(people.address('c1')?.user, id);
  people.makeCode('c1');
  assert.match(people.codeOf('c1') ?? '', /^\d{6}$/);
  people.erase(id);
  assert.equal(people.codeOf('c1'), undefined, 'a code goes with its person');
  people.close();
});
