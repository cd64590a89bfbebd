import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, instantText, minutes } from '../../src/base/time.ts';
import { type LabelSettings, rulesFor } from '../../src/domain/alarm/relabel.ts';
import { alertmanager } from '../../src/sources/alertmanager/alertmanager.ts';
import { type AlertmanagerSettings, settings } from '../../src/sources/alertmanager/settings.ts';
import { defaultsOf } from '../sources/fixtures.ts';
import { openApiServer } from '../support/api.ts';
import { turn } from '../support/desk.ts';
import { openParts, raise } from '../support/http.ts';

const PAIR: LabelSettings = {
  drop: ['prometheus_replica'],
  sources: { alertmanager: { rename: { host: 'instance' } } },
};

async function open(rules: LabelSettings) {
  const parts = await openParts();
  const labelRules = rulesFor(rules, 'alertmanager');
  const said = defaultsOf(settings) as AlertmanagerSettings;
  const own = labelRules ? { ...said, labelRules } : said;
  const s = await openApiServer({
    parts,
    sources: [{ name: 'alertmanager', settings: own, source: alertmanager as never }],
  });
  const { clock } = parts;
  /** One half of a pair says what it sees. */
  const say = async (replica: string, host: string, over = false): Promise<number> => {
    const ends = over ? clock.now() : after(clock.now(), minutes(4));
    const alert = {
      labels: { alertname: 'Down', [host]: 'web1', prometheus_replica: replica },
      annotations: { summary: 'web1 is down' },
      startsAt: '2026-01-01T00:00:00Z',
      endsAt: instantText(ends),
    };
    const answer = await fetch(`${s.url}/api/v2/alerts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: s.operator.authorization },
      body: JSON.stringify([alert]),
    });
    return answer.status;
  };
  const pass = async (ms: number): Promise<void> => {
    clock.pass(ms);
    await turn();
    await turn();
  };
  const seen = () =>
    [...parts.desk.memory.all('alarms')].map(({ labels, condition, resource }) => ({
      ...{ is: condition.is, resource, labels: { ...labels } },
    }));
  return { ...s, parts, say, pass, seen };
}

const ONE = { resource: 'web1', labels: { alertname: 'Down', instance: 'web1' } };

test('the halves of a pair report one alarm; it stands while one of them says so', async () => {
  const s = await open(PAIR);
  assert.equal(await s.say('a', 'instance'), 200);
  assert.equal(await s.say('b', 'host'), 200);
  assert.deepEqual(s.seen(), [{ is: 'raised', ...ONE }]);
  // Half a is gone without a word; b goes on, well past the end that a gave.
  for (let minute = 0; minute < 10; minute++) {
    await s.pass(minutes(1));
    await s.say('b', 'host');
  }
  assert.deepEqual(s.seen(), [{ is: 'raised', ...ONE }]);
  await s.pass(minutes(5));
  assert.deepEqual(s.seen(), [{ is: 'cleared', ...ONE }], 'nobody says it any more');
  await s.close();
});

test('of two halves that differ the last word wins, as in Alertmanager', async () => {
  const s = await open(PAIR);
  await s.say('a', 'instance');
  await s.say('b', 'instance');
  await s.pass(1_000);
  await s.say('a', 'instance', true);
  assert.equal(s.seen()[0]?.is, 'cleared');
  await s.pass(1_000);
  await s.say('b', 'instance');
  assert.equal(s.seen()[0]?.is, 'raised');
  await s.pass(1_000);
  await s.say('b', 'instance', true);
  assert.deepEqual(s.seen(), [{ is: 'cleared', ...ONE }]);
  await s.close();
});

test('without rules they are two; a plan says what the rules would make of them', async () => {
  const s = await open({});
  await s.say('a', 'instance');
  await s.say('b', 'instance');
  await s.parts.desk.receive('snmp', [
    raise('rt1', { labels: { prometheus_replica: 'x', a: '1' } }),
  ]);
  const { status, body } = await s.viewer.post('/label-rules/plan', PAIR);
  assert.equal(status, 200);
  const { items, ...counts } = body as { items: { was: object; is: object }[] };
  assert.deepEqual(counts, { open: 3, rekeyed: 2, relabelled: 1, merged: 1 });
  assert.deepEqual(
    items.slice(0, 2).map(({ is }) => is),
    [ONE.labels, ONE.labels],
  );
  assert.equal((await s.viewer.post('/label-rules/plan', { drop: [''] })).status, 422);
  // Nobody renews them under their old keys once the rules hold: they do not stay.
  await s.pass(minutes(5));
  assert.deepEqual(
    s.seen().map(({ is }) => is),
    ['cleared', 'cleared', 'raised'],
  );
  await s.close();
});

test('labels of events that are not their key are changed too, and nothing else', async () => {
  const rules = { drop: ['noise'], rename: { host: 'device' }, set: { region: 'nordic' } };
  const { desk } = await openParts(undefined, (source) =>
    source === 'snmp' ? rulesFor(rules, source) : undefined,
  );
  const labels = { noise: '1', host: 'rt1', site: 'osl' };
  await desk.receive('snmp', [raise('a', { labels })]);
  await desk.receive('syslog', [raise('b', { labels })]);
  await desk.receiveText('snmp', JSON.stringify([raise('c', { labels })]));
  const [a, b, c] = [...desk.memory.all('alarms')];
  assert.deepEqual(a?.labels, { device: 'rt1', region: 'nordic', site: 'osl' });
  assert.deepEqual(b?.labels, labels);
  assert.deepEqual(c?.labels, a?.labels);
  assert.equal(a?.id, raise('a').id);
});
