import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { WAY_TRIAL_LIMITS } from '../../src/http/page-config-send.ts';
import { openConfigConsole } from '../support/config-console.ts';

const { parts, configuration, secrets, apply, inForce, browser } = await openConfigConsole();

/** The other side: `/gone` will not have it, `/down` is ill, all else is taken. */
const got: { url: string; authorization: string; body: string }[] = [];
const hook = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => {
    body += part;
  });
  request.on('end', () => {
    const { url = '', headers } = request;
    got.push({ url, authorization: headers.authorization ?? '', body });
    response.statusCode = url === '/gone' ? 404 : url === '/down' ? 503 : 200;
    response.end(url === '/gone' ? 'no such channel' : '');
  });
});
await once(hook.listen(0, '127.0.0.1'), 'listening');
after(() => hook.close());
const THERE = `http://127.0.0.1:${(hook.address() as AddressInfo).port}`;

const nora = await browser('admin', 'Nora');
const tom = await browser('operator', 'Tom');
await apply(
  nora.id,
  `route:
  receiver: ops
receivers:
  - name: ops
    webhook_configs:
      - url: ${THERE}/ops
        http_config:
          authorization:
            credentials: hush-hush
`,
);

const FORM = '/configuration/receivers/form';
const added = { kind: 'webhook', first: 'yes', receiver: 'chat' };
const isOver = () => parts.clock.pass(WAY_TRIAL_LIMITS.refill_seconds * 1_000);
const send = (fields: Record<string, string>) => {
  isOver();
  return nora.post(FORM, { do: 'send', ...fields });
};
const line = async (fields: Record<string, string>) =>
  JSON.parse((await send({ do: 'send-line', ...fields })).markup);

test('a receiver that holds nowhere is tried as it was typed, and nothing of it is kept', async () => {
  const before = inForce();
  const { status, text, markup } = await send({ ...added, 'v-url': `${THERE}/new-secret` });
  assert.equal(status, 200);
  assert.match(text, /What came of the test Delivered in \d+ ms: HTTP 200\./);
  const [sent] = got.splice(0);
  assert.equal(sent?.url, '/new-secret');
  const { receiver, alerts } = JSON.parse(sent?.body ?? '');
  assert.equal(receiver, 'chat');
  assert.match(alerts[0].annotations.summary, /This is a test/);
  assert.doesNotMatch(markup, /new-secret/, 'a secret does not come back');
  assert.match(markup, /name="receiver"[^>]*value="chat"/, 'what is none does');
  assert.equal(inForce(), before);
  assert.match((await nora.get('/configuration/draft')).text, /You have no draft/);
  assert.equal(secrets.get('s3'), undefined, 'no more secrets are kept than were in force');
});

test('a kept secret goes out with it when the form is left as it is', async () => {
  const told = await line({ receiver: 'ops', kind: 'webhook', index: '0' });
  assert.match(told.says, /^Delivered in \d+ ms: HTTP 200\.$/);
  assert.deepEqual(
    got.splice(0).map(({ url, authorization }) => [url, authorization]),
    [['/ops', 'Bearer hush-hush']],
  );
});

test('a kept secret does not go to another address', async () => {
  const { fault } = await line({
    ...{ receiver: 'ops', kind: 'webhook', index: '0' },
    'v-url': `${THERE}/elsewhere`,
  });
  assert.match(fault, /^Nothing was sent: .*url has changed: write its secrets anew/);
  assert.deepEqual(got, []);
});

test('what the other side answered is said, and what to do', async () => {
  const gone = await line({ ...added, 'v-url': `${THERE}/gone` });
  assert.match(gone.fault, /^The other side will not have it: HTTP 404: no such channel\. Look at/);
  const down = await line({ ...added, 'v-url': `${THERE}/down` });
  assert.match(down.fault, /^Not delivered after \d+ ms: HTTP 503\. Look whether/);
  const shut = await line({ ...added, 'v-url': 'http://127.0.0.1:1/' });
  assert.match(shut.fault, /^Not delivered after \d+ ms: .*ECONNREFUSED/);
  got.splice(0);
});

test('an address inside the desk’s own network is refused as it would be after saving', async () => {
  const { fault } = await line({ ...added, 'v-url': 'http://169.254.169.254/latest' });
  assert.match(fault, /a metadata service/);
});

test('what is wrong with the form is said at its fields, and nothing is sent', async () => {
  const { status, markup } = await send({ ...added, receiver: '', 'v-url': `${THERE}/new` });
  assert.equal(status, 422);
  assert.match(markup, /<a href="#f-receiver">Give the receiver a name\.<\/a>/);
  assert.match((await line(added)).fault, /^Nothing was sent: /);
  assert.deepEqual(got, []);
});

test('who tried what is in the audit log, without what was typed', async () => {
  await line({ ...added, 'v-url': `${THERE}/another-secret` });
  got.splice(0);
  while (parts.desk.store.position < parts.desk.memory.position) {
    parts.clock.pass(1_000);
    await new Promise(setImmediate);
  }
  const { items } = await parts.desk.store.audit(undefined, 100, { verb: 'notify.try' });
  const [last] = items;
  assert.equal(last?.by, nora.id);
  assert.equal(last?.subject, 'chat');
  assert.equal(last?.detail, 'webhook, as typed in a form');
  assert.doesNotMatch(JSON.stringify(items), /secret/);
});

test('after as many tests in a row as there may be one waits, and the form is kept', async () => {
  for (let n = 0; n < WAY_TRIAL_LIMITS.in_a_row_max; n++) isOver();
  const ask = { do: 'send', ...added, 'v-url': `${THERE}/often`, 'v-max_alerts': '7' };
  for (let n = 0; n < WAY_TRIAL_LIMITS.in_a_row_max; n++)
    assert.equal((await nora.post(FORM, ask)).status, 200);
  const over = await nora.post(FORM, ask);
  assert.equal(over.status, 429);
  assert.match(over.text, /Too many requests\. Try again in 12 s/);
  assert.match(over.markup, /name="v-max_alerts"[^>]*value="7"/);
  assert.equal((await nora.post(FORM, { ...ask, do: 'send-line' })).status, 429);
  assert.equal(got.splice(0).length, WAY_TRIAL_LIMITS.in_a_row_max);
  isOver();
  assert.equal((await nora.post(FORM, ask)).status, 200);
  got.splice(0);
});

test('a form of something older sends nothing', async () => {
  const from = await nora.markOf(FORM.replace('/form', ''));
  const text = inForce().replace(/^/, '# later\n');
  await configuration.save({ text, by: nora.id, why: 'x', basedOn: configuration.inForce() });
  const { fault } = await line({ ...added, from, 'v-url': `${THERE}/old` });
  assert.match(fault, /^Nothing was sent: the configuration, or your draft, changed/);
  assert.deepEqual(got, []);
});

test('operators have no such form, and a way that pages people no such button', async () => {
  assert.equal((await tom.post(FORM, { ...added, do: 'send' })).status, 403);
  assert.match((await nora.get(`${FORM}?kind=webhook`)).text, /Send a test/);
  assert.doesNotMatch((await nora.get(`${FORM}?kind=escalation`)).text, /Send a test/);
  assert.doesNotMatch((await nora.get(`${FORM}?receiver=ops`)).text, /Send a test/);
});
