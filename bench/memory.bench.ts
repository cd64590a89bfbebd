// What memory costs: CPU time of the fold for a raise or a clear, with nothing written down, with
// 10,000 decisions on other alarms, and with one on each; of a recall among 10,000; and of the
// cautions on an alarm, with 1,000 of them by matchers.
import { cpus } from 'node:os';
import { days, type Instant } from '../src/base/time.ts';
import { apply } from '../src/desk/apply.ts';
import type { Entry } from '../src/desk/entry.ts';
import { State } from '../src/desk/state.ts';
import type { UserId } from '../src/domain/alarm/alarm.ts';
import { identify } from '../src/domain/alarm/event.ts';
import type { About } from '../src/domain/memory/about.ts';
import { CAUTION_LIMITS } from '../src/domain/memory/caution.ts';
import { recall } from '../src/domain/memory/recall.ts';

const EVENTS_PER_ENTRY = 100;
const AT = 1_767_225_600_000;
const short = process.argv.includes('--short');
const DECISIONS = short ? 2_000 : 10_000;
const ALARMS = DECISIONS;
const ROUNDS = short ? 1 : 5;
const RECALLS = short ? 1_000 : 50_000;

const aboutOf = (resource: string): About => ({
  alarm: identify(resource, 'link.down', ''),
  resource,
  type: 'link.down',
  class: 'role=core',
  severity: 'major',
  text: 'down',
});

const decision = (resource: string): Entry => ({
  kind: 'act',
  at: AT as Instant,
  by: 'nora' as UserId,
  act: {
    verb: 'decision.record',
    about: aboutOf(resource),
    situation: 'no light',
    options: [],
    kind: 'restart',
    what: '',
    reason: 'it helped',
    reviewAt: (AT + days(30)) as Instant,
  },
});

function foldWith(decided: string): State {
  const state = new State();
  const apply1 = (entry: Entry): void => void apply(state, state.position + 1, entry);
  for (let n = 0; decided !== '' && n < DECISIONS; n++) apply1(decision(`${decided}${n}`));
  return state;
}

/** Every alarm is raised and cleared again; microseconds of CPU for each event. */
function ingest(state: State): number {
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const began = process.threadCpuUsage();
    for (const kind of ['raise', 'clear'] as const) {
      for (let n = 0; n < ALARMS; n += EVENTS_PER_ENTRY) {
        const events = Array.from({ length: EVENTS_PER_ENTRY }, (_, i) => {
          const { alarm: id, resource, type } = aboutOf(`r${n + i}`);
          const labels = { role: 'core', resource };
          const about = { id, resource, type, qualifier: '', text: 'down', labels };
          return kind === 'clear'
            ? { ...about, kind }
            : { ...about, kind, severity: 'major' as const };
        });
        const at = (AT + state.position) as Instant;
        apply(state, state.position + 1, { kind: 'events', at, source: 'bench', events });
      }
    }
    const { user, system } = process.threadCpuUsage(began);
    best = Math.min(best, (user + system) / (2 * ALARMS));
  }
  return best;
}

function recalls(state: State): number {
  const began = process.threadCpuUsage();
  let found = 0;
  for (let n = 0; n < RECALLS; n++) {
    found += recall(state.remembered, aboutOf(`r${n % ALARMS}`), AT as Instant).length;
  }
  const { user, system } = process.threadCpuUsage(began);
  if (found === 0) throw new Error('nothing was recalled');
  return (user + system) / RECALLS;
}

/** Cautions asked for one alarm, with 1,000 by matchers that an index finds, or that it cannot. */
function cautions(op: '=' | '!='): number {
  const state = new State();
  for (let n = 0; n < CAUTION_LIMITS.by_matchers_max; n++) {
    const matchers = [
      { name: 'resource', op, value: `r${n}` },
      { name: 'role', op: '=' as const, value: op === '=' ? 'core' : 'none' },
    ].slice(0, op === '=' ? 2 : 1);
    const said = { text: 'mind', reason: 'so', owner: 'net', reviewAt: (AT + days(1)) as Instant };
    const act = { verb: 'caution.set' as const, resource: '', matchers, ...said };
    apply(state, n + 1, { kind: 'act', at: AT as Instant, by: 'nora' as UserId, act });
  }
  ingest(state);
  const alarms = [...state.all('alarms')].slice(0, 1_000);
  const began = process.threadCpuUsage();
  let found = 0;
  for (const alarm of alarms) found += state.remembered.cautionsOn(alarm, undefined).length;
  const { user, system } = process.threadCpuUsage(began);
  if (found === 0) throw new Error('no caution was found');
  return (user + system) / alarms.length;
}

const rounded = (n: number): number => Math.round(n * 100) / 100;
ingest(foldWith(''));
const own = foldWith('r');
process.stdout.write(
  `${JSON.stringify({
    bench: 'memory',
    decisions: DECISIONS,
    ingest_us: rounded(ingest(foldWith(''))),
    ingest_decided_elsewhere_us: rounded(ingest(foldWith('other'))),
    ingest_each_decided_us: rounded(ingest(own)),
    recall_us: rounded(recalls(own)),
    cautions_by_index_us: rounded(cautions('=')),
    cautions_scanned_us: rounded(cautions('!=')),
    node: process.version,
    cpu: cpus()[0]?.model ?? '',
  })}\n`,
);
