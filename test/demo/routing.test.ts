import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CHANNELS } from '../../src/channels/index.ts';
import { readConfig } from '../../src/config/read.ts';
import { METRICS_PATH } from '../../src/demo/metrics.ts';
import { MOODY, openReceivers } from '../../src/demo/receivers.ts';
import { demoConfigFile, portBefore, writeRouting } from '../../src/demo/routing.ts';

const receiversAt = (port: number) => ({
  port,
  url: (name: string) => `http://127.0.0.1:${port}/${name}`,
  stop: async () => {},
});

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'tocsin-demo-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test('the configuration of the demo is a good one: it reads without a fault and uses every key', (t) => {
  const data = folder(t);
  writeRouting(data, receiversAt(1));
  const file = demoConfigFile(data);
  const config = readConfig(readFileSync(file, 'utf8'), file, CHANNELS);
  assert.ok(!('faults' in config), JSON.stringify('faults' in config && config.faults));
  assert.deepEqual(config.unused, []);
  const { root, receivers, inhibitions, intervals } = config.plan;
  assert.deepEqual(
    root.routes.map((route) => [route.receiver, route.continue]),
    [
      ['on-call', true],
      ['data-desk', false],
      ['services', false],
      ['network', false],
    ],
  );
  assert.equal(receivers.length, 5);
  assert.equal(inhibitions.length, 1);
  assert.deepEqual(
    intervals.map(({ name }) => name),
    ['office hours'],
  );
});

test('it comes back at its port, so its text stays the same: what a visitor saved holds on', async (t) => {
  const data = folder(t);
  assert.equal(portBefore(data), 0);
  const texts: string[] = [];
  for (let n = 0; n < 2; n++) {
    const receivers = await openReceivers(portBefore(data));
    writeRouting(data, receivers);
    texts.push(readFileSync(demoConfigFile(data), 'utf8'));
    const url = readFileSync(join(data, 'receivers', 'on-call.url'), 'utf8');
    assert.equal(url, receivers.url('on-call'));
    await receivers.stop();
  }
  assert.equal(texts[0], texts[1]);
});

test('a port that another has taken meanwhile is no trouble', async (t) => {
  const first = await openReceivers();
  t.after(() => first.stop());
  const second = await openReceivers(first.port);
  t.after(() => second.stop());
  assert.notEqual(second.port, first.port);
});

test('its metrics answer what the objectives and the heat map ask for', async (t) => {
  const receivers = await openReceivers();
  t.after(() => receivers.stop());
  const ask = async (path: string, form: Readonly<Record<string, string>>) => {
    const url = `${receivers.url(METRICS_PATH)}/api/v1/${path}`;
    const reply = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
    return (await reply.json()) as { data: { result: { value: [number, string] }[] } };
  };
  const count = async (labels: string, seconds: number): Promise<number> => {
    const query = `sum(increase(events_total{${labels}}[${seconds}s]))`;
    const { data } = await ask('query', { query, time: '1700000000' });
    return Number(data.result[0]?.value[1]);
  };
  const of = 'service="eduroam"';
  const burnt = async (seconds: number): Promise<number> =>
    (await count(`${of},result="bad"`, seconds)) / (await count(of, seconds));
  assert.ok((await burnt(300)) > 0.01, 'it burns now');
  assert.ok((await burnt(30 * 86_400)) < 0.001, 'over a month it is hardly seen');
  const range = { query: 'x', start: '1700000000', end: '1700003600', step: '60' };
  assert.equal((await ask('query_range', range)).data.result.length, 11);
});

test('one receiver of the demo refuses now and then, the others never', async (t) => {
  const receivers = await openReceivers();
  t.after(() => receivers.stop());
  const answers = async (name: string): Promise<readonly number[]> => {
    const seen: number[] = [];
    for (let i = 0; i < 12; i++) {
      const { status } = await fetch(receivers.url(name), { method: 'POST', body: '{}' });
      seen.push(status);
    }
    return seen;
  };
  assert.deepEqual(new Set(await answers('on-call')), new Set([200]));
  const moody = await answers(MOODY);
  assert.deepEqual(moody.slice(0, 3), [200, 200, 200]);
  assert.deepEqual(new Set(moody.slice(3, 9)), new Set([503]));
  assert.deepEqual(moody.slice(9), [200, 200, 200]);
});
