import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * Something that Prometheus scrapes: counters of requests and errors, a classic histogram and a
 * native one. It moves with every scrape. Native histograms are told in protobuf only
 * (io.prometheus.client.MetricFamily, delimited), so it speaks that where it is asked to.
 */
export async function startExporter() {
  const state = { scrapes: 0, requests: 0, errors: 0, failing: 0, sum: 0 };
  const classic = LES.map(() => 0);
  const native = Array.from({ length: NATIVE.length }, () => 0);
  let zero = 0;
  const move = (): void => {
    state.scrapes++;
    state.requests += 100;
    state.errors += state.failing;
    state.sum += 12.5;
    // The same in every scrape but for a share that moves: the sum is of whole numbers.
    LES.forEach((le, i) => {
      classic[i] = (classic[i] ?? 0) + (le === Infinity ? 100 : Math.min(97, 9 * (i + 1)));
    });
    native.forEach((count, i) => {
      native[i] = count + 1 + ((state.scrapes + i) % 5);
    });
    zero += 2;
  };
  const server = createServer((request, response) => {
    move();
    const wantsProtobuf = /application\/vnd\.google\.protobuf/.test(request.headers.accept ?? '');
    response.setHeader('content-type', wantsProtobuf ? PROTOBUF : 'text/plain; version=0.0.4');
    const families = [
      counter('shop_requests_total', state.requests),
      counter('shop_errors_total', state.errors),
      classicFamily('shop_seconds', classic, state.sum),
      nativeFamily('shop_native_seconds', native, zero),
    ];
    response.end(
      wantsProtobuf ? Buffer.concat(families.map(({ proto }) => proto)) : textOf(families),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return {
    port,
    scrapes: () => state.scrapes,
    /** So many of the hundred requests of a scrape fail from now on. */
    fails: (count: number): void => {
      state.failing = count;
    },
    /** As after a restart: every counter begins at zero. */
    resets: (): void => {
      Object.assign(state, { requests: 0, errors: 0, sum: 0 });
      classic.fill(0);
      native.fill(0);
      zero = 0;
    },
    close: async (): Promise<void> => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const LES = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, Infinity];

/** Schema 2: bounds are powers of the fourth root of two; the first of the buckets has index -7. */
const NATIVE = { schema: 2, first: -7, length: 12, zeroThreshold: 0.001 };

const PROTOBUF =
  'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';

interface Family {
  readonly proto: Buffer;
  readonly text: string;
}

const textOf = (families: readonly Family[]): string => families.map(({ text }) => text).join('');

/** Of MetricFamily: name 1, type 3, metric 4. Delimited by its length. */
function family(name: string, type: number, metric: Buffer): Buffer {
  const whole = Buffer.concat([bytes(1, Buffer.from(name)), varint(3, type), bytes(4, metric)]);
  return Buffer.concat([base128(whole.length), whole]);
}

/** Type COUNTER 0; Metric.counter 3, Counter.value 1. */
const counter = (name: string, value: number): Family => ({
  proto: family(name, 0, bytes(3, double(1, value))),
  text: `# TYPE ${name} counter\n${name} ${value}\n`,
});

/** Type HISTOGRAM 4; Metric.histogram 7: sample_count 1, sample_sum 2, bucket 3. */
function classicFamily(name: string, counts: readonly number[], sum: number): Family {
  const total = counts.at(-1) ?? 0;
  const buckets = counts.map((count, i) =>
    bytes(3, Buffer.concat([varint(1, count), double(2, LES[i] ?? 0)])),
  );
  const histogram = Buffer.concat([varint(1, total), double(2, sum), ...buckets]);
  const leOf = (le: number | undefined): string => (le === Infinity ? '+Inf' : String(le));
  const lines = counts.map((count, i) => `${name}_bucket{le="${leOf(LES[i])}"} ${count}\n`);
  return {
    proto: family(name, 4, bytes(7, histogram)),
    text: `# TYPE ${name} histogram\n${lines.join('')}${name}_sum ${sum}\n${name}_count ${total}\n`,
  };
}

/** schema 5, zero_threshold 6, zero_count 7, positive_span 12 (offset 1, length 2), deltas 13. */
function nativeFamily(name: string, counts: readonly number[], zero: number): Family {
  const { schema, first, length, zeroThreshold } = NATIVE;
  const total = zero + counts.reduce((sum, count) => sum + count, 0);
  const span = Buffer.concat([varint(1, zigzag(first)), varint(2, length)]);
  const deltas = counts.map((count, i) => varint(13, zigzag(count - (counts[i - 1] ?? 0))));
  const histogram = Buffer.concat([
    ...[varint(1, total), double(2, total), varint(5, zigzag(schema)), double(6, zeroThreshold)],
    ...[varint(7, zero), bytes(12, span), ...deltas],
  ]);
  return { proto: family(name, 4, bytes(7, histogram)), text: '' };
}

const zigzag = (n: number): number => (n < 0 ? -2 * n - 1 : 2 * n);

function base128(n: number): Buffer {
  const out: number[] = [];
  let rest = n;
  do {
    const seven = rest % 128;
    rest = Math.floor(rest / 128);
    out.push(rest > 0 ? seven + 128 : seven);
  } while (rest > 0);
  return Buffer.from(out);
}

const varint = (field: number, n: number): Buffer =>
  Buffer.concat([base128(field * 8), base128(n)]);

const bytes = (field: number, value: Buffer): Buffer =>
  Buffer.concat([base128(field * 8 + 2), base128(value.length), value]);

function double(field: number, value: number): Buffer {
  const eight = Buffer.alloc(8);
  eight.writeDoubleLE(value);
  return Buffer.concat([base128(field * 8 + 1), eight]);
}
