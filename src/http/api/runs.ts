import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { type Did, refusalFailure } from '../../base/refusal.ts';
import { instantText, parseInstant } from '../../base/time.ts';
import { startRun } from '../../desk/runs.ts';
import { ANY_RUN, listRuns } from '../../desk/views/runs.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { matcherText, matchesAlarm } from '../../domain/alarm/matcher.ts';
import { RUN_LIMITS, type Run, type StepTry, waitsFor } from '../../domain/run/run.ts';
import { RUNBOOK_LIMITS, type RunbookFile, STEP_KINDS } from '../../domain/run/runbook.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { Asked, Route } from '../route.ts';
import { maybeText, somebodyJson } from './drawn.ts';
import { onceOf } from './once.ts';
import { API, type ApiParts, byOf, OPERATOR, VIEWER } from './parts.ts';
import { API_LIMITS, maybeTime, nullable, somebody, time, words } from './shapes.ts';

const values = Type.Record(Type.String(), Type.String());
const name = Type.String({ maxLength: RUNBOOK_LIMITS.name_chars_max });
const why = Type.String({ maxLength: RUN_LIMITS.why_chars_max });

const runbook = Type.Object(
  {
    file: Type.String(),
    name: Type.String({ description: 'Empty while the file has faults.' }),
    title: Type.String(),
    says: Type.String(),
    for: Type.Array(Type.String(), { description: 'It is for alarms that one of these matches.' }),
    parameters: Type.Array(
      Type.Object({
        name: Type.String(),
        type: words(['text', 'number', 'choice'] as const),
        required: Type.Boolean(),
        description: Type.String(),
        pattern: Type.String(),
        choices: Type.Array(Type.String()),
      }),
    ),
    steps: Type.Array(Type.Object({ title: Type.String(), is: words(STEP_KINDS) })),
    faults: Type.Array(Type.Object({ line: Type.Integer(), why: Type.String() })),
  },
  { $id: 'Runbook' },
);

const tried = Type.Object({
  step: Type.Integer({ description: 'From 0.' }),
  attempt: Type.Integer(),
  is: Type.Unsafe<StepTry['is']>({
    enum: ['begun', 'done', 'failed', 'unsure'],
    description: 'unsure: the desk stopped meanwhile, and nobody knows whether it was done.',
  }),
  begunAt: time('When it began.'),
  endedAt: maybeTime('When it ended.'),
  by: nullable(somebody),
  note: Type.String(),
  input: Type.String({ description: 'What was sent, secrets masked.' }),
  output: Type.String({ description: 'What came back, as far as it is kept.' }),
  page: nullable(Type.String({ description: 'Id of the page that asks.' })),
});

const runShape = Type.Object(
  {
    id: Type.String(),
    runbook: Type.String(),
    title: Type.String(),
    is: words(['running', 'done', 'failed', 'stopped'] as const),
    waitsFor: words(['person', 'desk', 'nothing'] as const),
    by: nullable(somebody),
    why: Type.String(),
    alarm: nullable(Type.String()),
    parameters: values,
    startedAt: time('When it began.'),
    endedAt: maybeTime('When it was over.'),
    stopped: nullable(Type.Object({ by: somebody, why: Type.String() })),
    step: Type.Integer({ description: 'From 0: the next one, or the last.' }),
    stepsTotal: Type.Integer(),
    steps: Type.Array(
      Type.Object({
        title: Type.String(),
        says: Type.String(),
        is: words(STEP_KINDS),
      }),
    ),
    tries: Type.Array(tried, { description: 'Oldest first.' }),
  },
  { $id: 'Run' },
);

const booksQuery = Type.Object(
  { alarm: Type.Optional(Type.String({ description: 'Only those that are for this alarm.' })) },
  { additionalProperties: false },
);

const runsQuery = Type.Object(
  {
    runbook: Type.Optional(name),
    by: Type.Optional(Type.String({ description: 'Login or id of who started it.' })),
    from: Type.Optional(time('Begun then or later.')),
    to: Type.Optional(time('Begun before.')),
    alarm: Type.Optional(Type.String()),
    is: Type.Optional(words(['running', 'done', 'failed', 'stopped'] as const)),
    text: Type.Optional(
      Type.String({
        description: 'In its title, why, notes, answers, and the name of who started it.',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: RUN_LIMITS.kept_max })),
  },
  { additionalProperties: false },
);

const startBody = Type.Object(
  {
    runbook: name,
    alarm: Type.Optional(Type.String()),
    parameters: Type.Optional(values),
    why,
  },
  { additionalProperties: false },
);

const tickBody = Type.Object(
  {
    step: Type.Integer({ minimum: 0, description: 'From 0: the one you saw.' }),
    how: Type.Optional(
      Type.Unsafe<'done' | 'again'>({
        enum: ['done', 'again'],
        description: 'done (the default), or again for one that failed or that nobody knows of.',
      }),
    ),
    note: Type.Optional(why),
  },
  { additionalProperties: false },
);

const stopBody = Type.Object({ why }, { additionalProperties: false });

/** Runbooks and their runs: who ran what, when, why, and what came of each step. */
export const runRoutes = (parts: ApiParts): Route[] => [...readRoutes(parts), ...actRoutes(parts)];

const readRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/runbooks`,
    access: VIEWER,
    summary: 'The runbooks of the folder, those with faults too.',
    querySchema: booksQuery,
    answerSchema: Type.Object({ items: Type.Array(runbook) }),
    handle: async ({ query }) => {
      const { alarm } = readQuery(booksQuery, query);
      const files = await parts.runs.runbooks();
      const found = alarm === undefined ? files : filesFor(parts, files, alarm);
      return json(200, { items: found.map(bookJson) });
    },
  },
  {
    method: 'GET',
    path: `${API}/runs`,
    access: VIEWER,
    summary: 'Runs, newest first.',
    querySchema: runsQuery,
    answerSchema: Type.Object({ items: Type.Array(runShape), total: Type.Integer() }),
    handle: ({ query }) => {
      const said = readQuery(runsQuery, query);
      const { limit = API_LIMITS.page_items_default, from = '', to = '', ...wanted } = said;
      const by = parts.accounts.people.byLogin(wanted.by ?? '')?.id ?? wanted.by ?? '';
      const span = { from: parseInstant(from), to: parseInstant(to) };
      const all = listRuns(parts.desk.memory, { ...ANY_RUN, ...wanted, by, ...span }, (id) =>
        parts.accounts.name(id),
      );
      const items = all.slice(0, limit).map((run) => runJson(parts, run));
      return json(200, { items, total: all.length });
    },
  },
  {
    method: 'GET',
    path: `${API}/runs/:id`,
    access: VIEWER,
    summary: 'One run with all its steps.',
    answerSchema: runShape,
    handle: ({ params }) => json(200, runJson(parts, runOf(parts, params.id ?? ''))),
  },
];

const actRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'POST',
    path: `${API}/runs`,
    access: OPERATOR,
    summary: 'Starts a run; nothing begins unless all parameters are good.',
    bodySchema: startBody,
    answerSchema: runShape,
    handle: async (asked) => {
      const { parameters = {}, alarm, ...rest } = asked.json as Static<typeof startBody>;
      const by = byOf(asked.actor);
      const about = alarm === undefined ? {} : { alarm: alarm as AlarmId };
      const wanted = { ...rest, ...about, parameters };
      const files = await parts.runs.runbooks();
      const outcome = await startRun(parts.desk, files, by, wanted, onceOf(by, asked));
      return json(201, runJson(parts, runAfter(parts, outcome)));
    },
  },
  {
    method: 'POST',
    path: `${API}/runs/:id/tick`,
    access: OPERATOR,
    summary: 'Says that the step that waits for a person is done, or is to be tried again.',
    bodySchema: tickBody,
    answerSchema: runShape,
    handle: (asked) => {
      const { step, how = 'done', note = '' } = asked.json as Static<typeof tickBody>;
      return change(parts, asked, (run) => ({ verb: 'run.tick', run, step, how, note }));
    },
  },
  {
    method: 'POST',
    path: `${API}/runs/:id/stop`,
    access: OPERATOR,
    summary: 'Stops a run; what was done stays done.',
    bodySchema: stopBody,
    answerSchema: runShape,
    handle: (asked) => {
      const { why } = asked.json as Static<typeof stopBody>;
      return change(parts, asked, (run) => ({ verb: 'run.stop', run, why }));
    },
  },
];

type Change = (run: string) => Parameters<ApiParts['desk']['act']>[1];

async function change(parts: ApiParts, asked: Asked, act: Change) {
  const by = byOf(asked.actor);
  const { id } = runOf(parts, asked.params.id ?? '');
  const outcome = await parts.desk.act(by, act(id), onceOf(by, asked));
  return json(200, runJson(parts, runAfter(parts, outcome)));
}

/** The run an act was on. Throws DeskError ACTION_REFUSED. */
function runAfter(parts: ApiParts, { refused, made = '' }: Did): Run {
  if (refused !== undefined) throw refusalFailure(refused);
  return runOf(parts, made);
}

function runOf({ desk }: ApiParts, id: string): Run {
  const run = desk.memory.get('runs', id);
  if (!run) throw new DeskError('NOT_FOUND', { what: 'such run' });
  return run;
}

function filesFor(
  { desk }: ApiParts,
  files: readonly RunbookFile[],
  id: string,
): readonly RunbookFile[] {
  const alarm = desk.memory.get('alarms', id as AlarmId);
  if (!alarm) throw new DeskError('ALARM_NOT_FOUND', { id });
  return files.filter(
    (one) => 'runbook' in one && one.runbook.matchers.some((list) => matchesAlarm(list, alarm)),
  );
}

function bookJson(one: RunbookFile) {
  const { file } = one;
  if ('faults' in one) {
    const nothing = { name: '', title: '', says: '', for: [], parameters: [], steps: [] };
    return { file, ...nothing, faults: one.faults.map(({ line, why }) => ({ line, why })) };
  }
  const { matchers, steps, lines: _, ...rest } = one.runbook;
  return {
    file,
    ...rest,
    for: matchers.map((list) => list.map(matcherText).join(', ')),
    steps: steps.map(({ title, does }) => ({ title, is: does.is })),
    faults: [],
  };
}

function runJson(parts: Pick<ApiParts, 'accounts'>, run: Run) {
  const { id, runbook, title = runbook, is, by, why: reason = '', alarm = null, stopped } = run;
  const { parameters = {}, step, stepsTotal, steps = [], tries = [] } = run;
  const who = (person: Run['by']) => somebodyJson(parts, person);
  return {
    ...{ id, runbook, title, is, waitsFor: waitsFor(run), by: who(by), why: reason, alarm },
    parameters,
    startedAt: instantText(run.startedAt),
    endedAt: maybeText(run.endedAt),
    stopped: stopped ? { by: who(stopped.by), why: stopped.why } : null,
    step,
    stepsTotal,
    steps: steps.map(({ title, says, does }) => ({ title, says, is: does.is })),
    tries: tries.map((one) => ({
      ...{ step: one.step, attempt: one.attempt, is: one.is, by: who(one.by) },
      begunAt: instantText(one.begunAt),
      endedAt: maybeText(one.endedAt),
      ...{ note: one.note ?? '', input: one.input ?? '', output: one.output ?? '' },
      page: one.page ?? null,
    })),
  };
}
