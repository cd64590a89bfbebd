// What operators' rules and planned work cost: an event folded with none of them and with as many
// as are taken, and the longest the fold is held while all open alarms are looked at again.
//
//     node bench/rules.bench.ts [--short]
import { cpus } from 'node:os';
import { refusalText } from '../src/base/refusal.ts';
import { days, hours, type Instant } from '../src/base/time.ts';
import { apply } from '../src/desk/apply.ts';
import type { Act, Entry } from '../src/desk/entry.ts';
import { RULES_DEFAULT } from '../src/desk/open.ts';
import { State } from '../src/desk/state.ts';
import type { UserId } from '../src/domain/alarm/alarm.ts';
import { type AlarmEvent, identify } from '../src/domain/alarm/event.ts';
import { MAINTENANCE_LIMITS } from '../src/domain/rules/maintenance.ts';
import { RULE_LIMITS } from '../src/domain/rules/rule.ts';
import { terms } from '../test/support/routing.ts';

const short = process.argv.includes('--short');
const MOST = short ? 1_000 : RULE_LIMITS.rules_max;
const ALARMS = short ? 10_000 : 100_000;
const BATCH = 100;
const ROUNDS = 3;
const MACHINE = { node: process.version, cpu: cpus()[0]?.model };
const START = Date.UTC(2026, 0, 1) as Instant;
const NORA = 'nora' as UserId;

const say = (line: object): boolean =>
  process.stdout.write(
    `${JSON.stringify({ bench: 'rules', ...line, alarms: ALARMS, ...MACHINE })}\n`,
  );

const host = (i: number): string => `host-${String(i % ALARMS).padStart(6, '0')}`;

function eventOf(i: number, n: number): AlarmEvent {
  const [resource, type] = [host(i), 'link.down'];
  return {
    kind: 'raise',
    id: identify(resource, type, ''),
    resource,
    type,
    qualifier: '',
    severity: 'major',
    text: `down, ${n}`,
    labels: { instance: resource, site: `site-${i % 50}`, team: `team-${i % 1_000}` },
  };
}

/** One tenth goes by prefix, the others by the very name, as plans for one device do. */
const matchersOf = (i: number) =>
  i % 10 === 0
    ? terms(`instance=~"${host(i).slice(0, 10)}.*"`)
    : terms(`instance="${host(i * 7)}"`);

class Fold {
  readonly state = new State();
  at = START;

  constructor() {
    this.tell({ kind: 'start', at: this.at, boot: 'b', behaviour: 1, rules: RULES_DEFAULT });
  }

  tell(entry: Entry) {
    return apply(this.state, this.state.position + 1, entry);
  }

  act(act: Act): void {
    const { outcome } = this.tell({ kind: 'act', at: this.at, by: NORA, act });
    if (outcome?.refused !== undefined) throw new Error(refusalText(outcome.refused));
  }

  rule(i: number, severity: 'minor' | 'warning' = 'minor', matchers = matchersOf(i)): void {
    const said = { name: `r${i}`, matchers, order: i % 100, does: { severity } };
    const why = { reason: 'bench', owner: 'net', reviewAt: (this.at + days(30)) as Instant };
    this.act({ verb: 'rule.set', ...said, ...why, enabled: true });
  }

  work(i: number): void {
    const from = (this.at + hours(i % 3 === 0 ? -1 : i % 200)) as Instant;
    const windows = [{ from, to: (from + hours(4)) as Instant }];
    const said = { name: `m${i}`, matchers: matchersOf(i + 3), things: [], windows, recurs: '' };
    this.act({ verb: 'maintenance.set', ...said, reason: 'bench', owner: 'net' });
  }

  /** All alarms once, in batches; microseconds of the thread an event. */
  round(n: number): number {
    const began = process.threadCpuUsage();
    for (let i = 0; i < ALARMS; i += BATCH) {
      this.at = (this.at + 1) as Instant;
      const events = Array.from({ length: BATCH }, (_, k) => eventOf(i + k, n));
      this.tell({ kind: 'events', at: this.at, source: 'bench', events });
    }
    const { user, system } = process.threadCpuUsage(began);
    return (user + system) / ALARMS;
  }

  /** Fires the look at all alarms, slice by slice; milliseconds of the thread for each. */
  refreshed(): readonly number[] {
    const took: number[] = [];
    for (;;) {
      const timer = this.state.get('timers', 'refresh');
      if (!timer) return took;
      const began = process.threadCpuUsage();
      this.tell({ kind: 'timer', at: this.at, timer: timer.id, generation: timer.generation });
      const { user, system } = process.threadCpuUsage(began);
      took.push((user + system) / 1_000);
    }
  }
}

const rounded = (n: number): number => Math.round(n * 100) / 100;

function ingest(what: string, count: number): Fold {
  const fold = new Fold();
  const began = performance.now();
  for (let i = 0; i < count; i++) {
    fold.rule(i);
    if (i < MAINTENANCE_LIMITS.maintenances_max) fold.work(i);
  }
  const setUs = count === 0 ? 0 : ((performance.now() - began) * 1_000) / (2 * count);
  fold.refreshed();
  const first = fold.round(0);
  const later = Array.from({ length: ROUNDS }, (_, n) => fold.round(n + 1));
  say({
    what,
    first_us: rounded(first),
    changed_us: rounded(Math.min(...later)),
    set_us: rounded(setUs),
  });
  return fold;
}

function look(fold: Fold, what: string): void {
  fold.rule(MOST, 'warning', terms('site=~"site-.*"'));
  const took = [...fold.refreshed()].sort((a, b) => a - b);
  const sum = took.reduce((a, b) => a + b, 0);
  const [p50, max] = [took[took.length >> 1] ?? 0, took.at(-1) ?? 0];
  say({
    what,
    slices: took.length,
    p50_ms: rounded(p50),
    max_ms: rounded(max),
    sum_ms: rounded(sum),
  });
}

look(ingest('an event without rules and planned work', 0), 'all alarms looked at again, changed');
const full = ingest(`an event with ${MOST - 1} rules and ${MOST - 1} pieces of work`, MOST - 1);
look(full, 'all alarms looked at again, changed, with as many');
