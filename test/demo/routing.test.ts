import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CHANNELS } from '../../src/channels/index.ts';
import { readConfig } from '../../src/config/read.ts';
import { MOODY, openReceivers } from '../../src/demo/receivers.ts';
import { demoConfigFile, writeRouting } from '../../src/demo/routing.ts';

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'tocsin-demo-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

test('the configuration of the demo is a good one: it reads without a fault and uses every key', (t) => {
  const data = folder(t);
  writeRouting(data, (name) => `http://127.0.0.1:1/${name}`);
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

test('at another port its text stays the same: what a visitor saved holds on', (t) => {
  const data = folder(t);
  const written = (port: number): string => {
    writeRouting(data, (name) => `http://127.0.0.1:${port}/${name}`);
    return readFileSync(demoConfigFile(data), 'utf8');
  };
  assert.equal(written(1), written(2));
  const url = readFileSync(join(data, 'receivers', 'on-call.url'), 'utf8');
  assert.equal(url, 'http://127.0.0.1:2/on-call');
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
