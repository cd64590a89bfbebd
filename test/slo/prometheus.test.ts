import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { type Instant, millis } from '../../src/base/time.ts';
import { askNumber, METRICS_LIMITS, type MetricsServer } from '../../src/slo/prometheus.ts';
import { type MetricsAnswer, metricsServer } from '../support/metrics.ts';

const AT = 1_790_000_000_500 as Instant;
const far = await metricsServer(() => 1);
after(() => far.close());
const server: MetricsServer = {
  name: 'metrics',
  url: `${far.url}/tenant/`,
  httpConfig: { authorization: { type: 'Bearer', credentials: 'hush-hush-hush' } },
};
const ask = (timeout = 20_000, to = server) => {
  const { signal } = new AbortController();
  return askNumber(to, 'up', AT, { clock: systemClock(), timeout: millis(timeout), signal });
};
const says = (answer: MetricsAnswer) => {
  far.answers(() => answer);
  return ask();
};
const data = (resultType: string, result: unknown) => ({
  body: { status: 'success', data: { resultType, result } },
});

test('one number is asked for at one moment, with the sign-in of http_config', async () => {
  far.answers(({ path, time, query, authorization }) => {
    assert.deepEqual(
      [path, time, query, authorization],
      ['/tenant/api/v1/query', 1_790_000_000.5, 'up', 'Bearer hush-hush-hush'],
    );
    return 12.5;
  });
  assert.equal(await ask(), 12.5);
  assert.equal(await says(undefined), undefined, 'no series is no number');
  assert.equal(await says(data('scalar', [1, '+Inf'])), Infinity);
  assert.ok(Number.isNaN(await says(data('scalar', [1, 'NaN']))));
});

test('what it cannot use is told with the name of the server, without its secrets', async () => {
  const two = [
    { metric: { a: '1' }, value: [1, '1'] },
    { metric: { a: '2' }, value: [1, '1'] },
  ];
  await assert.rejects(says(data('vector', two)), /metrics: the query gives 2 series: add them up/);
  await assert.rejects(says(data('matrix', [])), /metrics: the query gives a matrix/);
  const histogram = [{ metric: {}, histogram: [1, { count: '2' }] }];
  await assert.rejects(says(data('vector', histogram)), /gives a histogram: count its events/);
  await assert.rejects(says({ text: '<html>' }), /metrics: the answer is no JSON/);
  await assert.rejects(says({ status: 502, text: 'bad gateway' }), /metrics: HTTP 502/);
  const refused = { status: 'error', error: 'parse error for token hush-hush-hush at 1:3' };
  await assert.rejects(says({ status: 400, body: refused }), {
    message: 'metrics: HTTP 400: parse error for token <secret> at 1:3',
  });
  await assert.rejects(says({ body: { status: 'success' } }), /the answer has no data/);
  far.answers(() => 'hang');
  await assert.rejects(ask(50), /metrics: no answer in time/);
  const gone = await metricsServer(() => 1);
  await gone.close();
  await assert.rejects(ask(5_000, { ...server, url: gone.url }), /nobody listens there/);
});

test('an answer of one number has a greatest size', async () => {
  const whole = JSON.stringify(data('scalar', [1, '1']).body);
  const sized = (bytes: number) => ({ text: whole.padEnd(bytes, ' ') });
  assert.equal(await says(sized(METRICS_LIMITS.number_bytes_max - 1)), 1);
  await assert.rejects(says(sized(METRICS_LIMITS.number_bytes_max)), /more than 256 KiB/);
});

test('a refusal is told as far as an alarm can hold it', async () => {
  const error = 'x'.repeat(METRICS_LIMITS.fault_chars_max);
  await assert.rejects(says({ status: 400, body: { status: 'error', error } }), ({ message }) => {
    assert.equal(message.length, METRICS_LIMITS.fault_chars_max + 'metrics: '.length);
    return /x…$/.test(message);
  });
});
