import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { DeskError } from '../../src/base/errors.ts';
import type { Instant } from '../../src/base/time.ts';
import { YAML_LIMITS } from '../../src/config/yaml-file.ts';
import { CONFIG_DOOR_LIMITS } from '../../src/http/api/config-shapes.ts';
import { trialLines } from '../../src/http/api/config-trial.ts';
import { openApi } from '../../src/http/api/routes.ts';
import { type ConfigDoor, TRIAL_DAYS_MAX, type Trial } from '../../src/http/config-door.ts';
import { openApiServer } from '../support/api.ts';
import { configurationOf, HOOK } from '../support/configuration.ts';
import { readFeed } from '../support/feeds.ts';
import { openTestServer, raise, signedIn, tokenOf } from '../support/http.ts';

interface Head {
  readonly id: string;
  readonly by: { readonly id: string; readonly name: string };
  readonly why: string;
  readonly from: string;
  readonly inForce: boolean;
}
interface Told {
  readonly revision: Head | null;
  readonly changed: boolean;
  readonly replaced: Head | null;
  readonly text: string;
  readonly original: string;
  readonly guarded: readonly string[];
  readonly items: readonly Head[];
  readonly code: string;
  readonly title: string;
  readonly inForce: Head;
  readonly faults: readonly { readonly line: number; readonly column: number }[];
  readonly lines: readonly { readonly is: string; readonly text: string }[];
  readonly added: number;
  readonly removed: number;
}

async function open() {
  const s = await openApiServer();
  after(() => s.close());
  const told = async (answer: Promise<{ status: number; body: unknown }>) => {
    const { status, body } = await answer;
    return { status, ...(body as Told) };
  };
  const save = (text: string, basedOn: string, why = 'because', more = {}) =>
    told(s.admin.put('/config', { text, why, basedOn, ...more }));
  return { ...s, told, save, now: () => told(s.viewer.get('/config')) };
}

const s = await open();

test('before the first revision there is nothing in force, and that is no error', async () => {
  const { status, revision, text, original } = await s.now();
  assert.deepEqual([status, revision, text, original], [200, null, '', '']);
});

test('what is saved is in force, with who and why, and no secret is ever told', async () => {
  const saved = await s.save(HOOK, '', 'the first one');
  assert.equal(saved.status, 200);
  assert.equal(saved.changed, true);
  assert.equal(saved.replaced, null);
  assert.deepEqual(saved.guarded, ['ops/webhook[0]', 'night/webhook[0]']);
  const held = await s.now();
  assert.equal(held.revision?.id, saved.revision?.id);
  assert.equal(held.revision?.why, 'the first one');
  assert.equal(held.revision?.from, 'console');
  assert.equal(held.revision?.by.id, s.admin.id);
  assert.match(held.text, /credentials: <secret>/);
  assert.match(held.original, /resolve_timeout: 5m/);
  assert.doesNotMatch(JSON.stringify(held), /hush-hush/);
});

test('a text made from another revision is refused and says what is in force', async () => {
  const { revision } = await s.now();
  const late = await s.save(HOOK.replace('ops', 'noc'), 'r1');
  assert.equal(late.status, 409);
  assert.equal(late.code, 'CONFIG_CONFLICT');
  assert.equal(late.inForce.id, revision?.id);
  assert.equal(late.inForce.why, 'the first one');
  assert.equal((await s.now()).revision?.id, revision?.id);
});

test('faults come with line and column, and change nothing', async () => {
  const { revision } = await s.now();
  const bad = HOOK.replace('group_wait: 0s', 'group_weit: 0s');
  const checked = await s.told(s.admin.post('/config/check', { text: bad }));
  assert.equal(checked.status, 200);
  assert.deepEqual(
    checked.faults.map(({ line, column }) => [line, column]),
    [[4, 3]],
  );
  const saved = await s.save(bad, revision?.id ?? '');
  assert.equal(saved.status, 422);
  assert.equal(saved.code, 'CONFIG_INVALID');
  assert.equal(saved.faults[0]?.line, 4);
  assert.match(saved.title, /^This configuration cannot be used \(1 fault\)\. Line 4, column 3: /);
  assert.equal((await s.now()).revision?.id, revision?.id);
});

test('a reason is asked for, of spaces alone too', async () => {
  for (const why of ['', '   ']) {
    const { status, code } = await s.save(HOOK, '', why);
    assert.deepEqual([status, code], [422, 'FIELD_INVALID']);
  }
  const most = 'w'.repeat(CONFIG_DOOR_LIMITS.why_chars_max);
  assert.equal((await s.save(HOOK, 'r0', most)).status, 409, 'the longest is taken');
  assert.equal((await s.save(HOOK, 'r0', `${most}w`)).status, 422, 'one more is not');
});

test('a file name goes into the revision, a path does not', async () => {
  const { revision } = await s.now();
  const based = revision?.id ?? '';
  for (const file of ['/etc/am.yml', 'a\\b', '', 'x'.repeat(129)])
    assert.equal((await s.save(HOOK, based, 'w', { file })).status, 422, file);
  const longest = { file: 'x'.repeat(CONFIG_DOOR_LIMITS.file_name_chars_max) };
  assert.equal((await s.save(HOOK, 'r0', 'w', longest)).status, 409, 'the longest is taken');
  const saved = await s.save(HOOK.replace('0s', '1s'), based, 'w', { file: 'am.yml' });
  assert.equal(saved.revision?.from, 'apply am.yml');
  assert.equal(saved.replaced?.id, based);
});

test('revisions are listed newest first, compared and restored', async () => {
  const { items } = await s.told(s.viewer.get('/config/revisions'));
  assert.deepEqual(
    items.map((r) => r.inForce),
    [true, false],
  );
  const [newest, first] = items;
  const diff = await s.told(s.viewer.get(`/config/revisions/${newest?.id}/diff`));
  assert.deepEqual([diff.added, diff.removed], [1, 1]);
  assert.deepEqual(
    diff.lines.filter((l) => l.is !== 'same').map((l) => l.text.trim()),
    ['group_wait: 0s', 'group_wait: 1s'],
  );
  const back = `/config/revisions/${first?.id}/diff?against=${newest?.id}`;
  assert.equal(
    (await s.told(s.viewer.get(back))).lines.find((l) => l.is === 'added')?.text.trim(),
    'group_wait: 0s',
  );
  const restored = await s.told(
    s.admin.post(`/config/revisions/${first?.id}/restore`, { why: 'it was better' }),
  );
  assert.equal(restored.status, 200);
  assert.equal(restored.revision?.why, 'it was better');
  assert.equal(
    (await s.now()).text,
    (await s.told(s.viewer.get(`/config/revisions/${first?.id}`))).text,
  );
});

test('a revision that is not kept is not there', async () => {
  for (const path of ['/config/revisions/r9999', '/config/revisions/r9999/diff'])
    assert.equal((await s.viewer.get(path)).status, 404, path);
  const { revision } = await s.now();
  const against = `/config/revisions/${revision?.id}/diff?against=r9999`;
  assert.equal((await s.viewer.get(against)).status, 404);
});

test('a desk started without a file has nothing to read again, and says what to do', async () => {
  const { status, title } = await s.told(s.admin.post('/config/reload', {}));
  assert.equal(status, 422);
  assert.match(title, /give it --config\.file/);
});

test('operators and viewers read; only admins check, save, restore, reload and try', async () => {
  for (const caller of [s.viewer, s.operator]) {
    assert.equal((await caller.get('/config')).status, 200);
    assert.equal((await caller.post('/config/check', { text: HOOK })).status, 403);
    assert.equal((await caller.put('/config', {})).status, 403);
    assert.equal((await caller.post('/config/plan', { text: HOOK, days: 1 })).status, 403);
    assert.equal((await caller.post('/config/reload', {})).status, 403);
    assert.equal((await caller.post('/config/revisions/r1/restore', {})).status, 403);
  }
});

async function plan(text: string, days: number, signal?: AbortSignal) {
  const response = await fetch(`${s.url}/api/v1/config/plan`, {
    method: 'POST',
    headers: { authorization: s.admin.authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ text, days }),
    ...(signal ? { signal } : {}),
  });
  return { status: response.status, text: () => response.text() };
}

interface Line {
  readonly done?: number;
  readonly problem?: { readonly code: string };
  readonly report?: {
    readonly episodes: number;
    readonly changes: Record<string, number>;
    readonly examples: readonly {
      readonly old: readonly { readonly receiver: string }[];
      readonly new: readonly { readonly receiver: string; readonly at: string }[];
    }[];
  };
}

test('a trial answers with lines, the last of which says who would be told differently', async () => {
  s.clock.pass(60_000);
  await s.desk.receive('test', [raise('core-1'), raise('core-2')]);
  s.clock.pass(60_000);
  const answer = await plan(HOOK.replace('receiver: ops', 'receiver: night'), TRIAL_DAYS_MAX);
  assert.equal(answer.status, 200);
  const lines = (await answer.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  assert.equal(lines[0]?.done, 0);
  const { report } = lines.at(-1) ?? {};
  assert.equal(report?.changes.moved, 2);
  const [example] = report?.examples ?? [];
  assert.deepEqual(
    example?.old.map((t) => t.receiver),
    ['ops'],
  );
  assert.deepEqual(
    example?.new.map((t) => t.receiver),
    ['night'],
  );
  assert.match(example?.new[0]?.at ?? '', /^\d{4}-\d\d-\d\dT.*Z$/);
});

test('a trial of a bad text, or of too many days, is refused before it begins', async () => {
  assert.equal((await plan('route: 1', 1)).status, 422);
  assert.equal((await plan(HOOK, TRIAL_DAYS_MAX + 1)).status, 422);
  assert.equal((await plan(HOOK, 0)).status, 422);
});

test('a text as large as a file may be is taken whatever must be escaped; a larger body is not', async () => {
  const room = YAML_LIMITS.file_bytes_max - Buffer.byteLength(HOOK) - 1;
  const text = `${HOOK}#${'"'.repeat(room)}`;
  assert.equal(Buffer.byteLength(text), YAML_LIMITS.file_bytes_max);
  assert.deepEqual((await s.told(s.admin.post('/config/check', { text }))).faults, []);
  const huge = 'x'.repeat(CONFIG_DOOR_LIMITS.body_bytes_max);
  assert.equal((await s.admin.post('/config/check', { text: huge })).status, 413);
});

test('a trial that nobody waits for any more is ended', async () => {
  const trials: Trial[] = [];
  const ended = Promise.withResolvers<void>();
  const answers: Pick<ConfigDoor, 'check' | 'tryOut'> = {
    check: () => ({ ok: true, routes: 1, receivers: [], unused: [] }),
    tryOut: (trial) => {
      trials.push(trial);
      return new Promise((_, reject) => {
        trial.signal?.addEventListener('abort', () => {
          ended.resolve();
          reject(new DeskError('ACTION_REFUSED', { why: 'The replay was ended.' }));
        });
      });
    },
  };
  const waiting = Object.assign(configurationOf(s.desk, s.clock), answers);
  const api: { close(): void }[] = [];
  const server = await openTestServer({
    routes: (parts) => {
      const opened = openApi({ ...parts, homeUrl: () => '', configuration: waiting, readFeed });
      api.push(opened);
      return opened.routes;
    },
  });
  const { id } = await signedIn(server, 'admin');
  const { authorization } = await tokenOf(server, id, 'role');
  const client = new AbortController();
  const answer = await fetch(`${server.url}/api/v1/config/plan`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json' },
    body: JSON.stringify({ text: HOOK }),
    signal: client.signal,
  });
  assert.equal(answer.status, 200);
  assert.equal(trials[0]?.days, 7, 'a week when nothing is said');
  client.abort();
  await ended.promise;
  for (const one of api) one.close();
  await server.close();
});

test('lines of a trial: how far it is, then what became of it', async () => {
  const told = async (tryOut: ConfigDoor['tryOut']): Promise<unknown[]> => {
    const lines: unknown[] = [];
    const door = { tryOut } as ConfigDoor;
    for await (const text of trialLines(door, { text: '', days: 1 }, 101))
      lines.push(JSON.parse(text));
    return lines;
  };
  const place = (position: number) => ({ position, at: 0 as Instant });
  const busy = await told(({ progress }) => {
    progress?.(place(1));
    progress?.(place(51));
    return Promise.reject(new DeskError('BUSY', { why: 'another one' }));
  });
  const title = new DeskError('BUSY', { why: 'another one' }).message;
  assert.deepEqual(busy.at(0), { done: 0.5 });
  assert.deepEqual(busy.at(-1), { problem: { code: 'BUSY', title } });
  const broken = await told(() => Promise.reject(new Error('inside')));
  assert.doesNotMatch(JSON.stringify(broken), /inside/);
  assert.match(JSON.stringify(broken.at(-1)), /ACTION_REFUSED/);
});
