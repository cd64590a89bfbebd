import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { openApiServer } from '../support/api.ts';
import { clear, raise } from '../support/http.ts';

const s = await openApiServer();
after(() => s.close());
const { admin, operator, viewer } = s;

interface User {
  readonly id: UserId;
  readonly login: string | null;
  readonly role: string;
  readonly disabled: boolean;
}
const users = async (who: typeof admin) =>
  ((await who.get('/users')).body as { items: readonly User[] }).items;
const codeOf = (answer: { readonly body: unknown }) => (answer.body as { code: string }).code;

test('a user is added with a link, sets a password there, and is listed', async () => {
  const added = await admin.post('/users', { login: 'tom', name: 'Tom', role: 'operator' });
  assert.equal(added.status, 201);
  const { user, link } = added.body as { user: User; link: string };
  assert.match(link, /^http:\/\/desk\.example\.org\/welcome\?link=[\w-]{43}$/);
  const secret = new URL(link).searchParams.get('link') ?? '';
  const body = new URLSearchParams({ link: secret, password: 'a long sentence' });
  const done = await fetch(`${s.url}/welcome`, { method: 'POST', body, redirect: 'manual' });
  assert.equal(done.status, 303);
  assert.equal(await s.people.checkPassword('tom', 'a long sentence'), user.id);
  const listed = (await users(admin)).find((u) => u.id === user.id);
  assert.deepEqual([listed?.login, listed?.role, listed?.disabled], ['tom', 'operator', false]);
  assert.equal(codeOf(await admin.post('/users', { login: 'TOM', role: 'viewer' })), 'LOGIN_TAKEN');
  assert.equal(codeOf(await admin.post('/users', { login: 'x', role: 'king' })), 'FIELD_INVALID');
});

test('logins and addresses are for admins only', async () => {
  assert.ok((await users(admin)).every((u) => u.login !== null));
  assert.ok((await users(operator)).every((u) => u.login === null));
});

test('role and disabling change at once; the last admin stays', async () => {
  const machine = 'local' as UserId; // an admin too, but nobody who could sign in
  await s.desk.act(machine, { verb: 'user.add', user: machine, role: 'admin' });
  const added = await admin.post('/users', { login: 'uma', role: 'viewer' });
  const { user } = added.body as { user: User };
  const path = `/users/${user.id}`;
  const changed = await admin.patch(path, { role: 'operator', disabled: true, name: 'Uma' });
  assert.equal(changed.status, 200);
  assert.equal(s.desk.memory.get('users', user.id)?.disabled, true);
  assert.equal(s.accounts.name(user.id), 'Uma');
  assert.equal((await admin.patch(path, { disabled: false })).status, 200);
  assert.equal((await admin.patch('/users/u_none', { disabled: true })).status, 404);
  const own = `/users/${admin.id}`;
  for (const refused of [
    await admin.patch(own, { role: 'viewer' }),
    await admin.patch(own, { disabled: true }),
    await admin.delete(own),
  ]) {
    assert.equal(refused.status, 409);
    assert.match((refused.body as { title: string }).title, /last admin/);
  }
  assert.equal(s.accounts.find(admin.id)?.login, 'admin');
});

test('who is erased leaves an id in the history and no name', async () => {
  const added = await admin.post('/users', { login: 'gone', name: 'Gone Girl', role: 'operator' });
  const { user } = added.body as { user: User };
  await s.desk.receive('test', [raise('x')]);
  const comment = { verb: 'comment', on: [{ id: raise('x').id }], note: 'hello' } as const;
  await s.desk.act(user.id, comment);
  const by = async () => {
    const { body } = await viewer.get(`/alarms/${raise('x').id}/timeline`);
    return (body as { items: { by: { id: string; name: string } | null }[] }).items[0]?.by;
  };
  assert.deepEqual(await by(), { id: user.id, name: 'Gone Girl' });
  assert.equal((await admin.delete(`/users/${user.id}`)).status, 204);
  assert.deepEqual(await by(), { id: user.id, name: user.id });
  assert.equal((await admin.delete(`/users/${user.id}`)).status, 404);
  await s.desk.receive('test', [clear('x')]);
});

test('a token’s secret is shown once, works, and stops when it is revoked', async () => {
  const made = await operator.post('/tokens', {
    label: 'prometheus',
    scope: 'ingest:alertmanager',
  });
  assert.equal(made.status, 201);
  const { token, secret } = made.body as { token: { id: string }; secret: string };
  assert.match(secret, /^tcs_/);
  const seen = await operator.get('/tokens');
  assert.equal(JSON.stringify(seen.body).includes(secret), false);
  assert.ok(JSON.stringify(seen.body).includes(token.id));
  assert.equal(JSON.stringify([...s.desk.memory.all('tokens')]).includes(secret), false);
  const use = { headers: { authorization: `Bearer ${secret}` } };
  assert.equal((await fetch(`${s.url}/api/v1/me`, use)).status, 403, 'it may only hand in events');
  assert.equal((await operator.delete(`/tokens/${token.id}`)).status, 204);
  assert.equal((await fetch(`${s.url}/api/v1/me`, use)).status, 401);
  assert.equal((await operator.delete(`/tokens/${token.id}`)).status, 404);
});

test('tokens are their owner’s: others neither see nor revoke them, admins do both', async () => {
  const made = await operator.post('/tokens', { label: 'mine', scope: 'role' });
  const { token } = made.body as { token: { id: string } };
  const sees = async (who: typeof admin) =>
    JSON.stringify((await who.get('/tokens')).body).includes(token.id);
  assert.deepEqual(
    [await sees(operator), await sees(viewer), await sees(admin)],
    [true, false, true],
  );
  assert.equal((await viewer.delete(`/tokens/${token.id}`)).status, 404);
  assert.equal((await admin.delete(`/tokens/${token.id}`)).status, 204);
});

test('what was done with a token shows whose it was, also when the token is no more', async () => {
  const made = await operator.post('/tokens', { label: 'night script', scope: 'role' });
  const { token, secret } = made.body as { token: { id: string }; secret: string };
  await s.desk.receive('test', [raise('y')]);
  const path = `/alarms/${raise('y').id}`;
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ note: 'by the script' });
  const said = await fetch(`${s.url}/api/v1${path}/comment`, { method: 'POST', headers, body });
  assert.equal(said.status, 200);
  const by = async () => {
    const answer = await viewer.get(`${path}/timeline`);
    return (answer.body as { items: { by: { name: string } | null }[] }).items[0]?.by?.name;
  };
  assert.equal(await by(), 'operator (token night script)');
  assert.equal((await operator.delete(`/tokens/${token.id}`)).status, 204);
  assert.equal(await by(), 'operator (revoked token night script)');
});

test('a viewer makes tokens that read, and none that hand in events', async () => {
  assert.equal((await viewer.post('/tokens', { label: 'r', scope: 'role' })).status, 201);
  const refused = await viewer.post('/tokens', { label: 'i', scope: 'ingest:*' });
  assert.equal(codeOf(refused), 'NOT_ALLOWED');
  assert.equal(
    codeOf(await viewer.post('/tokens', { label: 'x', scope: 'admin' })),
    'FIELD_INVALID',
  );
  const past = { label: 'x', scope: 'role', until: '2020-01-01T00:00:00Z' };
  assert.equal(codeOf(await viewer.post('/tokens', past)), 'FIELD_INVALID');
});

test('who asks is told who they are', async () => {
  const { body } = await operator.get('/me');
  const want = { user: { id: operator.id, name: 'operator' }, role: 'operator', by: operator.by };
  assert.deepEqual(body, want);
});

test('everything anybody did is in the audit log, newest first, by pages', async () => {
  await s.stored();
  const { body } = await admin.get('/audit?limit=2');
  const { items, next } = body as { items: { verb: string; by: { id: string } }[]; next: string };
  assert.equal(items.length, 2);
  assert.equal(items[0]?.verb, 'token.add');
  const rest = await admin.get(`/audit?cursor=${next}`);
  const verbs = (rest.body as { items: { verb: string }[] }).items.map((line) => line.verb);
  for (const verb of ['user.add', 'user.role', 'user.disable', 'token.revoke', 'comment'])
    assert.ok(verbs.includes(verb), verb);
  const found = await admin.get(`/audit?verb=user&since=2020-01-01T00:00:00Z`);
  const lines = (found.body as { items: { verb: string }[] }).items;
  assert.ok(lines.length > 0 && lines.every((l) => l.verb.startsWith('user')));
  const late = await admin.get('/audit?since=2999-01-01T00:00:00Z');
  assert.deepEqual((late.body as { items: unknown[] }).items, []);
});

test('sources show what they took and refused; samples are for operators', async () => {
  const at = s.clock.now();
  s.figures.received('webhook', 3, at);
  s.figures.dropped('webhook', 'queue', 2);
  s.figures.counted('webhook', 'replayed', 4);
  s.figures.refused('webhook', 'no JSON', Buffer.from('{"a"'), at, { from: '192.0.2.1' });
  const item = async (who: typeof admin) =>
    ((await who.get('/sources')).body as { items: { samples: unknown[] }[] }).items[0];
  const time = new Date(at).toISOString();
  assert.deepEqual(await item(operator), {
    source: 'webhook',
    events: 3,
    refused: 1,
    dropped: { queue: 2 },
    counted: { replayed: 4 },
    lastEventAt: time,
    rates: { minute: 0, tenMinutes: 0, hour: 0 },
    silentSince: null,
    silentAfter: null,
    devices: { known: 1, silent: 0, letGo: 0 },
    samples: [{ at: time, why: 'no JSON', from: '192.0.2.1', sample: '{"a"' }],
  });
  assert.deepEqual((await item(viewer))?.samples, []);
});

test('the desk’s figures can be read', async () => {
  const { body } = await viewer.get('/figures');
  assert.equal((body as { journalDown: string }).journalDown, '');
  assert.equal((body as { position: number }).position, s.desk.memory.position);
});

test('an alarm is explained: what holds, what comes next, and how it came to be', async () => {
  const until = s.clock.now() + 300_000;
  const id = raise('why').id;
  await s.desk.receive('test', [raise('why', { until: until as never })]);
  await operator.post(`/alarms/${id}/acknowledge`, { note: 'on it' });
  const end = new Date(s.clock.now() + 60_000).toISOString();
  await operator.post(`/alarms/${id}/shelve`, { reason: 'works on the line', until: end });
  const { body } = await viewer.get(`/alarms/${id}/explain`);
  interface Line {
    readonly at: string | null;
    readonly what: string;
    readonly why: string;
    readonly by: { readonly name: string } | null;
    readonly rule: string;
  }
  const { now, next, past } = body as Record<'now' | 'next' | 'past', readonly Line[]>;
  assert.deepEqual(
    now.map((line) => [line.what, line.why]),
    [
      ['raised, critical', 'why is down'],
      ['acknowledged', 'on it'],
      [`hidden (shelf) until ${end}`, 'works on the line'],
    ],
  );
  assert.deepEqual(
    next.map((line) => [line.at, line.what, line.rule]),
    [
      [end, 'shown again', 'its shelf ends'],
      [new Date(until).toISOString(), 'cleared, unverified', 'test said it holds until then'],
    ],
  );
  assert.deepEqual(
    past.map((line) => line.what),
    ['shelved', 'acknowledged', 'raised'],
  );
  assert.ok(past.every((line) => line.rule !== ''));
  assert.equal(past[0]?.by?.name, 'operator (token role)');
});
