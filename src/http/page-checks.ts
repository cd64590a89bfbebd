import { DeskError } from '../base/errors.ts';
import { checkBody, checksBody } from '../console/checks-page.ts';
import { stretch } from '../console/pager.ts';
import { checkView, listChecks } from '../desk/views/checks.ts';
import { seeOther } from './answer.ts';
import { evidenceAnswer } from './api/checks.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import type { ChecksDoor } from './checks-door.ts';
import type { RoutingPageParts } from './page-routing-parts.ts';
import type { Answer, Asked, Route } from './route.ts';

export interface ChecksPageParts extends Omit<RoutingPageParts, 'outbox'> {
  readonly checks: ChecksDoor;
}

const AT = '/checks';

const RUNS_SHOWN = 50;

/** Values of one figure that are drawn. */
const POINTS_SHOWN = 2_000;

const IS_RUN = 'It is being run already.';

/** What the desk looks at by itself. It works without scripts. */
export const checksPages = (parts: ChecksPageParts): Route[] => [
  {
    method: 'GET',
    path: AT,
    access: VIEWER,
    summary: 'Checks and figures, with what is wrong first.',
    handle: (asked) => {
      const { desk, checks, site, draw } = parts;
      const all = listChecks(desk.memory, checks.all());
      const view = { checks: stretch(all, asked.query), now: desk.clock.now() };
      return draw(asked, { title: 'Checks', at: AT }, (reader) => checksBody(site, reader, view));
    },
  },
  {
    method: 'GET',
    path: `${AT}/:name`,
    access: VIEWER,
    summary: 'One check: its runs, its figures drawn, its evidence.',
    handle: (asked) => checkPage(parts, asked),
  },
  {
    method: 'GET',
    path: `${AT}/:name/evidence/:file`,
    access: OPERATOR,
    summary: 'A file of evidence.',
    handle: ({ params }) => evidenceAnswer(parts, params.name ?? '', params.file ?? ''),
  },
  {
    method: 'POST',
    path: `${AT}/:name/run`,
    access: OPERATOR,
    summary: 'Runs a check now.',
    form: true,
    handle: async (asked) => {
      const name = asked.params.name ?? '';
      if (parts.checks.one(name)?.isRunning) return checkPage(parts, asked, IS_RUN, 409);
      // The page says that it runs: nobody waits for a check with a form in hand.
      void parts.checks.run(name, byOf(asked.actor)).catch(() => {});
      return seeOther(`${parts.site.prefix}${AT}/${encodeURIComponent(name)}`);
    },
  },
];

async function checkPage(
  { desk, checks, site, draw }: ChecksPageParts,
  asked: Asked,
  fault = '',
  status = 200,
): Promise<Answer> {
  const name = asked.params.name ?? '';
  const about = checks.one(name);
  if (!about) throw new DeskError('NOT_FOUND', { what: 'such check' });
  const check = checkView(desk.memory, about);
  const [runs, points] = await Promise.all([
    checks.runs(name, RUNS_SHOWN),
    about.figure ? checks.points(name, POINTS_SHOWN) : {},
  ]);
  const alarms = check.alarms.flatMap((id) => desk.memory.get('alarms', id) ?? []);
  const raised = alarms.filter(({ condition }) => condition.is === 'raised');
  const now = desk.clock.now();
  return draw(asked, { title: name, at: AT, status }, (reader) =>
    checkBody(site, reader, { check, runs, points, alarms: raised, fault, now }),
  );
}
