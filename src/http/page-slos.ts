import { DeskError } from '../base/errors.ts';
import { html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import { HEAT_HOURS, HEAT_HOURS_DEFAULT, heatBody, heatList } from '../console/heat-page.ts';
import { stretch } from '../console/pager.ts';
import { sloBody, slosTable } from '../console/slos-page.ts';
import { listSlos, sloView } from '../desk/views/slos.ts';
import { seeOther } from './answer.ts';
import { atMost } from './api/checks.ts';
import { heatPlan } from './api/heat-maps.ts';
import { byOf, OPERATOR, VIEWER } from './api/parts.ts';
import { SLO_POINTS_MAX } from './api/slos.ts';
import type { ChecksPageParts } from './page-checks.ts';
import type { Answer, Asked, Route } from './route.ts';

const AT = '/objectives';

const HOUR_MS = 3_600_000;

/** A press of the button waits so long for the result. */
const PRESS_WAIT_MS = 5_000;

const IS_RUN = 'It is being looked at already.';

/** Objectives and their budgets. It works without scripts. */
export const slosPages = (parts: ChecksPageParts): Route[] => [
  {
    method: 'GET',
    path: AT,
    access: VIEWER,
    summary: 'Objectives, the worst first.',
    handle: (asked) => {
      const { desk, checks, site, draw } = parts;
      const now = desk.clock.now();
      const slos = stretch(listSlos(desk.memory, checks.slos.all()), asked.query);
      return draw(
        asked,
        { title: 'Objectives', at: AT },
        (reader) => html`<div class="stack"><div class="title"><h1>Objectives</h1>
<span class="quiet">What is to be good, and how fast the rest is used up.</span></div>
${slosTable(site, reader, slos, now)}
${heatList(site, checks.slos.heat.all())}</div>`,
      );
    },
  },
  {
    method: 'GET',
    path: `${AT}/:name`,
    access: VIEWER,
    summary: 'One objective: its burn rates, its budget, what was noted of it.',
    handle: (asked) => sloPage(parts, asked),
  },
  {
    method: 'GET',
    path: '/heat-maps/:name',
    access: VIEWER,
    summary: 'One heat map over the last hours.',
    handle: (asked) => heatPage(parts, asked),
  },
  {
    method: 'POST',
    path: `${AT}/:name/run`,
    access: OPERATOR,
    summary: 'Looks at an objective now.',
    form: true,
    handle: async (asked) => {
      const name = asked.params.name ?? '';
      const { slos } = parts.checks;
      if (slos.one(name)?.isRunning) return sloPage(parts, asked, IS_RUN, 409);
      // A server that hangs keeps nobody waiting: the page says that it is being looked at.
      await atMost(slos.run(name, byOf(asked.actor)), parts.desk, PRESS_WAIT_MS);
      return seeOther(`${parts.site.prefix}${AT}/${encodeURIComponent(name)}`);
    },
  },
];

async function sloPage(
  { desk, checks, site, draw }: ChecksPageParts,
  asked: Asked,
  fault = '',
  status = 200,
): Promise<Answer> {
  const name = asked.params.name ?? '';
  const about = checks.slos.one(name);
  if (!about) throw new DeskError('NOT_FOUND', { what: 'such objective' });
  const slo = sloView(desk.memory, about);
  const history = await checks.slos.history(name, SLO_POINTS_MAX);
  const alarms = slo.alarms.flatMap((id) => desk.memory.get('alarms', id) ?? []);
  const raised = alarms.filter(({ condition }) => condition.is === 'raised');
  const now = desk.clock.now();
  return draw(asked, { title: name, at: AT, status }, (reader) =>
    sloBody(site, reader, { slo, history, alarms: raised, fault, now }),
  );
}

/** What the server does not say is told on the page, and everything else stays on it. */
async function heatPage(parts: ChecksPageParts, asked: Asked): Promise<Answer> {
  const { desk, checks, site, draw } = parts;
  const plan = heatPlan(parts, asked.params.name ?? '');
  const wanted = Number(asked.query.get('hours'));
  const hours = HEAT_HOURS.includes(wanted) ? wanted : HEAT_HOURS_DEFAULT;
  const to = desk.clock.now();
  const from = (to - hours * HOUR_MS) as Instant;
  const title = { title: plan.name, at: AT };
  try {
    const map = await checks.slos.heat.ask(plan, from, to);
    return draw(asked, title, () => heatBody(site, { plan, hours, map, fault: '' }));
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    const fault = error.message;
    return draw(asked, title, () => heatBody(site, { plan, hours, map: undefined, fault }));
  }
}
