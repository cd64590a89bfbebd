import { Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { instantText } from '../../base/time.ts';
import { type CheckRun, type CheckView, checkView, listChecks } from '../../desk/views/checks.ts';
import type { Point } from '../../domain/check/figure.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { Answer, Route } from '../route.ts';
import { maybeText } from './drawn.ts';
import { API, type ApiParts, byOf, OPERATOR, VIEWER } from './parts.ts';
import { API_LIMITS, maybeTime, nullable, severity, time, words } from './shapes.ts';

const verdict = words(['passed', 'failed', 'broken'] as const);
const labels = Type.Record(Type.String(), Type.String());

const result = Type.Object({
  verdict,
  at: time('When it ended.'),
  text: Type.String(),
  tests: Type.Integer(),
  failed: Type.Integer(),
  broken: Type.Integer({ description: 'Tests that could not be made: they say nothing.' }),
  tookMs: Type.Integer(),
});

const check = Type.Object(
  {
    name: Type.String(),
    is: words(['data', 'figure', 'data set'] as const),
    sources: Type.Array(Type.String(), { description: 'Data sources it reads.' }),
    timetable: Type.String(),
    severity,
    description: Type.String(),
    labels,
    tests: Type.Integer({ description: 'Tests of one run.' }),
    next: maybeTime('When it is run next.'),
    isRunning: Type.Boolean(),
    runs: Type.Integer({ description: 'How often it was run.' }),
    last: nullable(result),
    alarms: Type.Array(Type.String(), { description: 'Alarms it holds raised.' }),
  },
  { $id: 'Check' },
);

const evidence = Type.Object({
  file: Type.String(),
  what: Type.String(),
  rows: Type.Integer(),
  bytes: Type.Integer(),
  isCut: Type.Boolean({ description: 'More was found than is kept.' }),
});

const run = Type.Object({
  run: Type.String(),
  ...result.properties,
  rows: Type.Integer({ description: 'Rows of its table.' }),
  evidence: Type.Array(evidence),
});

const point = Type.Object({ at: time('The moment the value is of.'), value: Type.Number() });
const pointJson = ({ at, value }: Point) => ({ at: instantText(at), value });

const runsQuery = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })) },
  { additionalProperties: false },
);

/** An answer waits so long for a run that was asked for; then ask for the check. */
export const RUN_WAIT_MS = 20_000;

/** Checks: what is tested, how it came out, and to run one now. */
export const checkRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: `${API}/checks`,
    access: VIEWER,
    summary: 'The checks of the configuration, those with something wrong first.',
    answerSchema: Type.Object({ items: Type.Array(check) }),
    handle: () => {
      const views = listChecks(parts.desk.memory, parts.checks.all());
      return json(200, { items: views.map(checkJson) });
    },
  },
  {
    method: 'GET',
    path: `${API}/checks/:name`,
    access: VIEWER,
    summary: 'One check.',
    answerSchema: check,
    handle: ({ params }) => json(200, checkJson(viewOf(parts, params.name ?? ''))),
  },
  {
    method: 'GET',
    path: `${API}/checks/:name/runs`,
    access: VIEWER,
    summary: 'Its runs, newest first, with the files of evidence that are kept.',
    querySchema: runsQuery,
    answerSchema: Type.Object({ items: Type.Array(run) }),
    handle: async ({ params, query }) => {
      const { name } = viewOf(parts, params.name ?? '');
      const { limit = API_LIMITS.page_items_default } = readQuery(runsQuery, query);
      return json(200, { items: (await parts.checks.runs(name, limit)).map(runJson) });
    },
  },
  {
    method: 'GET',
    path: `${API}/checks/:name/points`,
    access: VIEWER,
    summary: 'The last values of a figure, by subject, oldest first.',
    querySchema: runsQuery,
    answerSchema: Type.Object({ subjects: Type.Record(Type.String(), Type.Array(point)) }),
    handle: async ({ params, query }) => {
      const { name } = viewOf(parts, params.name ?? '');
      const { limit = API_LIMITS.page_items_default } = readQuery(runsQuery, query);
      const told = Object.entries(await parts.checks.points(name, limit)).map(
        ([subject, points]) => [subject, points.map(pointJson)] as const,
      );
      return json(200, { subjects: Object.fromEntries(told) });
    },
  },
  {
    method: 'GET',
    path: `${API}/checks/:name/evidence/:file`,
    access: OPERATOR,
    summary: 'Rows that failed, or what a reconciliation found, as CSV.',
    answerSchema: Type.String({ description: 'A file, text/csv.' }),
    handle: ({ params }) => evidenceAnswer(parts, params.name ?? '', params.file ?? ''),
  },
  {
    method: 'POST',
    path: `${API}/checks/:name/run`,
    access: OPERATOR,
    summary: 'Runs it now; waits for the result for 20 s, then `isRunning` is true.',
    answerSchema: check,
    handle: async ({ params, actor }) => {
      const { name } = viewOf(parts, params.name ?? '');
      await atMost(parts.checks.run(name, byOf(actor)), parts);
      return json(200, checkJson(viewOf(parts, name)));
    },
  },
];

/** A file of evidence as a download. Throws NOT_FOUND. */
export async function evidenceAnswer(
  { checks }: Pick<ApiParts, 'checks'>,
  name: string,
  file: string,
): Promise<Answer> {
  const body = await checks.evidence(name, file);
  if (!body) throw new DeskError('NOT_FOUND', { what: 'such evidence: only the latest is kept' });
  const headers = {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="${name}-${file}"`,
  };
  return { status: 200, headers, body };
}

function viewOf({ checks, desk }: ApiParts, name: string): CheckView {
  const about = checks.one(name);
  if (!about) throw new DeskError('NOT_FOUND', { what: 'such check' });
  return checkView(desk.memory, about);
}

/** Resolves when the work has ended, or when nobody wants to wait any longer. */
export async function atMost(
  work: Promise<void>,
  { clock }: Pick<ApiParts, 'clock'>,
  ms = RUN_WAIT_MS,
): Promise<void> {
  let cancel = (): void => {};
  const over = new Promise<void>((resolve) => {
    cancel = clock.at((clock.now() + ms) as ReturnType<typeof clock.now>, resolve);
  });
  await Promise.race([work, over]);
  cancel();
}

const checkJson = (one: CheckView) => ({
  name: one.name,
  is: one.is,
  sources: one.sources,
  timetable: one.timetable,
  severity: one.severity,
  description: one.description,
  labels: one.labels,
  tests: one.tests,
  next: maybeText(one.next),
  isRunning: one.isRunning,
  runs: one.state?.runs ?? 0,
  last: one.state
    ? {
        verdict: one.state.verdict,
        at: instantText(one.state.at),
        text: one.state.text ?? '',
        tests: one.state.counts?.tests ?? 0,
        failed: one.state.counts?.failed ?? 0,
        broken: one.state.counts?.broken ?? 0,
        tookMs: one.state.tookMs ?? 0,
      }
    : null,
  alarms: one.alarms,
});

const runJson = ({ at, counts, ...rest }: CheckRun) => ({
  ...rest,
  at: instantText(at),
  ...counts,
});
