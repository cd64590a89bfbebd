import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { KpisView } from '../desk/views/kpis.ts';
import { counted, grouped, type NameOf } from '../desk/views/words.ts';
import type { AckTimes } from '../domain/kpi/acks.ts';
import { DAYS_MIN, type Judged, PRIORITY_SHARES, type Verdict } from '../domain/kpi/judged.ts';
import { kpiHours } from './kpi-hours.ts';
import { severityMark, timeTag } from './parts.ts';
import type { Site } from './site.ts';

export interface KpisPage {
  readonly view: KpisView;
  /** Chosen length of the period. */
  readonly days: number;
  readonly now: Instant;
  readonly nameOf: NameOf;
}

export const KPI_SPANS: readonly number[] = [7, 30, 90];

/** Rows of a table here; the API has all that is counted. */
const ROWS_MAX = 20;

const VERDICTS: Readonly<Record<Verdict, string>> = {
  acceptable: '● acceptable',
  manageable: '◆ manageable',
  excessive: '▲ too much',
  unknown: '◌ not enough data',
};

const MEANS: Readonly<Record<Judged['name'], string>> = {
  'per day': 'Alarms announced in a day, on average',
  'per hour': 'in an hour',
  'per 10 minutes': 'in ten minutes',
  'hours above 30': 'Hours with more than 30',
  '10 minutes above 10': 'Ten minutes with more than 10',
  'most in 10 minutes': 'The most in any ten minutes',
  'time in flood': 'Time in flood',
  'share of the top ten': 'Share of the ten that came most often',
  chattering: 'Alarms that chattered: three raises in a minute',
  fleeting: 'Alarms that were over within 30 seconds',
  stale: 'Alarms that stand for over a day, now',
};

/** How much the desk asks of people, against what people can bear. */
export function kpisBody(site: Site, page: KpisPage): Html {
  const { view, now } = page;
  return html`<div class="stack"><div class="title"><h1>Key figures</h1><span
class="quiet">What the desk asked of people, against what people can bear (ISA-18.2, EEMUA
191).</span></div>
${chosen(site, page)}${notEnough(view, now)}
<section class="card"><h2>Load</h2>${loadTable(view)}</section>
<section class="card"><h2>Hours</h2><div class="kpi-map"><div>${kpiHours(
    view,
  )}</div><div>${floods(view, now)}</div></div></section>
<div class="kpi-pair"><section class="card"><h2>Time to acknowledge</h2>${acked(view)}</section>
<section class="card"><h2>Severities</h2>${shares(view)}</section></div>
<section class="card"><h2>What came most often</h2>${frequent(site, view)}</section>
<section class="card"><h2>What stands for over a day</h2>${stale(site, view, now)}</section>
<div class="kpi-pair"><section class="card"><h2>Teams</h2>${teams(site, page)}</section>
<section class="card"><h2>Shifts</h2>${shifts(page)}</section></div></div>`;
}

function pathOf(site: Site, days: number, team: string | undefined): string {
  const query = new URLSearchParams({ days: String(days) });
  if (team !== undefined) query.set('team', team);
  return `${site.prefix}/kpis?${query}`;
}

const teamWord = (team: string): string => (team === '' ? 'nobody’s' : team);

function chosen(site: Site, { view, days }: KpisPage): Html {
  const spans = KPI_SPANS.map(
    (n) =>
      html`<li><a href="${pathOf(site, n, view.team)}"${
        n === days && html` aria-current="true"`
      }>${n} days</a></li>`,
  );
  return html`<div class="facets"><ul class="facet" aria-label="Period">${spans}</ul>${
    view.team !== undefined &&
    html`<span>Of team <b>${teamWord(view.team)}</b> <a class="button"
href="${pathOf(site, days, undefined)}">All teams</a></span>`
  }</div>`;
}

function notEnough({ days, period }: KpisView, now: Instant): Html | false {
  if (days >= DAYS_MIN) return false;
  const since = period.since;
  return html`<p class="card">Not enough data for a verdict: it takes ${DAYS_MIN} days, and ${
    since === undefined
      ? 'nothing was counted yet.'
      : html`the desk counted in ${days.toFixed(1)} of this period (since ${timeTag(
          since,
          'clock',
          now,
        )}).`
  }</p>`;
}

const valueText = ({ unit }: Pick<Judged, 'unit'>, value: number): string =>
  unit === 'share' ? percent(value) : value < 10 ? String(+value.toFixed(2)) : whole(value);

const whole = (n: number): string => grouped(Math.round(n));
const percent = (n: number): string => `${(n * 100).toFixed(n > 0 && n < 0.1 ? 1 : 0)} %`;

type Cell = Html | string | false;

/** Heads: a name, with `#` before it for numbers, `~` where what stands there shows what it is. */
function tableOf(heads: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const isNumber = (head: string): boolean => head.startsWith('#');
  const isSaid = (head: string): boolean => head.startsWith('~');
  const wordOf = (head: string): string => head.replace(/^[#~]/, '');
  const head = heads.map(
    (one) =>
      html`<th scope="col"${isNumber(one) && html` class="number"`}>${
        isSaid(one) ? html`<span class="unseen-text">${wordOf(one)}</span>` : wordOf(one)
      }</th>`,
  );
  const cell = (content: Cell, i: number): Html => {
    const name = heads[i] ?? '';
    return html`<td${isNumber(name) && html` class="number"`}${
      !isSaid(name) && html` data-h="${wordOf(name)}"`
    }>${content}</td>`;
  };
  const body = rows.map((cells) => html`<tr>${cells.map(cell)}</tr>`);
  return html`<div class="scroll"><table class="table"><thead><tr>${head}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}

const loadTable = ({ judged }: KpisView): Html =>
  tableOf(
    ['~Figure', '#Is', '#Target', '#At most', 'Verdict'],
    judged.map((one) => [
      MEANS[one.name],
      html`<b>${valueText(one, one.value)}</b>`,
      valueText(one, one.target),
      valueText(one, one.most),
      html`<span class="verdict-${one.verdict}">${VERDICTS[one.verdict]}</span>`,
    ]),
  );

function floods({ period: { rates } }: KpisView, now: Instant): Html {
  if (rates.floodsTotal === 0) {
    return html`<p>No flood: never more than ten alarms in ten minutes.</p>`;
  }
  const rows = rates.floods
    .slice(0, ROWS_MAX)
    .map(({ from, to, announced, peak }) => [
      timeTag(from, 'clock', now),
      `${whole((to - from) / 60_000)} min`,
      grouped(announced),
      grouped(peak),
    ]);
  const few = rates.floodsTotal > ROWS_MAX && ` The ${ROWS_MAX} greatest:`;
  return html`<h3>${counted(rates.floodsTotal, 'flood')}.${few}</h3>
${tableOf(['Began', '#Lasted', '#Alarms', '#Most in 10 min'], rows)}`;
}

/** `5 min`; of those beyond the last class only that they took longer. */
const spanText = (seconds: number | undefined): string => {
  if (seconds === undefined) return 'over 24 h';
  if (seconds < 60) return `${seconds} s`;
  return seconds < 3_600 ? `${seconds / 60} min` : `${seconds / 3_600} h`;
};

const ackText = (acks: AckTimes | undefined): string =>
  acks ? `half within ${spanText(acks.half)}, nine of ten within ${spanText(acks.most)}` : 'none';

function acked({ acks, period }: KpisView): Html {
  const { alone, cleared } = period.counts;
  return html`<p>${
    acks
      ? html`<b>${grouped(acks.count)}</b> acknowledged: ${ackText(acks)}.`
      : 'Nobody acknowledged anything in this period.'
  }</p>${
    cleared > 0 &&
    html`<p>${grouped(alone)} of ${grouped(cleared)} were over before anybody had them (${percent(
      alone / cleared,
    )}).</p>`
  }`;
}

function shares({ period: { severities, rates } }: KpisView): Html {
  if (rates.announced === 0) return html`<p class="quiet">No alarm was announced.</p>`;
  const rows = PRIORITY_SHARES.map(({ severities: of, share: target }) => {
    const count = of.reduce((sum, s) => sum + severities[s], 0);
    const share = count / rates.announced;
    const bar = html`<svg class="kpi-bar" viewBox="0 0 100 10" preserveAspectRatio="none"
aria-hidden="true"><rect class="${of[0]}" width="${(share * 100).toFixed(1)}" height="10"/><line
x1="${target * 100}" x2="${target * 100}" y1="0" y2="10"/></svg>`;
    return [of.join(', '), bar, grouped(count), percent(share), `~${percent(target)}`];
  });
  return tableOf(['~Severity', '~Share as a bar', '#Alarms', '#Share', '#Target'], rows);
}

function frequent(site: Site, { period, topTen }: KpisView): Html {
  if (period.frequent.length === 0) return html`<p>No alarm came twice in this period.</p>`;
  const rows = period.frequent.map(({ id, resource, type, raised, chattered }) => [
    html`<a href="${site.prefix}/alarms/${id}">${resource}</a>`,
    type,
    grouped(raised),
    percent(Math.min(1, raised / Math.max(1, period.counts.raised))),
    chattered > 0 && `chattered ${counted(chattered, 'time')}`,
  ]);
  return html`<p>The first ten make ${percent(topTen)} of all raises. Mend or shelve them, or give
their type a delay: nothing else quiets a desk as much.</p>
${tableOf(['~Resource', 'Type', '#Raised', '#Share', '~Chattered'], rows)}`;
}

function stale(site: Site, { stale: alarms, staleTotal }: KpisView, now: Instant): Html {
  if (staleTotal === 0) return html`<p>Nothing stands for over a day.</p>`;
  const rows = alarms
    .slice(0, ROWS_MAX)
    .map((a) => [
      severityMark(a.severity, 'acknowledged'),
      html`<a href="${site.prefix}/alarms/${a.id}">${a.resource}</a>`,
      a.type,
      timeTag(a.condition.since, 'age', now),
    ]);
  const few = staleTotal > rows.length && html`<p class="quiet">The ${rows.length} oldest.</p>`;
  return html`<p>${counted(staleTotal, 'alarm')}: what stands so long is no alarm any more. Close
it, shelve it with a reason, or make it a follow-up action.</p>${few}
${tableOf(['~Severity', '~Resource', 'Type', '#Age'], rows)}`;
}

function teams(site: Site, { view, days }: KpisPage): Html {
  if (view.teams.length === 0) return html`<p class="quiet">No alarm was announced.</p>`;
  const rows = view.teams.map(({ team, announced, acks }) => [
    html`<a href="${pathOf(site, days, team)}">${teamWord(team)}</a>`,
    grouped(announced),
    ackText(acks),
  ]);
  return tableOf(['~Team', '#Alarms', 'Acknowledged'], rows);
}

function shifts({ view, nameOf }: KpisPage): Html {
  if (view.shifts.length === 0) {
    return html`<p class="quiet">No schedule was on call in this period: they come with the
configuration.</p>`;
  }
  const rows = view.shifts.map(({ schedule, person, hours, announced, acks }) => [
    schedule,
    nameOf(person),
    grouped(hours),
    grouped(announced),
    ackText(acks),
  ]);
  return html`<p class="quiet">By the schedules as they are now, in hours that began in the shift;
alarms of all teams unless one is chosen.</p>
${tableOf(['Schedule', 'On call', '#Hours', '#Alarms', 'Acknowledged'], rows)}`;
}
