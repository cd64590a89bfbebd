import { readFile } from 'node:fs/promises';
import type { Clock } from '../base/clock.ts';
import { silentLog } from '../base/log.ts';
import { cut } from '../base/text.ts';
import { after, type Instant, type Millis } from '../base/time.ts';
import type { HttpConfig } from '../net/http-config.ts';
import { redacted, variants } from '../net/secret.ts';
import { faultWords } from '../net/send-fault.ts';
import { sendHttp } from '../net/send-http.ts';
import type { SendWorld } from '../ports/channel.ts';

export const METRICS_LIMITS = {
  /** Of an answer that is one number. */
  number_bytes_max: 256 * 1024,
  /** Of an answer that fills a heat map. */
  matrix_bytes_max: 8 * 1024 * 1024,
  fault_chars_max: 300,
} as const;

/** A server that speaks Prometheus' HTTP API, with its secrets in their places. */
export interface MetricsServer {
  /** What the configuration calls it; in every fault. */
  readonly name: string;
  readonly url: string;
  readonly httpConfig: Readonly<Record<string, unknown>>;
}

/** A data source of the kind prometheus whose secrets are in their places. */
export function serverOf(
  name: string,
  settings: { readonly prometheus?: unknown; readonly http_config?: MetricsServer['httpConfig'] },
): MetricsServer {
  const { prometheus, http_config: httpConfig = {} } = settings;
  if (typeof prometheus !== 'string') throw new MetricsFault(`${name}: it has no address`);
  return { name, url: prometheus, httpConfig };
}

/** The server did not say what was asked: why, in words for whoever reads the alarm. */
export class MetricsFault extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'MetricsFault';
  }
}

export interface Asking {
  readonly clock: Clock;
  readonly timeout: Millis;
  readonly signal: AbortSignal;
}

/** One value at one moment; undefined when no series answers. Throws MetricsFault. */
export async function askNumber(
  server: MetricsServer,
  query: string,
  at: Instant,
  asking: Asking,
): Promise<number | undefined> {
  const form = { query, time: String(at / 1000) };
  const data = await ask(server, 'query', form, METRICS_LIMITS.number_bytes_max, asking);
  if (data.resultType === 'scalar') return valueIn(data.result);
  if (data.resultType !== 'vector' || !Array.isArray(data.result))
    throw new MetricsFault(`${server.name}: the query gives a ${String(data.resultType)}`);
  const found = data.result as readonly { value?: unknown; histogram?: unknown }[];
  if (found.length > 1)
    throw new MetricsFault(`${server.name}: the query gives ${found.length} series: add them up`);
  const [one] = found;
  if (one === undefined) return undefined;
  if (one.value === undefined)
    throw new MetricsFault(`${server.name}: the query gives a histogram: count its events`);
  return valueIn(one.value);
}

/** Series over time: each has `values`, `histograms` or both. Throws MetricsFault. */
export async function askSeries(
  server: MetricsServer,
  query: string,
  range: { readonly first: Instant; readonly last: Instant; readonly step: Millis },
  asking: Asking,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { first, last, step } = range;
  const seconds = (ms: number): string => String(ms / 1000);
  const form = { query, start: seconds(first), end: seconds(last), step: seconds(step) };
  const data = await ask(server, 'query_range', form, METRICS_LIMITS.matrix_bytes_max, asking);
  if (data.resultType !== 'matrix' || !Array.isArray(data.result))
    throw new MetricsFault(`${server.name}: the query gives a ${String(data.resultType)}`);
  return data.result.filter((one) => typeof one === 'object' && one !== null);
}

async function ask(
  server: MetricsServer,
  what: 'query' | 'query_range',
  form: Readonly<Record<string, string>>,
  replyBytesMax: number,
  asking: Asking,
): Promise<{ readonly resultType: unknown; readonly result: unknown }> {
  const secrets = new Set(variants(server.url));
  const over = new AbortController();
  const { clock, timeout, signal } = asking;
  const cancel = clock.at(after(clock.now(), timeout), () => over.abort());
  const world: SendWorld = {
    ...{ clock, log: silentLog, externalUrl: '', trust: 'file' },
    signal: AbortSignal.any([signal, over.signal]),
    readSecret: async (path) => (await readFile(path, 'utf8')).trim(),
  };
  try {
    const reply = await sendHttp(
      {
        method: 'POST',
        url: pathOf(server.url, what),
        headers: {
          Accept: 'application/json',
          'Content-Type': 'application/x-www-form-urlencoded',
        },
        body: new URLSearchParams(form).toString(),
        replyBytesMax,
      },
      server.httpConfig as HttpConfig,
      world,
      (secret) => {
        for (const variant of variants(secret)) secrets.add(variant);
      },
    );
    return dataIn(reply.status, reply.body, replyBytesMax);
  } catch (error) {
    const words = over.signal.aborted ? 'no answer in time' : faultWords(error);
    const why = cut(redacted(words, secrets), METRICS_LIMITS.fault_chars_max);
    throw new MetricsFault(`${server.name}: ${why}`);
  } finally {
    cancel();
  }
}

function pathOf(base: string, what: string): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/api/v1/${what}`;
  return url.href;
}

/** The `data` of an answer; its own words where it refuses. */
function dataIn(
  status: number,
  body: string,
  bytesMax: number,
): { resultType: unknown; result: unknown } {
  if (Buffer.byteLength(body) >= bytesMax)
    throw new MetricsFault(`the answer has more than ${bytesMax >> 10} KiB`);
  let answer: unknown;
  try {
    answer = JSON.parse(body);
  } catch {
    throw new MetricsFault(status === 200 ? 'the answer is no JSON' : `HTTP ${status}`);
  }
  const { status: says, error, data } = (answer ?? {}) as Record<string, unknown>;
  if (says !== 'success') {
    const why = typeof error === 'string' ? `: ${error}` : '';
    throw new MetricsFault(`HTTP ${status}${why}`);
  }
  if (typeof data !== 'object' || data === null) throw new MetricsFault('the answer has no data');
  return data as { resultType: unknown; result: unknown };
}

/** `[1700000000.5, "12"]`; `+Inf` and `NaN` are numbers as well. */
const valueIn = (sample: unknown): number =>
  Array.isArray(sample) ? numberOf(sample[1]) : Number.NaN;

/** Counts and values arrive as texts. */
export function numberOf(value: unknown): number {
  if (value === '+Inf') return Infinity;
  if (value === '-Inf') return -Infinity;
  return typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
}
