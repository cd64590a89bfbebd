import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { OPSGENIE_LIMITS, opsgenie } from '../../src/channels/opsgenie.ts';
import { exchanged, FIRING, RESOLVED, settingsOf } from './exact.ts';
import { type Answer, answers } from './far-side.ts';
import { plainRendering } from './notices.ts';

const ALIAS = createHash('sha256').update(FIRING.groupKey).digest('hex');
const accepted = answers(
  202,
  '{"result":"Request will be processed","took":0.302,"requestId":"4"}',
);

test('an alert is created under the group’s alias, with all that was set', async () => {
  const given = (url: string) => ({
    api_key: 'K3Y',
    api_url: `${url}/eu`,
    details: { severity: 'high', alertname: 'mine' },
    responders: [
      { name: 'dba, net', username: '', id: '', type: 'teams' },
      { username: 'nora@example.org', name: '', id: '', type: 'User' },
      { username: '', name: '', id: '', type: 'schedule' },
    ],
    tags: 'a,b,,c',
    actions: 'Restart',
    note: 'n',
    priority: 'P1',
    entity: 'db1',
  });
  const { result, arrived } = await exchanged(opsgenie, given, FIRING, accepted);
  const [got, ...more] = arrived;
  assert.deepEqual([result.is, more.length], ['sent', 0]);
  assert.deepEqual(
    [got?.method, got?.path, got?.headers.authorization],
    ['POST', '/eu/v2/alerts', 'GenieKey K3Y'],
  );
  assert.equal(
    got?.body,
    JSON.stringify({
      alias: ALIAS,
      message: 'opsgenie.default.message of ops',
      description: 'opsgenie.default.description of ops',
      details: { alertname: 'mine', instance: 'db1', severity: 'high' },
      source: 'opsgenie.default.source of ops',
      responders: [
        { name: 'dba', type: 'team' },
        { name: ' net', type: 'team' },
        { username: 'nora@example.org', type: 'user' },
      ],
      tags: ['a', 'b', 'c'],
      note: 'n',
      priority: 'P1',
      entity: 'db1',
      actions: ['Restart'],
    }),
  );
});

test('update_alerts changes message and description as well; a failure stops there', async () => {
  const given = (url: string) => ({ api_key_file: '/k', api_url: `${url}/`, update_alerts: true });
  const paths = async (answer: Answer) => {
    const { arrived, result } = await exchanged(opsgenie, given, FIRING, answer, { '/k': ' K \n' });
    return [
      result.is,
      ...arrived.map(({ method, path }) => `${method} ${path.replace(ALIAS, 'A')}`),
    ];
  };
  assert.deepEqual(await paths(accepted), [
    'sent',
    'POST /v2/alerts',
    'PUT /v2/alerts/A/message?identifierType=alias',
    'PUT /v2/alerts/A/description?identifierType=alias',
  ]);
  const second: Answer = (arrived, response, nth) =>
    (nth === 2 ? answers(500) : accepted)(arrived, response, nth);
  assert.deepEqual((await paths(second)).slice(0, 1).concat(String((await paths(second)).length)), [
    'later',
    '3',
  ]);
});

test('the end of the trouble closes the alert', async () => {
  const given = (url: string) => ({ api_key: 'K', api_url: url });
  const { arrived } = await exchanged(opsgenie, given, RESOLVED, accepted);
  assert.equal(arrived[0]?.path, `/v2/alerts/${ALIAS}/close?identifierType=alias`);
  assert.equal(arrived[0]?.body, '{"source":"opsgenie.default.source of ops"}');
});

test('2.4 texts are cut to what Opsgenie takes', () => {
  const long = { message: 'm', description: 'd', note: 'n', entity: 'e' };
  const given = Object.fromEntries(Object.entries(long).map(([k, v]) => [k, v.repeat(40_000)]));
  const set = settingsOf<Parameters<typeof opsgenie.send>[1]>(opsgenie.settings, {
    api_key: 'x',
    ...given,
  });
  const body = JSON.parse(
    opsgenie.render(FIRING, set, plainRendering(FIRING)).calls[0]?.body ?? '',
  );
  for (const name of ['message', 'description', 'note', 'entity'] as const)
    assert.equal(body[name].length, OPSGENIE_LIMITS[`${name}_chars_max`], name);
});

test('a refusal is told in Opsgenie’s words', async () => {
  const given = (url: string) => ({ api_key: 'K', api_url: url });
  const no = answers(
    422,
    '{"message":"Request body is not processable","took":0.001,"requestId":"x"}',
  );
  const { result } = await exchanged(opsgenie, given, FIRING, no);
  assert.deepEqual(result, { is: 'never', why: 'HTTP 422: Request body is not processable' });
});

test('a responder needs somebody and a known type', () => {
  const faults = (responders: object[]) =>
    opsgenie.faults?.(settingsOf(opsgenie.settings, { api_key: 'x', responders })).map(([f]) => f);
  assert.deepEqual(faults([{ id: '', name: 'a', username: '', type: 'TEAM' }]), []);
  assert.deepEqual(faults([{ id: '', name: 'a', username: '', type: '{{ .Text }}' }]), []);
  assert.deepEqual(faults([{ id: '', name: '', username: '', type: 'crowd' }]), [
    'responders[0].name',
    'responders[0].type',
  ]);
});
