import { DeskError } from '../base/errors.ts';
import { refusalFailure, refusalText } from '../base/refusal.ts';
import { after, days, type Instant, parseInstant } from '../base/time.ts';
import { stretch } from '../console/pager.ts';
import { runBody } from '../console/run-page.ts';
import { runsBody, type StartView, startBody } from '../console/runs-page.ts';
import type { RunAct } from '../desk/run-acts.ts';
import { startRun } from '../desk/runs.ts';
import { ANY_RUN, listRuns } from '../desk/views/runs.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { matchesAlarm } from '../domain/alarm/matcher.ts';
import { parameterFaults } from '../domain/run/parameters.ts';
import type { Runbook } from '../domain/run/runbook.ts';
import { seeOther } from './answer.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import { alarmNames } from './live-runs.ts';
import { field } from './page-reader.ts';
import { formOnce, type RoutingPageParts } from './page-routing-parts.ts';
import type { Answer, Asked, Route } from './route.ts';
import type { RunsDoor } from './runs-door.ts';

export interface RunsPageParts extends RoutingPageParts {
  readonly runs: RunsDoor;
}

const AT = '/runs';
const POST = { method: 'POST', access: OPERATOR, form: true } as const;

/** Runbooks and their runs. It works without scripts. */
export const runsPages = (parts: RunsPageParts): Route[] => [
  {
    method: 'GET',
    path: AT,
    access: VIEWER,
    summary: 'Runbooks, and who ran what, when and why.',
    handle: (asked) => showAll(parts, asked),
  },
  {
    method: 'GET',
    path: `${AT}/start/:name`,
    access: OPERATOR,
    summary: 'The form that starts a run.',
    handle: async (asked) => showStart(parts, asked, await bookOf(parts, asked), []),
  },
  {
    ...POST,
    path: `${AT}/start/:name`,
    summary: 'Starts a run.',
    handle: (asked) => start(parts, asked),
  },
  {
    method: 'GET',
    path: `${AT}/:id`,
    access: VIEWER,
    summary: 'One run with its steps.',
    handle: (asked) => showOne(parts, asked),
  },
  {
    ...POST,
    path: `${AT}/:id/tick`,
    summary: 'A step is done, or is to be tried again.',
    handle: (asked) => {
      const how = field(asked.json, 'how') === 'again' ? 'again' : 'done';
      const step = Number(field(asked.json, 'step'));
      const said = { step, how, note: field(asked.json, 'note').trim() } as const;
      return act(parts, asked, { verb: 'run.tick', run: asked.params.id ?? '', ...said });
    },
  },
  {
    ...POST,
    path: `${AT}/:id/stop`,
    summary: 'Stops a run.',
    handle: (asked) => {
      const why = (field(asked.json, 'why') || field(asked.json, 'note')).trim();
      return act(parts, asked, { verb: 'run.stop', run: asked.params.id ?? '', why });
    },
  },
];

const contextOf = ({ site, accounts, desk }: RunsPageParts) => ({
  site,
  nameOf: (id: UserId): string => accounts.name(id),
  alarmOf: alarmNames(desk),
  now: desk.clock.now(),
});

async function showAll(parts: RunsPageParts, asked: Asked): Promise<Answer> {
  const { memory } = parts.desk;
  const alarm = memory.get('alarms', (asked.query.get('alarm') ?? '') as AlarmId);
  const said = (name: string): string => asked.query.get(name) ?? '';
  const [text, is] = [said('text'), said('is')];
  const [from, to] = [dayIn(said('from')), dayIn(said('to'))];
  const all = await parts.runs.runbooks();
  const files = alarm
    ? all.filter(
        (one) => 'runbook' in one && one.runbook.matchers.some((l) => matchesAlarm(l, alarm)),
      )
    : all;
  const span = { from, to: to && after(to, days(1)) };
  const nameOf = (id: UserId): string => parts.accounts.name(id);
  const wanted = { ...ANY_RUN, text, is, alarm: alarm?.id ?? '', ...span };
  const found = listRuns(memory, wanted, nameOf);
  const runs = stretch(found, asked.query);
  const dates = { from: from ? said('from') : '', to: to ? said('to') : '' };
  const view = { runs, files, alarm, text, is, ...dates };
  return parts.draw(asked, { title: 'Runs', at: AT }, (reader) =>
    runsBody(contextOf(parts), reader, view),
  );
}

/** The begin of a day in UTC, as a field for a date has it. */
const dayIn = (text: string): Instant | undefined =>
  /^\d{4}-\d\d-\d\d$/.test(text) ? parseInstant(`${text}T00:00:00Z`) : undefined;

/** Throws DeskError NOT_FOUND. */
async function bookOf({ runs }: RunsPageParts, asked: Asked): Promise<Runbook> {
  const name = asked.params.name ?? '';
  for (const one of await runs.runbooks())
    if ('runbook' in one && one.runbook.name === name) return one.runbook;
  throw new DeskError('NOT_FOUND', { what: 'such runbook' });
}

function givenIn(runbook: Runbook, asked: Asked): Readonly<Record<string, string>> {
  const given = runbook.parameters.map(({ name }) => [name, field(asked.json, `p.${name}`).trim()]);
  return Object.fromEntries(given) as Record<string, string>;
}

function showStart(
  { site, draw }: RunsPageParts,
  asked: Asked,
  runbook: Runbook,
  faults: StartView['faults'],
  status = 200,
): Answer {
  const alarm = field(asked.json, 'alarm') || (asked.query.get('alarm') ?? '');
  const given = givenIn(runbook, asked);
  const view = { runbook, alarm, given, why: field(asked.json, 'why'), faults };
  return draw(asked, { title: runbook.title, at: AT, status }, (reader) =>
    startBody(site, reader, view),
  );
}

async function start(parts: RunsPageParts, asked: Asked): Promise<Answer> {
  const runbook = await bookOf(parts, asked);
  const given = Object.entries(givenIn(runbook, asked)).filter(([, value]) => value !== '');
  const alarm = field(asked.json, 'alarm');
  const why = field(asked.json, 'why').trim();
  const said = { runbook: runbook.name, parameters: Object.fromEntries(given), why };
  const wanted = alarm === '' ? said : { ...said, alarm: alarm as AlarmId };
  const once = formOnce(asked, [JSON.stringify(wanted)]);
  try {
    const files = await parts.runs.runbooks();
    const done = await startRun(parts.desk, files, byOf(asked.actor), wanted, once);
    if (done.refused !== undefined)
      return showStart(
        parts,
        asked,
        runbook,
        [['', refusalText(done.refused)]],
        refusalFailure(done.refused).status,
      );
    return seeOther(`${parts.site.prefix}${AT}/${done.made}`);
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    const faults = parameterFaults(runbook.parameters, said.parameters);
    const all = faults.length > 0 ? faults : [['', error.message] as const];
    return showStart(parts, asked, runbook, all, error.status);
  }
}

function showOne(parts: RunsPageParts, asked: Asked, fault = '', status = 200): Answer {
  const run = parts.desk.memory.get('runs', asked.params.id ?? '');
  if (!run) throw new DeskError('NOT_FOUND', { what: 'such run' });
  const live = run.is === 'running' ? `/live/runs/${run.id}` : '/live/head';
  return parts.draw(asked, { title: run.title ?? run.runbook, at: AT, status, live }, (reader) =>
    runBody(contextOf(parts), reader, run, fault),
  );
}

async function act(parts: RunsPageParts, asked: Asked, wanted: RunAct): Promise<Answer> {
  const once = formOnce(asked, [JSON.stringify(wanted)]);
  const { refused } = await parts.desk.act(byOf(asked.actor), wanted, once);
  if (refused !== undefined)
    return showOne(parts, asked, refusalText(refused), refusalFailure(refused).status);
  return seeOther(`${parts.site.prefix}${AT}/${asked.params.id}`);
}
