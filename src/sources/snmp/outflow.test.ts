import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Made } from './memo.ts';
import {
  BATCH_EVENTS_MAX,
  BATCHES_IN_FLIGHT_MAX,
  type Batch,
  type Inform,
  Outflow,
  WAITING_EVENTS_MAX,
} from './outflow.ts';

const made = (id: string, kind: Made['kind'] = 'raise', text = ''): Made => ({
  id,
  kind,
  severity: kind === 'clear' ? '' : 'major',
  text,
  settles: kind === 'raise',
  head: `"id":"${id}","kind":"${kind}","uptime":`,
  tail: '}',
});
const OK = { ok: true } as const;
const LATER = { ok: false, retryAfterMs: 1_000 } as const;
const inform = (once: string): Inform => ({
  once,
  reply: () => new Uint8Array(0),
  address: '192.0.2.1',
  port: 1,
});

/** What a batch says: `id kind`, with `*n` for a count. */
function says(batch: Batch | undefined): string[] {
  const events = JSON.parse(batch?.text ?? '[]') as { id: string; kind: string; count?: number }[];
  return events.map(
    ({ id, kind, count }) => `${id} ${kind}${count === undefined ? '' : `*${count}`}`,
  );
}
const next = (flow: Outflow, now = 0): Batch => {
  const batch = flow.next(now);
  assert.ok(batch);
  return batch;
};

test('repeats are counted on the newest event of their alarm, and never across another', () => {
  const flow = new Outflow();
  for (const kind of ['raise', 'raise', 'clear', 'clear', 'raise'] as const) {
    flow.add(made('a', kind), '1');
    flow.add(made('b'), '1');
  }
  assert.deepEqual(says(flow.next(0)), ['a raise*2', 'b raise*5', 'a clear*2', 'a raise']);
});

test('why it may pass is said of each raise it holds for, with its answer and without', () => {
  const flow = new Outflow();
  const passing = '"passing":{"for":1000,"why":"it starts"},';
  flow.add(made('a'), '1', passing);
  flow.add(made('a', 'clear'), '1', passing);
  flow.add(made('b'), '1');
  flow.addInform([made('c', 'clear'), made('d')], '1', inform('x'), passing);
  const events = [next(flow), next(flow)].flatMap(
    ({ text }) => JSON.parse(text) as { id: string; passing?: { for: number } }[],
  );
  assert.deepEqual(
    events.map(({ id, passing: p }) => `${id} ${p?.for}`),
    ['a 1000', 'a undefined', 'b undefined', 'c undefined', 'd 1000'],
  );
});

test('the last repeat leaves its uptime, another text is another event', () => {
  const flow = new Outflow();
  flow.add(made('a'), '1');
  flow.add(made('a'), '2');
  flow.add(made('a', 'raise', 'worse'), '3');
  assert.deepEqual(
    (JSON.parse(next(flow).text) as { uptime: number }[]).map((event) => event.uptime),
    [2, 3],
  );
});

test('what has been handed over is not counted on any more', () => {
  const flow = new Outflow();
  flow.add(made('a'), '1');
  next(flow);
  flow.add(made('a'), '1');
  assert.deepEqual(says(flow.next(0)), ['a raise']);
});

test('a batch holds 1,000 events, and at most 64 are in flight', () => {
  const flow = new Outflow();
  const all = BATCH_EVENTS_MAX * (BATCHES_IN_FLIGHT_MAX + 1);
  for (let i = 0; i < all; i++) flow.add(made(String(i)), '1');
  for (let i = 0; i < BATCHES_IN_FLIGHT_MAX; i++) {
    assert.equal(next(flow).entries.length, BATCH_EVENTS_MAX);
  }
  assert.equal(flow.next(0), undefined);
  flow.answered(1, OK, 0);
  assert.equal(next(flow).entries.length, BATCH_EVENTS_MAX);
});

test('with one batch unanswered no more than 64 get ahead of it', () => {
  const flow = new Outflow();
  let last = 0;
  for (let i = 0; i < 200; i++) {
    flow.add(made(String(i)), '1');
    const batch = flow.next(0);
    if (batch === undefined) break;
    last = batch.number;
    if (last > 1) flow.answered(last, OK, 0);
  }
  assert.equal(last, BATCHES_IN_FLIGHT_MAX + 1);
});

test('the queue says no when 65,536 different events wait; a repeat is still counted', () => {
  const flow = new Outflow();
  for (let i = 0; i < WAITING_EVENTS_MAX; i++) assert.ok(flow.add(made(String(i)), '1'));
  assert.equal(flow.add(made('one more'), '1'), false);
  assert.equal(flow.addInform([made('one more')], '1', inform('x')), false);
  assert.ok(flow.add(made('0'), '1'));
  assert.equal(flow.waiting, WAITING_EVENTS_MAX);
  assert.equal(flow.left, WAITING_EVENTS_MAX + 1);
});

test('an inform stands alone, in its place, and is answered by its own batch', () => {
  const flow = new Outflow();
  flow.add(made('a'), '1');
  flow.addInform([made('a', 'clear'), made('b', 'clear')], '1', inform('x'));
  flow.add(made('a', 'clear'), '1');
  const batches = [next(flow), next(flow), next(flow)];
  assert.deepEqual(batches.map(says), [['a raise'], ['a clear', 'b clear'], ['a clear']]);
  assert.deepEqual(
    batches.map((batch) => flow.answered(batch.number, OK, 0)?.once),
    [undefined, 'x', undefined],
  );
});

test('a refused batch waits as long as it was told, then goes before everything newer', () => {
  const flow = new Outflow();
  flow.add(made('a'), '1');
  const first = next(flow);
  flow.add(made('b'), '1');
  flow.answered(first.number, LATER, 0);
  assert.equal(flow.next(999), undefined);
  assert.equal(flow.askAgainMs(0), 1_000);
  assert.deepEqual([says(flow.next(1_000)), says(flow.next(1_000))], [['a raise'], ['b raise']]);
});

test('nothing is handed over again while answers are missing, and the order is kept', () => {
  const flow = new Outflow();
  const batches = ['a', 'b', 'c'].map((id) => {
    flow.add(made(id), '1');
    return next(flow);
  });
  flow.answered(batches[2]?.number ?? 0, LATER, 0);
  flow.answered(batches[0]?.number ?? 0, LATER, 0);
  assert.equal(flow.next(5_000), undefined);
  flow.answered(batches[1]?.number ?? 0, LATER, 0);
  assert.deepEqual(
    [says(flow.next(5_000)), says(flow.next(5_000)), says(flow.next(5_000))],
    [['a raise'], ['b raise'], ['c raise']],
  );
});

test('a clear that overtook its raise is said again after it', () => {
  const flow = new Outflow();
  flow.add(made('a'), '1');
  flow.add(made('b'), '1');
  flow.add(made('o', 'occurrence'), '1');
  const raise = next(flow);
  flow.add(made('a', 'clear'), '1');
  flow.add(made('o', 'occurrence'), '1');
  const clear = next(flow);
  flow.answered(clear.number, OK, 0);
  flow.answered(raise.number, LATER, 0);
  assert.deepEqual(says(flow.next(1_000)), ['a raise', 'b raise', 'o occurrence']);
  assert.deepEqual(says(flow.next(1_000)), ['a clear']);
  assert.equal(flow.next(1_000), undefined);
});

test('what overtook one refused batch but not a newer one is not said again', () => {
  const flow = new Outflow();
  const send = (kind: Made['kind']): Batch => {
    flow.add(made('a', kind), '1');
    return next(flow);
  };
  const [one, two, three] = [send('raise'), send('clear'), send('raise')];
  flow.answered(two.number, OK, 0);
  flow.answered(three.number, LATER, 0);
  flow.answered(one.number, LATER, 0);
  assert.deepEqual(
    [says(flow.next(1_000)), says(flow.next(1_000)), flow.next(1_000)],
    [['a raise'], ['a raise'], undefined],
  );
});

const below = (seed: number): ((n: number) => number) => {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 9) % n;
  };
};

/** A desk that takes batches in the order of handing over, refuses some, answers in any order. */
function troubledDesk(seed: number): { came: Map<string, string>; knows: Map<string, string> } {
  const random = below(seed);
  const flow = new Outflow();
  const [came, knows] = [new Map<string, string>(), new Map<string, string>()];
  const open: { number: number; ok: boolean }[] = [];
  for (let now = 0; now < 300 || !flow.empty; now++) {
    assert.ok(now < 10_000, `seed ${seed} does not come to an end`);
    for (let n = now < 300 ? random(4) : 0; n > 0; n--) {
      const [id, kind] = [`a${random(5)}`, random(2) === 0 ? 'raise' : 'clear'] as const;
      flow.add(made(id, kind), '1');
      came.set(id, kind);
    }
    for (let batch = flow.next(now); batch !== undefined; batch = flow.next(now)) {
      const ok = now > 300 || random(3) > 0;
      open.push({ number: batch.number, ok });
      for (const event of ok ? batch.entries : []) knows.set(event.made.id, event.made.kind);
    }
    const [answer] = random(2) === 0 ? open.splice(random(open.length || 1), 1) : [];
    if (answer === undefined) continue;
    flow.answered(answer.number, answer.ok ? OK : { ok: false, retryAfterMs: 3 }, now);
  }
  return { came, knows };
}

test('whatever the desk refuses, it ends knowing the last word about each alarm', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const { came, knows } = troubledDesk(seed);
    assert.deepEqual([...knows].sort(), [...came].sort(), `seed ${seed}`);
  }
});
