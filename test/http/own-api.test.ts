import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { OwnTimes } from '../../src/desk/own-times.ts';
import type { HealthLine } from '../../src/desk/views/own-health.ts';
import { STAGES } from '../../src/domain/slo/own-times.ts';
import { ran } from '../cli/world.ts';
import { openApiServer } from '../support/api.ts';
import { openParts } from '../support/http.ts';

const parts = await openParts();
const times = new OwnTimes({ clock: parts.clock, stopwatch: () => performance.now() });
const line: HealthLine = {
  ...{ key: 'disk', title: 'Disk', is: 'well', says: ['5 GiB free'], next: '' },
  ...{ alarms: [], since: undefined },
};
const state = { lines: [line] as readonly HealthLine[] };
const own = { times, version: '1.2.3', health: () => state.lines };
const s = await openApiServer({ parts: { ...parts, own } as typeof parts });
after(() => s.close());

const env = { TOCSIN_TOKEN: s.viewer.authorization.slice('Bearer '.length), TOCSIN_URL: s.url };
const cli = (...argv: readonly string[]) => ran(argv, { env, replace: { clock: s.clock } });

interface Times {
  readonly stages: readonly {
    readonly stage: string;
    readonly total: number;
    readonly quantiles: readonly { readonly took: number | null }[];
  }[];
}

test('every viewer may ask how the desk is, and the command ends with 1 in trouble', async () => {
  const { status, body } = await s.viewer.get('/desk/health');
  assert.equal(status, 200);
  assert.equal((body as { is: string }).is, 'well');
  const well = await cli('status');
  assert.deepEqual([well.exit, well.err], [0, '']);
  assert.match(well.out, /Disk +well +5 GiB free/);
  state.lines = [{ ...line, is: 'trouble', since: s.clock.now(), next: 'Free space.' }];
  const ill = await cli('status');
  assert.equal(ill.exit, 1);
  assert.match(ill.out, /Disk is in trouble since .+ Free space\./);
  assert.equal((await cli('status', '--json')).exit, 1);
});

test('the times of each stage are told with their quantiles, of a few only the middle', async () => {
  times.since('acknowledged', 'a' as never, (s.clock.now() - 60_000) as never, s.clock.now());
  const { status, body } = await s.viewer.get('/desk/times?span=1h');
  assert.equal(status, 200);
  const { stages } = body as Times;
  assert.deepEqual(
    stages.map(({ stage, total }) => [stage, total]),
    STAGES.map((stage) => [stage, stage === 'acknowledged' ? 1 : 0]),
  );
  assert.equal((await s.viewer.get('/desk/times?span=1y')).status, 422);
});
