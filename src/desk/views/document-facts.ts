import type { Instant } from '../../base/time.ts';
import type { Alarm, UserId } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { matcherText } from '../../domain/alarm/matcher.ts';
import { rank } from '../../domain/alarm/severity.ts';
import { FACT_COLUMNS } from '../../domain/document/template.ts';
import { bounded, type Cell, cellText, type Value } from '../../domain/document/value.ts';
import type { Page } from '../../domain/escalation/page.ts';
import type { Incident } from '../../domain/incident/incident.ts';
import { type Action, compareActions } from '../../domain/memory/action.ts';
import type { Decision } from '../../domain/memory/decision.ts';
import { silenceState } from '../../domain/routing/silence.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Desk, Memory } from '../desk.ts';
import { nextOnCall, onCall, rotaOf, schedulesIn } from '../rota.ts';
import { INCIDENT_VIEW_LIMITS, incidentTimeline, incidentView, type LinesOf } from './incidents.ts';
import { pageTitle } from './pages.ts';
import { decidedText } from './recall.ts';

/** What documents may say, by path; a path that is not there has nothing to say yet. */
export type Facts = Readonly<Record<string, Value>>;

type FactDesk = Pick<Desk, 'memory' | 'store' | 'clock'>;

const text = (said: string): Value => ({ is: 'text', text: cellText(said) });
const time = (at: Instant): Value => ({ is: 'time', at });
const one = (person: UserId): Value => ({ is: 'people', people: [person] });
const who = (person: UserId | undefined): Cell => (person === undefined ? '' : { person });
const when = (at: Instant | undefined): Cell => (at === undefined ? '' : { at });

function table(path: string, all: readonly (readonly Cell[])[]): Value {
  const columns = FACT_COLUMNS[path] ?? [];
  const { kept, more } = bounded(all);
  const cut = (cell: Cell): Cell => (typeof cell === 'string' ? cellText(cell) : cell);
  return { is: 'table', columns, rows: kept.map((row) => row.map(cut)), more };
}

/** Everything the desk knows of one incident. */
export async function incidentFacts(
  desk: FactDesk,
  incident: Incident,
  linesOf: LinesOf = linesIn(desk),
): Promise<Facts> {
  const { memory } = desk;
  const { state, lead, members, openedAt } = incident;
  const inIt = new Set<string>(members.map(({ alarm }) => alarm));
  const endedAt = state.is === 'open' ? undefined : state.at;
  const isAbout = (alarm: string | undefined): boolean => alarm !== undefined && inIt.has(alarm);
  const timeline = await incidentTimeline(incident, linesOf, (id) => id);
  const people = new Set(incident.lines.map(({ by }) => by));
  if (lead !== undefined) people.add(lead);
  const alarms = await alarmsOf(desk, incident);
  const span = { from: begun(incident, alarms), to: endedAt ?? desk.clock.now() };
  const decisions = [...memory.all('decisions')].filter(
    ({ incident: of, about, at }) =>
      of === incident.id || (isAbout(about.alarm) && at >= span.from && at <= span.to),
  );
  const actions = [...memory.all('actions')].filter(
    ({ incident: of, about }) => of === incident.id || isAbout(about?.alarm),
  );
  return {
    'incident.id': text(incident.id),
    'incident.title': text(incident.title),
    'incident.state': text(state.is),
    'incident.severity': text(incident.worst),
    'incident.opened': time(openedAt),
    'incident.opened_by': one(incident.by),
    ...(endedAt === undefined
      ? {}
      : {
          'incident.closed': time(endedAt),
          'incident.duration': { is: 'duration', ms: (endedAt - openedAt) as never },
        }),
    ...(lead === undefined ? {} : { 'incident.lead': one(lead) }),
    ...(state.is === 'closed' ? { 'incident.summary': text(state.summary) } : {}),
    'incident.resources': list([...new Set(members.map(({ resource }) => resource))]),
    'incident.people': { is: 'people', people: [...people].filter((id) => id !== 'desk').sort() },
    'incident.timeline': timelineTable(timeline),
    alarms: alarmTable(alarms),
    decisions: decisionTable(decisions),
    actions: actionTable(actions),
    runs: runTable(
      [...memory.all('runs')].filter(
        ({ alarm, startedAt }) => isAbout(alarm) && startedAt >= span.from && startedAt <= span.to,
      ),
    ),
    pages: pageTable(
      [...memory.all('pages')].filter(
        ({ alerts, at, endedAt: over }) =>
          at <= span.to &&
          (over ?? span.to) >= span.from &&
          alerts.some(({ alarm }) => isAbout(alarm)),
      ),
    ),
  };
}

/** The trouble is older than the incident: people are woken first, and open one then. */
const begun = ({ openedAt }: Incident, alarms: readonly Alarm[]): Instant =>
  alarms.reduce(
    (first, { condition }) => (condition.since < first ? condition.since : first),
    openedAt,
  );

const linesIn =
  ({ store }: FactDesk): LinesOf =>
  async (id, limit) =>
    (await store.timeline(id, undefined, limit)).items;

function list(all: readonly string[]): Value {
  const { kept, more } = bounded(all);
  return { is: 'list', items: kept.map(cellText), more };
}

/** Oldest first, as it is read. */
function timelineTable(lines: Awaited<ReturnType<typeof incidentTimeline>>): Value {
  const rows = [...lines].reverse().map(({ at, what, by, text: said, alarm }): readonly Cell[] => {
    const person = by === '' ? '' : { person: by as UserId };
    const isPerson = what === 'lead' && said !== 'nobody';
    return [{ at }, person, what, alarm?.resource ?? '', isPerson ? who(said as UserId) : said];
  });
  return table('incident.timeline', rows);
}

/** As memory has them, else as history does; of what nobody knows any more, nothing. */
async function alarmsOf(
  { memory, store }: FactDesk,
  { members }: Incident,
): Promise<readonly Alarm[]> {
  const some = members.slice(0, INCIDENT_VIEW_LIMITS.members_read_max);
  const found = await Promise.all(
    members.map(async ({ alarm: id }, i) => {
      const held = memory.get('alarms', id);
      return held ?? (i < some.length ? (await store.alarm(id))?.alarm : undefined);
    }),
  );
  return found.filter((alarm) => alarm !== undefined);
}

function alarmTable(alarms: readonly Alarm[]): Value {
  const sorted = [...alarms].sort(
    (a, b) => rank(b.severity) - rank(a.severity) || a.condition.since - b.condition.since,
  );
  return table(
    'alarms',
    sorted.map(({ resource, type, severity, condition, handling, assignee, text: said }) => [
      resource,
      type,
      severity,
      { at: condition.since },
      when(condition.is === 'cleared' ? condition.at : undefined),
      who(handling.is === 'none' ? assignee : handling.by),
      said,
    ]),
  );
}

const decisionTable = (decisions: readonly Decision[]): Value =>
  table(
    'decisions',
    [...decisions]
      .sort((a, b) => a.position - b.position)
      .map((d) => [
        { at: d.at },
        who(d.by),
        d.about.resource,
        decidedText(d),
        d.reason,
        d.outcome.is,
      ]),
  );

const actionTable = (actions: readonly Action[]): Value =>
  table(
    'actions',
    [...actions]
      .sort(compareActions)
      .map(({ title, owner, dueAt, step, ended }) => [
        title,
        who(owner),
        when(dueAt),
        step,
        ended?.how ?? 'open',
      ]),
  );

const runTable = (runs: readonly Run[]): Value =>
  table(
    'runs',
    [...runs]
      .sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))
      .map(({ startedAt, by, runbook, title = runbook, why = '', is }) => [
        { at: startedAt },
        who(by),
        title,
        why,
        is,
      ]),
  );

/** A row for each person who was told, once, and one for a page that told nobody. */
const pageTable = (pages: readonly Page[]): Value =>
  table(
    'pages',
    [...pages]
      .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
      .flatMap((page): (readonly Cell[])[] => {
        const { answer } = page;
        const rest = [who(answer?.by), answer ? { at: answer.at } : page.is] as const;
        const first = new Map<UserId, Page['told'][number]>();
        for (const told of page.told) if (!first.has(told.person)) first.set(told.person, told);
        if (first.size === 0) return [[{ at: page.at }, pageTitle(page), '', 'nobody', ...rest]];
        return [...first.values()].map(({ at, person, why }) => [
          { at },
          pageTitle(page),
          who(person),
          why,
          ...rest,
        ]);
      }),
  );

/** Everything that somebody who takes over must know; `from` is when the shift began. */
export function shiftFacts({ memory, clock }: FactDesk, from: Instant): Facts {
  const now = clock.now();
  const isIn = (at: Instant): boolean => at >= from && at <= now;
  const alarms = [...memory.all('alarms')].filter(({ condition }) => condition.is === 'raised');
  const open = [...memory.all('incidents')].filter(({ state }) => state.is === 'open');
  return {
    'shift.from': time(from),
    'shift.to': time(now),
    alarms: alarmTable(alarms),
    incidents: table(
      'incidents',
      open
        .sort((a, b) => a.position - b.position)
        .map((incident) => [
          incident.id,
          incident.title,
          incidentView(memory, incident).severity ?? `was ${incident.worst}`,
          who(incident.lead),
          { at: incident.openedAt },
        ]),
    ),
    hidden: hiddenTable(memory, now),
    pages: pageTable([...memory.all('pages')].filter(({ at, is }) => isIn(at) || is === 'open')),
    decisions: decisionTable([...memory.all('decisions')].filter(({ at }) => isIn(at))),
    actions: actionTable([...memory.all('actions')].filter(({ ended }) => ended === undefined)),
    runs: runTable(
      [...memory.all('runs')].filter(({ startedAt, is }) => isIn(startedAt) || is === 'running'),
    ),
    on_call: onCallTable(memory, now),
  };
}

/** What is kept from the screen or from telling, and until when: the first to end first. */
function hiddenTable(memory: Memory, now: Instant): Value {
  const shelved = [...memory.all('alarms')].flatMap(({ resource, type, suppressions }) =>
    suppressions
      .filter(({ kind, until }) => kind !== 'flapping' && kind !== 'hold' && until > now)
      .map(({ kind, by, until, reason }) => ({
        what: `${resource} ${type}`,
        kind,
        by,
        until,
        reason,
      })),
  );
  const silenced = [...memory.all('silences')]
    .filter((silence) => silenceState(silence, now) === 'active')
    .map(({ matchers, by, endsAt: until, comment: reason }) => {
      const what = matchers.map(matcherText).join(', ');
      return { what, kind: 'silence', by, until, reason };
    });
  const all = [...shelved, ...silenced].sort(
    (a, b) => a.until - b.until || (a.what < b.what ? -1 : 1),
  );
  return table(
    'hidden',
    all.map(({ what, kind, by, until, reason }) => [what, kind, who(by), { at: until }, reason]),
  );
}

function onCallTable(memory: Memory, now: Instant): Value {
  const rows = schedulesIn(memory).flatMap(({ name }): (readonly Cell[])[] => {
    const rota = rotaOf(memory, name);
    if (!rota) return [];
    const next = nextOnCall(rota, now);
    const [here] = onCall(rota, now).people;
    const [then] = next?.people ?? [];
    return [[name, who(here) || 'nobody', when(next?.at), next ? who(then) || 'nobody' : '']];
  });
  return table('on_call', rows);
}

/** Which of an incident's alarms are known by these ids: what a template's matchers look at. */
export const alarmsIn = (
  memory: Pick<Memory, 'get'>,
  { members }: Pick<Incident, 'members'>,
): readonly Alarm[] =>
  members.flatMap(({ alarm }: { readonly alarm: AlarmId }) => memory.get('alarms', alarm) ?? []);
