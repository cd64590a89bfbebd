import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type Instant, instantText, minutes } from '../../src/base/time.ts';
import { answerPath, answerProof } from '../../src/desk/pages/answer-link.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { Page } from '../../src/domain/escalation/page.ts';
import { answerLinkRoutes } from '../../src/http/page-answer.ts';
import { plainPages } from '../../src/http/pages-contract.ts';
import { CODE_LIMITS } from '../../src/ports/people.ts';
import { openApiServer } from '../support/api.ts';
import { alert } from '../support/desk.ts';
import { openTestServer, signedIn } from '../support/http.ts';
import { dutyWith, PAGING, person } from '../support/paging.ts';
import { asking } from '../support/runs.ts';

type Server = Awaited<ReturnType<typeof openApiServer>>;

/** Whoever is named is paged, with one webhook that nobody asks. */
async function pagesTo(desk: Server['desk'], who: UserId): Promise<Page> {
  const said = { verb: 'revision.apply' as const, text: '', from: 'a.yml', unused: [], why: '' };
  const steps = [{ targets: [person(who)], wait: minutes(5) }];
  await desk.act(who, { ...said, plan: PAGING, duty: dutyWith({ steps, fallback: [] }) });
  await desk.receive('test', [alert('web-1', { since: desk.clock.now() })]);
  const [page] = desk.memory.all('pages');
  assert.ok(page);
  return page;
}

test('addresses are one’s own; an admin sees those of others', async () => {
  const s = await openApiServer();
  after(() => s.close());
  const { operator, viewer, admin } = s;
  const bad = await operator.post('/contacts', { kind: 'email', address: 'nobody' });
  assert.equal(bad.status, 422);
  assert.match(JSON.stringify(bad.body), /a mail address/);
  const address = 'https://hook.example.org/page';
  const made = await operator.post('/contacts', { kind: 'webhook', address, delayMinutes: 2 });
  assert.equal(made.status, 201);
  const { id } = made.body as { id: string };
  const listed = await operator.get('/contacts');
  const [mine] = (listed.body as { items: Record<string, unknown>[] }).items;
  assert.deepEqual([mine?.['address'], mine?.['delayMinutes']], [address, 2]);
  assert.equal((await viewer.get(`/contacts?person=${operator.id}`)).status, 403);
  assert.equal((await admin.get(`/contacts?person=${operator.id}`)).status, 200);
  assert.equal((await viewer.delete(`/contacts/${id}`)).status, 403);
  assert.equal((await operator.post(`/contacts/${id}/test`, undefined)).status, 202);
  assert.equal((await operator.delete(`/contacts/${id}`)).status, 200);
  assert.deepEqual((await operator.get('/contacts')).body, { items: [] });
  assert.equal((await operator.delete(`/contacts/${id}`)).status, 404);
});

test('an address is verified with the code that was sent there, in few tries, by its owner', async () => {
  const s = await openApiServer();
  after(() => s.close());
  const { operator, viewer, people, clock, desk } = s;
  const address = 'https://hook.example.org/page';
  const made = await operator.post('/contacts', { kind: 'webhook', address });
  const { id } = made.body as { id: string };
  const verify = (code: string, who = operator) => who.post(`/contacts/${id}/verify`, { code });
  assert.equal((await verify('000000')).status, 409, 'none was sent');
  await operator.post(`/contacts/${id}/test`, undefined);
  const first = people.codeOf(id) ?? '';
  assert.match(first, /^\d{6}$/);
  assert.equal((await verify(first, viewer)).status, 403);
  const wrong = first === '111111' ? '222222' : '111111';
  for (let n = 1; n <= CODE_LIMITS.tries_max; n++) {
    const { body, status } = await verify(wrong);
    assert.equal(status, 409);
    const isLast = n === CODE_LIMITS.tries_max;
    assert.match(JSON.stringify(body), isLast ? /No code holds/ : /not the code/, `${n}`);
  }
  assert.equal((await verify(first)).status, 409, 'tried too often');
  await operator.post(`/contacts/${id}/test`, undefined);
  assert.equal((await verify(first)).status, 409, 'a new test gives no new tries');
  clock.pass(minutes(CODE_LIMITS.life_minutes));
  assert.equal(people.codeOf(id), undefined);
  await operator.post(`/contacts/${id}/test`, undefined);
  const code = people.codeOf(id) ?? '';
  assert.equal((await verify(` ${code.slice(0, 3)} ${code.slice(3)}`)).status, 200);
  assert.equal(people.codeOf(id), undefined, 'it holds once');
  const [mine] = ((await operator.get('/contacts')).body as { items: object[] }).items;
  assert.partialDeepStrictEqual(mine, { isUsed: true, verifiedAt: instantText(clock.now()) });
  await operator.post(`/contacts/${id}/test`, undefined);
  assert.equal(people.codeOf(id), undefined, 'a test of a verified one has no code');
  let journal = '';
  for await (const { text } of s.journal.read(1)) journal += text;
  for (const secret of [first, code]) assert.ok(!journal.includes(`"${secret}"`));
  assert.equal(desk.memory.get('contacts', id)?.verifiedAt, clock.now());
});

test('a message that is held back says until when', async () => {
  const s = await openApiServer();
  after(() => s.close());
  const { operator, desk, clock } = s;
  await operator.post('/contacts', { kind: 'webhook', address: 'https://hook.example.org/page' });
  const said = { verb: 'revision.apply' as const, text: '', from: 'a.yml', unused: [], why: '' };
  const plan = { ...PAGING, root: { ...PAGING.root, groupBy: ['instance'] } };
  const duty = dutyWith({ steps: [{ targets: [person(operator.id)], wait: minutes(5) }] });
  await desk.act(operator.id, { ...said, plan, duty });
  const since = clock.now();
  await desk.receive(
    'test',
    [...'abcdef'].map((name) => alert(name, { since })),
  );
  const { items } = (await operator.get('/pages')).body as {
    items: { told: { is: string; heldUntil: string | null; delivery: string | null }[] }[];
  };
  const held = items.flatMap(({ told }) => told.filter(({ is }) => is === 'held'));
  const heldUntil = instantText((since + minutes(2)) as Instant);
  assert.deepEqual(
    held.map((one) => [one.heldUntil, one.delivery]),
    [[heldUntil, null]],
  );
  assert.ok(items.some(({ told }) => told[0]?.is === 'open' && told[0].heldUntil === null));
});

test('an address is in no entry, and goes with its person', async () => {
  const s = await openApiServer();
  after(() => s.close());
  const address = 'secret-place@example.org';
  await s.viewer.post('/contacts', { kind: 'email', address });
  let journal = '';
  for await (const { text } of s.journal.read(1)) journal += text;
  assert.match(journal, /contact\.set/);
  assert.doesNotMatch(journal, /secret-place/);
  assert.equal(s.people.addressesOf(s.viewer.id).length, 1);
  await s.accounts.erase('self' as UserId, s.viewer.id);
  assert.equal(s.people.addressesOf(s.viewer.id).length, 0);
  assert.equal(s.desk.memory.count('contacts'), 0);
});

test('pages are listed and answered over the API; a second answer is told who was first', async () => {
  const s = await openApiServer();
  after(() => s.close());
  await s.operator.post('/contacts', { kind: 'webhook', address: 'https://hook.example.org/' });
  const page = await pagesTo(s.desk, s.operator.id);
  const listed = await s.viewer.get('/pages?is=open');
  const [one] = (listed.body as { items: Record<string, unknown>[] }).items;
  assert.deepEqual([one?.['id'], one?.['title'], one?.['step']], [page.id, 'Down on web-1', 1]);
  assert.equal((await s.viewer.post(`/pages/${page.id}/answer`, {})).status, 403);
  assert.equal((await s.operator.post(`/pages/${page.id}/answer`, { note: 'mine' })).status, 200);
  assert.equal((await s.admin.post(`/pages/${page.id}/answer`, {})).status, 409);
  const { body } = await s.viewer.get(`/pages/${page.id}`);
  assert.equal((body as { is: string }).is, 'answered');
  assert.equal((await s.viewer.get('/pages/pg0.0')).status, 404);
  assert.equal((await s.viewer.get('/pages?cursor=x')).status, 422);
});

test('the link of a message asks first, answers once, and is for its person and page', async () => {
  const s = await openTestServer({
    routes: ({ desk, accounts, settings }) => {
      const site = { prefix: settings.routePrefix, name: 'Tocsin', asset: (name: string) => name };
      return answerLinkRoutes({ desk, accounts, site, pages: plainPages });
    },
  });
  after(() => s.close());
  const { id } = await signedIn(s, 'viewer');
  const page = await pagesTo(s.desk, id);
  const proof = s.people.proof(answerProof(page.id, id));
  const url = s.url + answerPath(page.id, id, proof);
  const opened = await fetch(url);
  assert.equal(opened.status, 200);
  assert.equal(opened.headers.get('referrer-policy'), 'same-origin');
  assert.match(await opened.text(), /I have it/);
  assert.equal(s.desk.memory.get('pages', page.id)?.is, 'open', 'a scanner only looks');
  const wrong = s.url + answerPath(page.id, 'somebody-else', proof);
  assert.equal((await fetch(wrong, { method: 'POST' })).status, 404);
  assert.equal((await fetch(`${url}x`, { method: 'POST' })).status, 404);
  const answered = await fetch(url, { method: 'POST' });
  assert.equal(answered.status, 200);
  assert.match(await answered.text(), /viewer has it/);
  const [alarm] = s.desk.memory.all('alarms');
  assert.deepEqual(
    [alarm?.handling.is, alarm?.handling.is === 'acknowledged' && alarm.handling.by],
    ['acknowledged', id],
  );
  assert.equal(s.desk.memory.get('pages', page.id)?.answer?.how, 'message');
});

test('whoever has lost the account answers no page', async () => {
  const s = await openTestServer({
    routes: ({ desk, accounts, settings }) => {
      const site = { prefix: settings.routePrefix, name: 'Tocsin', asset: (name: string) => name };
      return answerLinkRoutes({ desk, accounts, site, pages: plainPages });
    },
  });
  after(() => s.close());
  const { id } = await signedIn(s, 'viewer');
  const page = await pagesTo(s.desk, id);
  await s.accounts.setDisabled('self' as UserId, id, true);
  const proof = s.people.proof(answerProof(page.id, id));
  const url = s.url + answerPath(page.id, id, proof);
  assert.equal((await fetch(url, { method: 'POST' })).status, 403);
});

test('a page of a run has no alarm, says which run asks, and is answered like others', async () => {
  const s = await openApiServer();
  after(() => s.close());
  const run = await asking(s.desk, s.operator.id);
  const listed = (await s.viewer.get('/pages')).body as { items: Record<string, unknown>[] };
  const [page] = listed.items;
  assert.deepEqual(
    [page?.['title'], page?.['alarms'], page?.['run']],
    ['Restart a port', [], { id: run, step: 0, text: 'Port 7 is dark.' }],
  );
  assert.equal((await s.operator.post(`/pages/${page?.['id']}/answer`, {})).status, 200);
  const one = (await s.viewer.get(`/runs/${run}`)).body as Record<string, unknown>;
  const [tried] = one['tries'] as Record<string, unknown>[];
  assert.deepEqual([one['is'], tried?.['page']], ['done', page?.['id']]);
});
