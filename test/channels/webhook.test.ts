import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Value } from 'typebox/value';
import { type WebhookMessage, webhook } from '../../src/channels/webhook.ts';
import { answers, farSide } from './far-side.ts';
import { alert, notice, plainRendering } from './notices.ts';
import { testWorld } from './world.ts';

type Settings = Parameters<typeof webhook.send>[1];
const settingsOf = (given: object): Settings =>
  Value.Default(webhook.settings, structuredClone(given)) as Settings;

const one = notice([alert({ alertname: 'Down', instance: 'db1' }, { summary: 'db1 is down' })]);

test('the body is Alertmanager’s version 4, field by field, in its order', () => {
  const { body } = webhook.render(one, settingsOf({ url: 'http://x' }), plainRendering(one));
  const alerts = [
    '{"status":"firing","labels":{"alertname":"Down","instance":"db1"}',
    '"annotations":{"summary":"db1 is down"},"startsAt":"2026-01-01T00:00:00.000Z"',
    '"endsAt":"0001-01-01T00:00:00Z"',
    '"generatorURL":"http://prometheus.example.org/graph?g0.expr=up"',
    `"fingerprint":"${one.alerts[0]?.fingerprint}"}`,
  ].join(',');
  assert.equal(
    body,
    [
      '{"receiver":"ops","status":"firing"',
      `"alerts":[${alerts}]`,
      '"notification_reason":"first notification","groupLabels":{"alertname":"Down"}',
      '"commonLabels":{"alertname":"Down","instance":"db1"}',
      '"commonAnnotations":{"summary":"db1 is down"},"routeLabels":{}',
      '"externalURL":"http://desk.example.org","version":"4"',
      '"groupKey":"{}/{team=\\"ops\\"}:{alertname=\\"Down\\"}","truncatedAlerts":0}',
    ].join(','),
  );
});

test('max_alerts tells the first ones and how many were left out; common labels are of those told', () => {
  const three = notice([
    alert({ alertname: 'Down', zone: 'a' }),
    alert({ alertname: 'Down', zone: 'a', n: '2' }),
    alert({ alertname: 'Down', zone: 'b' }, {}, true),
  ]);
  const bodyAt = (max_alerts: number) =>
    JSON.parse(
      webhook.render(three, settingsOf({ url: 'http://x', max_alerts }), plainRendering(three))
        .body,
    );
  const two = bodyAt(2);
  assert.deepEqual(
    [two.alerts.length, two.truncatedAlerts, two.commonLabels],
    [2, 1, { alertname: 'Down', zone: 'a' }],
  );
  assert.deepEqual([bodyAt(3).truncatedAlerts, bodyAt(0).alerts.length], [0, 3]);
  assert.deepEqual(bodyAt(3).commonLabels, { alertname: 'Down' });
});

test('a payload of one’s own is filled in, and what reads as a number or a list becomes one', () => {
  const payload = {
    text: '{{ .Text }}',
    n: '3',
    list: '[1, "a"]',
    deep: [{ '{{ .Text }}': true }],
  };
  const set = settingsOf({ url: 'http://x', payload });
  const { body } = webhook.render(one, set, plainRendering(one));
  assert.deepEqual(JSON.parse(body), {
    text: 'db1 is down',
    n: 3,
    list: [1, 'a'],
    deep: [{ 'db1 is down': true }],
  });
});

test('it is posted with the delivery’s id beside it, to the address as filled in', async () => {
  const far = await farSide(answers(204));
  try {
    const set = settingsOf({ url: `${far.url}/{{ .Text }}` });
    const message = webhook.render(one, set, plainRendering(one));
    assert.deepEqual(await webhook.send(message, set, testWorld()), {
      is: 'sent',
      detail: 'HTTP 204',
    });
    const [got] = far.arrived;
    assert.deepEqual(
      [got?.method, got?.path, got?.body],
      ['POST', '/db1%20is%20down', message.body],
    );
    assert.equal(got?.headers['idempotency-key'], 'd17.0');
    assert.equal(got?.headers['content-type'], 'application/json');
    assert.equal(got?.headers['user-agent'], 'Tocsin/1.2.3');
  } finally {
    await far.close();
  }
});

test('4.2 the address may stand in a file, which is read at each send', async () => {
  const far = await farSide(answers(200));
  const files: Record<string, string> = { '/url': `${far.url}/first\n` };
  try {
    const set = settingsOf({ url_file: '/url' });
    const message: WebhookMessage = webhook.render(one, set, plainRendering(one));
    await webhook.send(message, set, testWorld({ files }));
    files['/url'] = `${far.url}/second`;
    await webhook.send(message, set, testWorld({ files }));
    assert.deepEqual(
      far.arrived.map(({ path }) => path),
      ['/first', '/second'],
    );
  } finally {
    await far.close();
  }
});

test('its own timeout ends a try although the world would wait', async () => {
  const world = testWorld();
  const far = await farSide(() => world.clock.pass(2_000));
  try {
    const set = settingsOf({ url: far.url, timeout: '2s' });
    const result = await webhook.send(webhook.render(one, set, plainRendering(one)), set, world);
    assert.deepEqual(result, { is: 'later', why: 'no answer in time' });
  } finally {
    await far.close();
  }
});

test('an address is needed, once', () => {
  const faults = (given: object) => webhook.faults?.(settingsOf(given)).map(([field]) => field);
  assert.deepEqual(faults({}), ['url']);
  assert.deepEqual(faults({ url: 'http://x', url_file: '/x' }), ['url_file']);
  assert.deepEqual(faults({ url: 'http://x', timeout: 'soon' }), ['timeout']);
  assert.deepEqual(faults({ url: 'http://x', timeout: '1m30s' }), []);
});
