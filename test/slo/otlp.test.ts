import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { type Instant, millis } from '../../src/base/time.ts';
import { exponentialBuckets } from '../../src/domain/slo/exponential.ts';
import { otlpPoints } from '../../src/domain/slo/otlp.ts';
import { readHeat } from '../../src/slo/otlp.ts';
import { OTLP_FILE_LIMITS, otlpHeat } from '../../src/slo/otlp-job.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-otlp-'));
after(() => rmSync(folder, { recursive: true }));

const grid = { first: 60_000 as Instant, last: 120_000 as Instant, step: millis(60_000) };
const read = (text: string, metric = 'latency', where = {}) => {
  const path = join(folder, 'metrics.json');
  writeFileSync(path, text);
  const { signal } = new AbortController();
  const asking = { clock: systemClock(), timeout: millis(30_000), signal };
  return readHeat('collector', { path, wanted: { metric, where }, grid }, asking);
};
const line = (at: number, ...bucketCounts: readonly number[]): string =>
  JSON.stringify({
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'latency',
                histogram: {
                  aggregationTemporality: 1,
                  dataPoints: [
                    { timeUnixNano: `${at}000000000`, explicitBounds: [0.1, 0.5], bucketCounts },
                  ],
                },
              },
            ],
          },
        ],
      },
    ],
  });

test('a file of OTLP lines is drawn, with what it cannot read left out', async () => {
  const text = [line(50, 1, 2, 0), 'no JSON', '{"half": ', line(60, 4, 0, 1), line(90, 0, 0, 9)];
  const map = await read(text.join('\n'));
  assert.deepEqual(
    map.rows.map(({ lower, upper }) => [lower, upper]),
    [
      [0, 0.1],
      [0.1, 0.5],
      [0.5, Infinity],
    ],
  );
  assert.deepEqual(
    map.columns.map(({ counts }) => counts),
    [
      [5, 2, 1],
      [0, 0, 9],
    ],
  );
  assert.deepEqual(map.columns[1]?.quantiles[0], { value: 0.5, isAtLeast: true });
  const other = await read(text.join('\n'), 'another');
  assert.deepEqual(
    other.columns.map(({ isKnown }) => isKnown),
    [false, false],
  );
});

test('a file that is not there is said with its name', async () => {
  const { signal } = new AbortController();
  const asking = { clock: systemClock(), timeout: millis(30_000), signal };
  const job = { path: join(folder, 'none.json'), wanted: { metric: 'x', where: {} }, grid };
  await assert.rejects(readHeat('collector', job, asking), /collector: ENOENT.*none.json/);
});

test('of a long file the end is read, and of too many points none is drawn', async () => {
  const path = join(folder, 'long.json');
  const { bytes_max, points_max } = OTLP_FILE_LIMITS;
  const newest = `\n${line(60, 0, 3, 0)}\n`;
  const longWith = (hole: number) => {
    writeFileSync(path, `${line(50, 1, 0, 0)}\n`);
    truncateSync(path, hole - newest.length);
    appendFileSync(path, newest);
    const answer = otlpHeat({ path, wanted: { metric: 'latency', where: {} }, grid });
    return 'map' in answer ? answer.map.columns[0]?.total : answer.why;
  };
  assert.equal(longWith(bytes_max), 4);
  assert.equal(longWith(bytes_max + 1), 3, 'the first line was cut');
  const point = { timeUnixNano: '50000000000', explicitBounds: [], bucketCounts: [1] };
  const withPoints = (count: number) => {
    const metric = { name: 'latency', histogram: { dataPoints: Array(count).fill(point) } };
    writeFileSync(
      path,
      JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] }),
    );
    return otlpHeat({ path, wanted: { metric: 'latency', where: {} }, grid });
  };
  assert.ok('map' in withPoints(points_max));
  assert.deepEqual(withPoints(points_max + 1), { why: 'more than 100000 points of the metric' });
});

const DATA = process.env.TOCSIN_DATA;

test('the sample of the specification: two values above 4, up to and with 8', {
  skip: DATA === undefined && 'TOCSIN_DATA names no folder of test data',
}, () => {
  const text = readFileSync(join(DATA ?? '', 'payloads/otlp/metrics.json'), 'utf8');
  const wanted = { metric: 'my.exponential.histogram', where: { 'service.name': 'my.service' } };
  const [point] = otlpPoints(JSON.parse(text), wanted);
  assert.equal(point?.counts.is, 'exponential');
  const buckets = point?.counts.is === 'exponential' ? exponentialBuckets(point.counts.of) : [];
  assert.deepEqual(
    buckets.map(({ lower, upper, count }) => [Math.abs(lower), upper, count]),
    [
      [0, 0, 1],
      [4, 8, 2],
    ],
  );
});
