import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, test } from 'node:test';
import { SECRETS_LIMITS, type Secrets } from '../ports/secrets.ts';
import { openSecrets, SECRETS_FILE, SECRETS_KEY_FILE } from './secrets.ts';

let folder = '';
let open: Secrets[] = [];
const secrets = (): Secrets => {
  const one = openSecrets(folder);
  open.push(one);
  return one;
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-secrets-'));
});
afterEach(() => {
  for (const one of open) one.close();
  open = [];
  rmSync(folder, { recursive: true });
});
const restart = (): Secrets => {
  open.pop()?.close();
  return secrets();
};

test('a secret comes back by its reference, after a restart too', () => {
  const ref = secrets().keep('hunter2 ü');
  assert.equal(restart().get(ref), 'hunter2 ü');
  assert.equal(restart().get('nobody'), undefined);
});

test('the same value gets the same reference, another one another, and neither says the value', () => {
  const store = secrets();
  const ref = store.keep('hunter2');
  assert.equal(store.keep('hunter2'), ref);
  assert.equal(restart().keep('hunter2'), ref);
  assert.notEqual(secrets().keep('hunter3'), ref);
  assert.match(ref, /^[0-9a-f]{24}$/);
});

test('what lies on disk never holds the value, and only its owner reads it', () => {
  const value = 'correct-horse-battery-staple';
  secrets().keep(value);
  for (const stage of ['running', 'closed']) {
    if (stage === 'closed') open.pop()?.close();
    for (const name of readdirSync(folder)) {
      const bytes = readFileSync(join(folder, name)).toString('latin1');
      assert.ok(!bytes.includes(value), `${name} while ${stage}`);
    }
  }
  for (const name of [SECRETS_FILE, SECRETS_KEY_FILE])
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
});

test('with another key a secret is not there, and a changed one is not either', () => {
  const ref = secrets().keep('hunter2');
  open.pop()?.close();
  const key = readFileSync(join(folder, SECRETS_KEY_FILE));
  writeFileSync(join(folder, SECRETS_KEY_FILE), 'ab'.repeat(32));
  assert.equal(secrets().get(ref), undefined);
  open.pop()?.close();
  writeFileSync(join(folder, SECRETS_KEY_FILE), key);
  assert.equal(secrets().get(ref), 'hunter2');
  open.pop()?.close();
  const db = new DatabaseSync(join(folder, SECRETS_FILE));
  db.exec("update secrets set box = x'00'");
  db.close();
  assert.equal(secrets().get(ref), undefined);
});

test('a secret does not open under the reference of another', () => {
  const [a, b] = [secrets().keep('a'), secrets().keep('b')];
  for (const one of open.splice(0)) one.close();
  const db = new DatabaseSync(join(folder, SECRETS_FILE));
  db.prepare('update secrets set box = (select box from secrets where ref = ?) where ref = ?').run(
    a,
    b,
  );
  db.close();
  assert.equal(secrets().get(b), undefined);
  assert.equal(secrets().get(a), 'a');
});

test('a key file that holds no key stops the start and says so', () => {
  writeFileSync(join(folder, SECRETS_KEY_FILE), 'oops');
  assert.throws(() => openSecrets(folder), /secrets\.key holds no key/);
});

test('what nobody uses any more is forgotten', () => {
  const store = secrets();
  const [a, b] = [store.keep('a'), store.keep('b')];
  store.retain(new Set([b]));
  assert.equal(store.get(a), undefined);
  assert.equal(store.get(b), 'b');
});

test('a copy with the key opens the same secrets', async () => {
  const ref = secrets().keep('hunter2');
  const other = mkdtempSync(join(tmpdir(), 'tocsin-secrets-'));
  try {
    await open[0]?.copyTo(join(other, SECRETS_FILE));
    assert.equal(statSync(join(other, SECRETS_FILE)).mode & 0o777, 0o600);
    writeFileSync(join(other, SECRETS_KEY_FILE), readFileSync(join(folder, SECRETS_KEY_FILE)));
    const copy = openSecrets(other);
    assert.equal(copy.get(ref), 'hunter2');
    copy.close();
  } finally {
    rmSync(other, { recursive: true });
  }
});

test('a secret may be as long as the limit and no longer', () => {
  const store = secrets();
  const { value_bytes_max: max } = SECRETS_LIMITS;
  assert.equal(store.get(store.keep('x'.repeat(max)))?.length, max);
  assert.throws(() => store.keep(`${'x'.repeat(max)}y`), /larger than 65536 bytes/);
});

test('there are as many secrets as the limit and no more; those that are there are still kept', () => {
  secrets().keep('first');
  open.pop()?.close();
  const db = new DatabaseSync(join(folder, SECRETS_FILE));
  db.prepare(
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?)
     insert into secrets select 'r' || i, cast('m' || i as blob), x'00' from n`,
  ).run(SECRETS_LIMITS.secrets_max - 2);
  db.close();
  const store = secrets();
  store.keep('last');
  assert.throws(() => store.keep('one more'), /There are 100000 secrets already/);
  assert.match(store.keep('first'), /^[0-9a-f]{24}$/);
});
