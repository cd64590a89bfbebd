import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { RULES_LIMITS } from '../../src/desk/verbs/source-rules.ts';
import { openApiServer } from '../support/api.ts';
import { WORDS, words } from '../support/words-source.ts';

async function open() {
  const s = await openApiServer({ sources: [words] });
  s.rules.add(words);
  after(() => s.close());
  const send = async (body: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(`${s.url}/in/words`, { method: 'POST', body, headers });
    return [answer.status, await answer.text()] as const;
  };
  return { ...s, send };
}

const SOURCE = `/sources/${WORDS}`;

interface Rules {
  readonly id: string;
  readonly text: string;
  readonly example: string;
  readonly unread: number;
  readonly saved: readonly { readonly id: string; readonly why: string }[];
}
interface Input {
  readonly id: string;
  readonly shown: string;
  readonly why: string | null;
  readonly count: number;
}
interface Tried {
  readonly faults: readonly unknown[];
  readonly results: readonly (Input & {
    readonly now: { readonly events: readonly unknown[]; readonly notUnderstood: string | null };
    readonly edited: { readonly events: readonly { readonly kind: string }[] } | null;
  })[];
}

test('a body nobody understands is taken, shown, tried on, and read anew once rules are saved', async () => {
  const { admin, operator, send, desk } = await open();
  assert.deepEqual(await send('down r1'), [202, 'no such word']);
  assert.deepEqual(await send('down r1'), [202, 'no such word']);
  const before = (await operator.get(`${SOURCE}/rules`)).body as Rules;
  assert.deepEqual([before.id, before.text, before.unread], ['', '', 1]);
  assert.match(before.example, /down/);
  const { items } = (await operator.get(`${SOURCE}/unread`)).body as { items: readonly Input[] };
  assert.deepEqual(
    items.map(({ shown, why, count }) => [shown, why, count]),
    [['down r1', 'no such word', 2]],
  );
  const tried = (await operator.post(`${SOURCE}/rules/try`, { text: 'down' })).body as Tried;
  assert.deepEqual(
    tried.results.map(({ id, now, edited }) => [
      ...[id[0], now.events.length, now.notUnderstood],
      edited?.events.map((event) => event.kind),
    ]),
    [
      ['u', 0, 'no such word', ['raise']],
      ['s', 0, 'no such word', ['raise']],
    ],
  );
  const saved = await admin.put(`${SOURCE}/rules`, { text: 'down', why: 'r1 speaks', basedOn: '' });
  assert.equal(saved.status, 200);
  assert.equal([...desk.memory.all('alarms')].length, 0, 'saving alone reads nothing');
  const read = await admin.post(`${SOURCE}/unread/read`, {});
  assert.deepEqual(read.body, { read: 1, events: 1, left: 0, stopped: '' });
  assert.equal([...desk.memory.all('alarms')][0]?.resource, 'r1');
  assert.deepEqual(await send('down r2'), [200, 'taken'], 'without a restart');
});

test('a trial reads inputs that are given, and those that are named, and no others', async () => {
  const { operator, send } = await open();
  await send('down r1');
  await send('up r1');
  const all = (await operator.get(`${SOURCE}/seen`)).body as { items: readonly Input[] };
  assert.deepEqual(
    all.items.map(({ shown }) => shown),
    ['up r1', 'down r1'],
  );
  const asked = { text: 'down', samples: [all.items[1]?.id], inputs: [{ body: 'down r9' }] };
  const { results } = (await operator.post(`${SOURCE}/rules/try`, asked)).body as Tried;
  assert.deepEqual(
    results.map(({ shown }) => shown),
    ['down r9', 'down r1'],
  );
});

test('a faulty text is refused with the place of the fault, and tried on nothing', async () => {
  const { admin, send } = await open();
  await send('down r1');
  const saved = await admin.put(`${SOURCE}/rules`, { text: 'down!', why: 'x' });
  assert.equal(saved.status, 422);
  const { code, title, faults } = saved.body as { code: string; title: string; faults: unknown };
  assert.equal(code, 'RULES_INVALID');
  assert.match(title, /1 fault.* Line 1, column 1: no shouting/);
  assert.deepEqual(faults, [{ line: 1, column: 1, why: 'no shouting' }]);
  const tried = (await admin.post(`${SOURCE}/rules/try`, { text: 'down!' })).body as Tried;
  assert.deepEqual([tried.faults, tried.results[0]?.edited], [faults, null]);
});

test('a text made from an older one is refused; an older one is read and saved again', async () => {
  const { admin } = await open();
  const put = (text: string, basedOn?: string) =>
    admin.put(`${SOURCE}/rules`, {
      text,
      why: `because ${text.slice(0, 9)}`,
      ...(basedOn && { basedOn }),
    });
  const { id } = (await put('down')).body as Rules;
  await put('up', id);
  const late = await put('down up', id);
  assert.equal(late.status, 409);
  assert.match((late.body as { title: string }).title, /is saved now/);
  const { saved } = (await admin.get(`${SOURCE}/rules`)).body as Rules;
  assert.deepEqual(
    saved.map(({ why }) => why),
    ['because up', 'because down'],
  );
  const old = (await admin.get(`${SOURCE}/rules/${saved[1]?.id}`)).body as Rules;
  assert.equal(old.text, 'down');
  assert.equal((await admin.get(`${SOURCE}/rules/r999`)).status, 404);
  const { text_chars_max } = RULES_LIMITS;
  assert.equal((await put('x'.repeat(text_chars_max))).status, 200);
  assert.equal((await put('x'.repeat(text_chars_max + 1))).status, 422);
});

test('what waits is dropped by an admin with a reason, and audited', async () => {
  const { admin, operator, send, desk, stored } = await open();
  await send('noise');
  const { items } = (await operator.get(`${SOURCE}/unread`)).body as { items: readonly Input[] };
  const ids = items.map(({ id }) => id);
  assert.equal((await operator.post(`${SOURCE}/unread/drop`, { ids, why: 'noise' })).status, 403);
  assert.equal((await admin.post(`${SOURCE}/unread/drop`, { ids, why: ' ' })).status, 422);
  const dropped = await admin.post(`${SOURCE}/unread/drop`, { ids, why: 'a test' });
  assert.deepEqual(dropped.body, { dropped: 1 });
  assert.equal((await admin.post(`${SOURCE}/unread/drop`, { ids, why: 'again' })).status, 404);
  await stored();
  const { items: lines } = await desk.store.audit(undefined, 10);
  const line = lines.find(({ verb }) => verb === 'source.unread');
  assert.equal(line?.detail, '1 dropped: a test');
});

test('secrets are taken out before anything is kept', async () => {
  const { operator, send } = await open();
  await send('down hush');
  for (const where of ['seen', 'unread']) {
    const { body } = await operator.get(`${SOURCE}/${where}`);
    assert.match(JSON.stringify(body), /down \(redacted\)/);
    assert.doesNotMatch(JSON.stringify(body), /hush/);
  }
});

test('what is understood in part is done at once, and the rest waits', async () => {
  const { admin, operator, send, desk } = await open();
  await admin.put(`${SOURCE}/rules`, { text: 'down', why: 'x' });
  assert.deepEqual(await send('down r1\nodd r2', { 'idempotency-key': 'k1' }), [
    202,
    'no such word',
  ]);
  assert.equal((await send('down r1\nodd r2', { 'idempotency-key': 'k1' }))[0], 202);
  assert.equal([...desk.memory.all('alarms')][0]?.occurrences, 1);
  const { items } = (await operator.get(`${SOURCE}/unread`)).body as { items: readonly Input[] };
  assert.deepEqual(
    items.map(({ shown, count }) => [shown, count]),
    [['odd r2', 1]],
  );
});

test('sources without rules, and who may not, are told so', async () => {
  const { admin, viewer } = await open();
  assert.equal((await admin.get('/sources/alertmanager/rules')).status, 404);
  assert.equal((await viewer.get(`${SOURCE}/rules`)).status, 403);
});
