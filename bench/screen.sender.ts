import { Agent, request } from 'node:http';
import { parseArgs } from 'node:util';

/**
 * A load of alerts over HTTP at a fixed pace, in a process of its own. Each alert that is to be
 * seen says in its text when it was sent, in milliseconds since 1970 with parts. Prints what was
 * sent as one JSON line.
 *
 * `fill` raises the alarms; `changes` gives a quarter of its rate to alarms that are new, a
 * quarter to ends of these and half to other texts of known ones; `storm` adds repeats that say
 * nothing new, and texts of known ones, up to its rate.
 */
const { values } = parseArgs({
  options: {
    to: { type: 'string', default: 'http://127.0.0.1:9093' },
    do: { type: 'string', default: 'changes' },
    alarms: { type: 'string', default: '100000' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '30' },
    name: { type: 'string', default: 'a' },
  },
});
const alarms = Number(values.alarms);
const rate = Number(values.rate);
const seconds = Number(values.seconds);

const FILL_BATCH = 500;
const STORM_BATCH = 500;
const STORM_CHANGES_PER_S = 1_000;
/** One in so many of a storm's repeats says something else than before. */
const STORM_NEW_TEXT_IN = 15;
const TURN_MS = 10;
/** So many alarms that came in `changes` are open before the first of them ends. */
const STANDING = 500;
/** Requests on their way at once; with more the sender waits, and says so. */
const UNDER_WAY_MAX = 64;
const DAY_MS = 86_400_000;

/** What is to be seen and what storms are senders of their own. */
const [seen, stormy] = [1, 2].map(() => new Agent({ keepAlive: true, maxSockets: 8 }));
const nowMs = (): number => performance.timeOrigin + performance.now();
const endsLater = new Date(nowMs() + DAY_MS).toISOString();
const counted = { sent: 0, refused: 0, late_ms: 0, took_ms_max: 0 };
let underWay = 0;

function post(alerts: readonly string[], agent = seen): Promise<void> {
  const body = `[${alerts.join()}]`;
  const from = performance.now();
  underWay++;
  return new Promise((resolve) => {
    const done = (ok: boolean) => {
      underWay--;
      counted.sent += alerts.length;
      if (!ok) counted.refused += alerts.length;
      counted.took_ms_max = Math.max(counted.took_ms_max, Math.round(performance.now() - from));
      resolve();
    };
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const asked = request(`${values.to}/api/v2/alerts`, { agent, method: 'POST', headers });
    asked.on('response', (response) => {
      response.resume();
      response.on('end', () => done(response.statusCode === 200));
    });
    asked.on('error', () => done(false));
    asked.end(body);
  });
}

/** Few are critical, most are not: the i-th is always the same. */
const severityOf = (i: number): string =>
  i % 100 === 0 ? 'critical' : i % 10 === 0 ? 'major' : i % 2 === 0 ? 'minor' : 'warning';

const alert = (name: string, i: number, severity: string, says: string, ends: string): string =>
  `{"labels":{"alertname":"LinkDown","instance":"${name}-${i}.example.net:9100","job":"node",` +
  `"site":"s${i % 40}","severity":"${severity}"},"annotations":{"summary":` +
  `"Interface xe-0/0/${i % 48} on ${name}-${i} is down, ${says}"},"endsAt":"${ends}"}`;

const known = (i: number, says: string): string => alert('b', i, severityOf(i), says, endsLater);
/** One in ten of the new ones is critical, and so among the first rows. */
const raised = (i: number, ends: string): string =>
  alert(values.name, i, i % 10 === 0 ? 'critical' : 'minor', `t=${nowMs().toFixed(1)}`, ends);

async function fill(): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < alarms) {
      const from = next;
      next += FILL_BATCH;
      const many = Math.min(FILL_BATCH, alarms - from);
      await post(Array.from({ length: many }, (_, i) => known(from + i, 'since long')));
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
}

let [came, ended, texts] = [0, 0, 0];

/** The next change of the mix; every fourth new text is of an alarm that came lately. */
function change(n: number): string {
  if (n % 4 === 0) return raised(came++, endsLater);
  if (n % 4 === 2 && came - ended > STANDING) {
    return raised(ended++, new Date(nowMs() - 1).toISOString());
  }
  const said = `t=${nowMs().toFixed(1)}`;
  texts++;
  if (texts % 8 === 0 && came > 10) {
    const lately = Math.max(0, Math.floor(came / 10) * 10 - 10 * (texts % 20));
    if (lately >= ended) return raised(lately, endsLater);
  }
  return known(Math.imul(texts, 7_919) % alarms, said);
}

const repeats: string[][] = [];

/** Repeats are made before the clock starts: what the sender does costs the desk its time. */
function makeRepeats(): void {
  for (let from = 0; from + STORM_BATCH <= Math.min(alarms, 20_000); from += STORM_BATCH) {
    repeats.push(Array.from({ length: STORM_BATCH }, (_, i) => known(from + i, 'since long')));
  }
}

/** Told to end, it still says what it sent. */
let isToldToEnd = false;
process.once('SIGTERM', () => {
  isToldToEnd = true;
});

async function run(): Promise<void> {
  const isStorm = values.do === 'storm';
  if (isStorm) makeRepeats();
  const changesPerS = isStorm ? STORM_CHANGES_PER_S : rate;
  const began = performance.now();
  let [changes, stormed, told] = [0, 0, 0];
  for (let due = began; ; due += TURN_MS) {
    const late = performance.now() - due;
    if (late > 0) counted.late_ms = Math.max(counted.late_ms, Math.round(late));
    else await new Promise((resolve) => setTimeout(resolve, -late));
    const t = (performance.now() - began) / 1_000;
    if (t > seconds || isToldToEnd) break;
    if (underWay > UNDER_WAY_MAX) continue;
    const batch: string[] = [];
    while (changes < t * changesPerS) batch.push(change(changes++));
    if (batch.length > 0) void post(batch);
    while (isStorm && stormed < t * (rate - changesPerS) && underWay <= UNDER_WAY_MAX) {
      const some = repeats[told++ % repeats.length] ?? [];
      stormed += some.length;
      if (told % STORM_NEW_TEXT_IN > 0) void post(some, stormy);
      else
        void post(
          some.map((_, i) => known((told * STORM_BATCH + i) % alarms, `again ${told}`)),
          stormy,
        );
    }
  }
  while (underWay > 0) await new Promise((resolve) => setTimeout(resolve, TURN_MS));
}

const from = performance.now();
await (values.do === 'fill' ? fill() : run());
const took = (performance.now() - from) / 1_000;
const per_s = Math.round(counted.sent / took);
process.stdout.write(`${JSON.stringify({ ...counted, per_s })}\n`);
for (const agent of [seen, stormy]) agent?.destroy();
