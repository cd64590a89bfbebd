import { openBreakdowns } from '../src/desk/views/breakdowns.ts';
import { MutedAlarms } from '../src/desk/views/muted.ts';
import { readQuery } from '../src/desk/views/query.ts';
import { listReading } from '../src/desk/views/reading.ts';
import { openRecentChanges } from '../src/desk/views/recent.ts';
import { openListViews } from '../src/desk/views/shared.ts';
import { openLive } from '../src/http/live.ts';
import { HereRoom, type Outlet } from '../src/http/reader.ts';
import type { Asked } from '../src/http/route.ts';
import { foldDesk, says } from '../test/console/desk.ts';

/**
 * What the order of telling alone does to thousands of consoles, whatever machine it runs on: the
 * real lists, heads, beats and rooms, but a clock that goes on by so much for each write. Two
 * processes hold 30,000 consoles; two changes a second, and a hundred alerts besides them.
 *
 *     npm run bench -- pace
 *
 * 25 µs a write gave the figures of a quiet machine that also reads all of it; more is a busy one.
 */
const SHORT = process.argv.includes('--short');
const CONSOLES = SHORT ? 500 : 30_000;
const PROCESSES = 2;
const SECONDS = SHORT ? 3 : 20;
const CHANGE_EVERY_MS = 500;
const ALERT_EVERY_MS = 10;
const FIRST = 60;

const STAMP = /stamp-(\d+)\b/g;

/** Consoles that measure when a change reached them. */
class Consoles {
  readonly took: number[] = [];
  readonly slowest: number[] = [];
  readonly sent: number[] = [];
  writes = 0;
  /** Since the clock went on last, in each process. */
  readonly turn = new Array<number>(PROCESSES).fill(0);
  now = 0;
  readonly #us: number;
  readonly #seen = new Int32Array(CONSOLES).fill(-1);
  readonly #stamps = new WeakMap<Buffer, number[]>();

  constructor(us: number) {
    this.#us = us;
  }

  write(index: number, bytes: Buffer): void {
    this.writes++;
    const process = index % PROCESSES;
    this.turn[process] = (this.turn[process] ?? 0) + 1;
    const at = this.now + ((this.turn[process] ?? 0) * this.#us) / 1_000;
    for (const stamp of this.#stampsOf(bytes)) {
      if (stamp <= (this.#seen[index] ?? 0)) continue;
      this.#seen[index] = stamp;
      const ms = at - (this.sent[stamp] ?? at);
      this.took.push(ms);
      this.slowest[stamp] = Math.max(this.slowest[stamp] ?? 0, ms);
    }
  }

  /** How long the writes of this turn took; the processes write at the same time. */
  turnMs(): number {
    const most = Math.max(...this.turn);
    this.turn.fill(0);
    return (most * this.#us) / 1_000;
  }

  #stampsOf(bytes: Buffer): readonly number[] {
    const known = this.#stamps.get(bytes);
    if (known) return known;
    const all = new Set([...String(bytes).matchAll(STAMP)].map(([, n]) => Number(n)));
    const found = [...all].sort((a, b) => a - b);
    this.#stamps.set(bytes, found);
    return found;
  }
}

/** A list on which so many consoles are. */
async function opened(consoles: Consoles) {
  const desk = foldDesk();
  const { clock } = desk;
  const reading = listReading(desk, () => undefined);
  const views = openListViews(desk, reading);
  for (let n = 0; n < FIRST; n++) desk.tell(says(`first-${n}`, 't'));
  const live = openLive({
    ...{ desk, views, clock, feeds: [], recent: openRecentChanges(desk) },
    breakdowns: openBreakdowns(desk, reading),
    muted: new MutedAlarms(desk),
    readingNow: reading,
    site: { prefix: '', name: 'desk', asset: (file) => file },
    nameOf: (id) => id,
    loginOf: (id) => id,
  });
  const page = await live.page(readQuery(new URLSearchParams()));
  const list = live.routes.find(({ path }) => path === '/live');
  if ('why' in page || !list) throw new Error('no list');
  const query = new URLSearchParams({ mark: page.mark() });
  const outlets = Array.from({ length: PROCESSES }, (): Outlet => ({ room: () => new HereRoom() }));
  for (let n = 0; n < CONSOLES; n++) {
    const outlet = outlets[n % PROCESSES];
    if (!outlet) continue;
    const write = (bytes: Buffer): boolean => {
      consoles.write(n, bytes);
      return true;
    };
    const stream = () => ({ outlet, write, onClose() {}, end() {} });
    const asked = { stream, query, headers: {}, raw: { request: { method: 'GET' } } };
    await list.handle(asked as unknown as Asked);
  }
  return { desk, live };
}

const at = (sorted: readonly number[], part: number): number =>
  Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN);

async function run(us: number): Promise<void> {
  const consoles = new Consoles(us);
  const { desk, live } = await opened(consoles);
  consoles.turnMs();
  consoles.writes = 0;
  let [carry, alerts, nextChange, nextAlert] = [0, 0, 0, 0];
  const end = SECONDS * 1_000;
  let writes = 0;
  while (consoles.now < end || consoles.took.length < consoles.sent.length * CONSOLES) {
    if (consoles.now > 3 * end) break;
    if (consoles.now < end) writes = consoles.writes;
    if (consoles.now >= nextChange && consoles.now < end) {
      nextChange += CHANGE_EVERY_MS;
      desk.tell(says(`stamp-${consoles.sent.length}`, 't'));
      consoles.sent.push(consoles.now);
    }
    if (consoles.now >= nextAlert) {
      nextAlert += ALERT_EVERY_MS;
      desk.tell(says(`load-${alerts++}`, 't', { severity: 'minor' }));
    }
    await new Promise(setImmediate);
    carry += Math.max(1, consoles.turnMs());
    const ms = Math.floor(carry);
    carry -= ms;
    consoles.now += ms;
    desk.clock.pass(ms);
  }
  live.close();
  const [took, slowest] = [consoles.took, consoles.slowest].map((all) => all.sort((a, b) => a - b));
  const line = {
    ...{ bench: 'pace', consoles: CONSOLES, us_per_write: us },
    writes_per_console_per_s: Math.round((writes / CONSOLES / SECONDS) * 100) / 100,
    ...{ p50_ms: at(took ?? [], 0.5), p99_ms: at(took ?? [], 0.99) },
    slowest_max_ms: at(slowest ?? [], 1),
    missed: consoles.sent.length * CONSOLES - consoles.took.length,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

for (const us of [25, 40, 55]) await run(us);
