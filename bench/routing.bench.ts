// How long routing takes to answer for one alarm: silences of several kinds, a tree of routes,
// rules of inhibition. Microseconds of CPU time of the one thread per lookup, and per set.
import { cpus } from 'node:os';
import type { Alarm } from '../src/domain/alarm/alarm.ts';
import type { AlarmId, Labels } from '../src/domain/alarm/event.ts';
import { makeMatcher } from '../src/domain/alarm/matcher.ts';
import type { Term } from '../src/domain/alarm/matcher-syntax.ts';
import { Inhibitions } from '../src/domain/routing/inhibit.ts';
import { MatcherIndex } from '../src/domain/routing/matcher-index.ts';
import type { PlanInhibition } from '../src/domain/routing/plan.ts';
import { routingSubject, type Subject } from '../src/domain/routing/subject.ts';
import { compileTree, groupIdOf, groupKeyOf, groupLabelsOf } from '../src/domain/routing/tree.ts';
import { planOf, route, terms } from '../test/support/routing.ts';

const ROUTES = 1_000;
const RULES = 1_000;
const SOURCES = 20_000;
const ALARMS = 10_000;
const short = process.argv.includes('--short');
const SILENCES = short ? 2_000 : 10_000;
const LOOKUPS = short ? 5_000 : 400_000;
const SCANS = short ? 100 : 1_000;

const labelsOf = (i: number): Labels => ({
  alertname: `Alert${i % 200}`,
  cluster: `c${i % 7}`,
  instance: `host-${String(i).padStart(5, '0')}.example:9100`,
  job: `job-${i % 40}`,
  severity: i % 3 === 0 ? 'critical' : 'warning',
  site: `site-${i % 50}`,
  team: `team-${i % RULES}`,
});
const alarmOf = (i: number): Alarm =>
  ({ id: `${i}`, byLabels: true, labels: labelsOf(i), severity: 'major' }) as unknown as Alarm;
const alarms = Array.from({ length: ALARMS }, (_, i) => alarmOf(i));
const anAlarm = (i: number): Alarm => alarms[(i * 7_919) % ALARMS] ?? alarmOf(i);

const rounded = (n: number): number => Math.round(n * 100) / 100;

function microseconds(times: number, work: (i: number) => number): number {
  for (let i = 0; i < times / 10; i++) work(i);
  const began = process.threadCpuUsage();
  let found = 0;
  for (let i = 0; i < times; i++) found += work(i);
  const { user, system } = process.threadCpuUsage(began);
  if (found < 0) throw new Error('never');
  return rounded((user + system) / times);
}

function matchersOf(all: readonly Term[]) {
  return all.map(({ name, op, value }) => {
    const matcher = makeMatcher(name, op, value);
    if ('error' in matcher) throw new Error(matcher.error);
    return matcher;
  });
}

const host = (i: number): string => `host-${String(i * 3).padStart(5, '0')}`;
const SILENCE_KINDS: Readonly<Record<string, (i: number) => readonly Term[]>> = {
  equality: (i) => terms(`instance="${host(i)}.example:9100"`, `severity="critical"`),
  words: (i) => terms(`instance=~"${host(i)}\\.example:9100|${host(i + 1)}\\.example:9100|x${i}"`),
  prefix: (i) => terms(`alertname=~".+"`, `instance=~"${host(i)}.*"`),
  fragment: (i) => terms(`instance=~".*${host(i).slice(5)}.*"`),
  mixed: (i) => SILENCE_KINDS[INDEXED[i % INDEXED.length] ?? '']?.(i) ?? [],
  /** The same three where the engine must be asked: dots that nobody escaped, classes. */
  wordsByEngine: (i) => terms(`instance=~"${host(i)}.example:9100|${host(i + 1)}.example:9100"`),
  prefixByEngine: (i) => terms(`instance=~"${host(i)}.[a-z]+:\\d+"`),
  fragmentByEngine: (i) => terms(`instance=~"[a-z]+-${host(i).slice(5)}.[a-z]+:.*"`),
  /** Nothing to go by: all of them are tried, unless a value comes again soon. */
  scannedAgain: (i) => terms(`site=~"[a-z]+.(${i})"`, `instance!="${host(i)}"`),
  scanned: (i) => terms(`instance=~"[a-z]+.[0-9]{4}${i % 10}.[a-z]+:.*"`),
};
const INDEXED = ['equality', 'words', 'prefix', 'fragment'];

function silences(make: (i: number) => readonly Term[], times: number) {
  const index = new MatcherIndex<number>();
  const all = Array.from({ length: SILENCES }, (_, i) => matchersOf(make(i)));
  const began = process.threadCpuUsage();
  all.forEach((matchers, i) => {
    index.set(`s${i}`, matchers, i);
  });
  const { user, system } = process.threadCpuUsage(began);
  const lookupUs = microseconds(times, (i) => {
    const subject = routingSubject(anAlarm(i));
    return index.matching((name) => subject.value(name)).length;
  });
  return { lookupUs, setUs: rounded((user + system) / SILENCES) };
}

/** Half of them by team, the others by site and then by job; the last alarm of a team goes last. */
function routes() {
  const teams = Array.from({ length: ROUTES / 2 }, (_, i) =>
    route(terms(`team="team-${i}"`), { groupBy: ['alertname', 'site'] }),
  );
  const sites = Array.from({ length: 10 }, (_, s) =>
    route(
      terms(`site=~"site-${s}|site-${s + 10}"`),
      { groupBy: ['alertname', 'site'] },
      ...Array.from({ length: ROUTES / 20 - 1 }, (_, j) =>
        route(terms(`job=~"job-${j}"`, 'severity=~"crit.*"'), { groupBy: ['alertname', 'site'] }),
      ),
    ),
  );
  const tree = compileTree(planOf(route([], { groupBy: ['alertname'] }, ...teams, ...sites)));
  if ('error' in tree) throw new Error(tree.error);
  const walkUs = microseconds(LOOKUPS, (i) => tree.walk(routingSubject(anAlarm(i))).length);
  const walkAndGroupUs = microseconds(LOOKUPS, (i) => {
    const subject = routingSubject(anAlarm(i));
    let length = 0;
    for (const { route: taken } of tree.walk(subject)) {
      const labels = groupLabelsOf(taken, subject.labels);
      length += groupIdOf(taken, labels).length + groupKeyOf(taken, labels).length;
    }
    return length;
  });
  return { walkUs, walkAndGroupUs };
}

const subjectAt = (i: number): Subject => routingSubject(anAlarm(i));

function inhibition() {
  const rules = Array.from(
    { length: RULES },
    (_, i): PlanInhibition => ({
      name: `r${i}`,
      source: terms('severity="critical"', `team="team-${i}"`),
      target: terms('severity=~"warning|info"', `team="team-${i}"`),
      equal: ['cluster', 'site'],
    }),
  );
  const inhibitions = new Inhibitions(rules);
  for (let i = 0; i < SOURCES; i++) {
    inhibitions.note(routingSubject({ ...alarmOf(i * 3), id: `s${i}` as AlarmId }), true);
  }
  return {
    noteUs: microseconds(LOOKUPS, (i) => {
      inhibitions.note(subjectAt(i), i % 2 === 0);
      return 0;
    }),
    inhibitedByUs: microseconds(LOOKUPS, (i) => (inhibitions.inhibitedBy(subjectAt(i)) ? 1 : 0)),
  };
}

process.stdout.write(
  `${JSON.stringify({
    bench: 'routing',
    silences: SILENCES,
    ...Object.fromEntries(
      Object.entries(SILENCE_KINDS).map(([kind, make]) => [
        kind,
        silences(make, kind === 'scanned' ? SCANS : LOOKUPS),
      ]),
    ),
    routes: ROUTES,
    ...routes(),
    rules: RULES,
    sources: SOURCES,
    ...inhibition(),
    node: process.version,
    cpu: cpus()[0]?.model,
  })}\n`,
);
