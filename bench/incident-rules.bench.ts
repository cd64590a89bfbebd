// What rules for incidents cost: CPU time of the fold for a raise or a clear, with no rule, with 20
// that match other alarms, and with 20 of which one gathers every alarm into incidents by site.
import { cpus } from 'node:os';
import { hours, type Instant, minutes } from '../src/base/time.ts';
import { apply } from '../src/desk/apply.ts';
import type { Entry } from '../src/desk/entry.ts';
import { State } from '../src/desk/state.ts';
import type { UserId } from '../src/domain/alarm/alarm.ts';
import { identify } from '../src/domain/alarm/event.ts';
import type { IncidentRule } from '../src/domain/incident/rule.ts';

const ALARMS = 10_000;
const SITES = 500;
const EVENTS_PER_ENTRY = 100;
const AT = 1_767_225_600_000;
const ROUNDS = process.argv.includes('--short') ? 1 : 9;

const rule = (n: number, team: string, alarmsMin: number): IncidentRule => ({
  name: `rule-${n}`,
  matchers: [{ name: 'team', op: '=', value: team }],
  groupBy: ['site'],
  window: minutes(10),
  alarmsMin,
  resourcesMin: 1,
  severityMin: 'minor',
  title: '{site} is in trouble',
  join: 'open',
  reopenWithin: hours(1),
  alarmsMax: 1_000,
  continue: false,
});

function foldWith(rules: readonly IncidentRule[]): State {
  const state = new State();
  const about = { text: '', from: 'a.yml', unused: [], why: '' };
  const act = { verb: 'revision.apply' as const, ...about, incidents: { rules } };
  const entry: Entry = { kind: 'act', at: AT as Instant, by: 'nora' as UserId, act };
  if (rules.length > 0) apply(state, 1, entry);
  return state;
}

/** Every alarm is raised and cleared again; microseconds of CPU for each event. */
function ingest(state: State): number {
  const began = process.threadCpuUsage();
  for (const kind of ['raise', 'clear'] as const) {
    for (let n = 0; n < ALARMS; n += EVENTS_PER_ENTRY) {
      const events = Array.from({ length: EVENTS_PER_ENTRY }, (_, i) => {
        const resource = `r${n + i}`;
        const id = identify(resource, 'link.down', '');
        const labels = { team: 'net', site: `s${(n + i) % SITES}`, resource };
        const about = { id, resource, type: 'link.down', qualifier: '', text: 'down', labels };
        return kind === 'clear'
          ? { ...about, kind }
          : { ...about, kind, severity: 'major' as const };
      });
      const at = (AT + state.position) as Instant;
      apply(state, state.position + 1, { kind: 'events', at, source: 'bench', events });
    }
  }
  const { user, system } = process.threadCpuUsage(began);
  return (user + system) / (2 * ALARMS);
}

/** The best of some rounds, each with a fold of its own; in turn, so that all are warm. */
const many = Array.from({ length: 20 }, (_, n) => n);
const kinds = {
  none: [] as readonly IncidentRule[],
  elsewhere: many.map((n) => rule(n, `team-${n}`, 3)),
  gathering: many.map((n) => rule(n, n === 19 ? 'net' : `team-${n}`, 3)),
  waiting: many.map((n) => rule(n, n === 19 ? 'net' : `team-${n}`, 100)),
};
const best: Record<string, number> = {};
for (let round = 0; round < ROUNDS + 1; round++) {
  for (const [name, rules] of Object.entries(kinds)) {
    const took = ingest(foldWith(rules));
    if (round > 0 || ROUNDS === 1) best[name] = Math.min(best[name] ?? Infinity, took);
  }
}
const rounded = (n = 0): number => Math.round(n * 100) / 100;
process.stdout.write(
  `${JSON.stringify({
    bench: 'incident-rules',
    rules: 20,
    no_rule_us: rounded(best['none']),
    matching_none_us: rounded(best['elsewhere']),
    all_in_incidents_us: rounded(best['gathering']),
    all_waiting_us: rounded(best['waiting']),
    node: process.version,
    cpu: cpus()[0]?.model ?? '',
  })}\n`,
);
