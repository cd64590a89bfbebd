import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { SloState, SloView } from '../desk/views/slos.ts';
import { grouped } from '../desk/views/words.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { Point } from '../domain/check/figure.ts';
import { lengthText } from '../domain/check/words.ts';
import { burnOf, thresholdOf } from '../domain/slo/burn.ts';
import { type Measure, ratioOf } from '../domain/slo/judge.ts';
import { budgetText, burnText, percentText } from '../domain/slo/words.ts';
import { raisedNow } from './checks-page.ts';
import { errorSummary, faultErrors } from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { formKeys, glyph, shape, timeTag } from './parts.ts';
import { figureCard } from './plot.ts';
import { mayAct, type Reader, type Site } from './site.ts';

export interface SloPageView {
  readonly slo: SloView;
  /** `ratio 1h` …, `budget`: oldest first. */
  readonly history: Readonly<Record<string, readonly Point[]>>;
  readonly alarms: readonly Alarm[];
  /** Why the last thing asked for was not done; ''. */
  readonly fault: string;
  readonly now: Instant;
}

const STATES: Readonly<Record<SloState, readonly [className: string, mark: Html, word: string]>> = {
  page: ['critical', shape('critical'), 'burns: page'],
  ticket: ['major', shape('major'), 'burns: ticket'],
  spent: ['minor', shape('minor'), 'budget spent'],
  unknown: ['indeterminate', glyph('unverified'), 'not known'],
  good: ['good', shape('over'), 'good'],
  'not measured': ['indeterminate', shape('indeterminate'), 'not measured yet'],
};

const stateMark = ({ state, isRunning }: SloView): Html => {
  const [className, mark, word] = STATES[state];
  return html`<span class="slo-state ${className}">${mark}${word}</span>${
    isRunning && html` <span class="quiet">is being looked at</span>`
  }`;
};

/** All objectives, the worst first. */
export const slosTable = (
  site: Site,
  reader: Reader,
  slos: Stretch<SloView>,
  now: Instant,
): Html =>
  slos.total === 0
    ? nothing
    : html`<div>${table(site, slos.rows, now)}${pager(site, reader, slos)}</div>`;

const nothing = html`<div class="card empty"><h2>No objective is watched.</h2>
<p>Objectives come with the configuration: name a server of metrics under <code>data_sources</code>,
and what is to be good under <code>slos</code>.</p>
<pre class="evidence" tabindex="0">data_sources:
  metrics: {prometheus: http://127.0.0.1:9090}
slos:
  checkout:
    source: metrics
    objective: 99.9
    bad: http_requests_total{job="shop",code=~"5.."}
    total: http_requests_total{job="shop"}</pre></div>`;

const table = (site: Site, slos: readonly SloView[], now: Instant): Html => html`
<div class="scroll"><table class="table"><thead><tr><th scope="col">Objective</th><th
scope="col">State</th><th scope="col">Budget left</th><th scope="col">Burn rates</th><th
scope="col">Last</th><th scope="col">Says</th></tr></thead>
<tbody>${slos.map((slo) => row(site, slo, now))}</tbody></table></div>`;

function row(site: Site, slo: SloView, now: Instant): Html {
  const { name, run, rule, service } = slo;
  const href = `${site.prefix}/objectives/${encodeURIComponent(name)}`;
  const of = `${rule.objective} % over ${lengthText(rule.period)}`;
  return html`<tr><td class="check-name"><a href="${href}"><b>${name}</b></a><br><span
class="quiet">${service !== name && `${service}, `}${of}</span></td>
<td data-h="State">${stateMark(slo)}</td><td data-h="Budget left">${budgetBar(slo)}</td>
<td data-h="Burn rates">${burns(slo)}</td>
<td data-h="Last">${run ? timeTag(run.at, 'ago', now) : html`<span class="quiet">never</span>`}</td>
<td data-h="Says">${run?.text ?? ''}</td></tr>`;
}

/** What is left, as a length and in words. */
function budgetBar({ standing }: SloView): Html {
  const budget = standing?.budget;
  if (!budget) return html`<span class="quiet">not known</span>`;
  const width = Math.round(Math.max(0, Math.min(1, budget.left)) * 100);
  const level = budget.left <= 0 ? 'none' : budget.left < 0.25 ? 'little' : 'much';
  return html`<svg class="budget ${level}" viewBox="0 0 100 10" preserveAspectRatio="none"
aria-hidden="true"><rect class="budget-all" width="100" height="10"/><rect class="budget-left"
width="${width}" height="10"/></svg> <span class="budget-says">${budgetText(budget)}</span>`;
}

/** The burn rate of each long window. */
function burns({ rule, measures }: SloView): Html {
  const longs = [...new Set(rule.rows.map(({ long }) => long))].sort((a, b) => a - b);
  return html`<span class="burns">${longs.map((long) => {
    const ratio = ratioOf(measures?.get(long));
    const over = rule.rows.some(
      (one) => one.long === long && (ratio ?? 0) > thresholdOf(one.burn, rule.budget),
    );
    const says = ratio === undefined ? '–' : burnText(burnOf(ratio, rule.budget));
    return html`<span class="${over ? 'bad' : ''}"><span
class="quiet">${lengthText(long)}</span> ${says}${over && ' ▲'}</span>`;
  })}</span>`;
}

/** One objective: what it says now, its rows and windows, its budget and burn rates drawn. */
export function sloBody(site: Site, reader: Reader, view: SloPageView): Html {
  const { slo, fault, now, alarms } = view;
  const here = `${site.prefix}/objectives/${encodeURIComponent(slo.name)}`;
  const run = html`<form method="post" action="${here}/run">${formKeys(reader)}<button
class="main">Look at it now</button></form>`;
  return html`<div class="stack">${errorSummary(faultErrors(fault, {}))}
<p><a href="${site.prefix}/objectives">← All objectives</a></p>
<div class="title"><h1>${slo.name}</h1><span>${stateMark(slo)}</span><span
class="room"></span>${mayAct(reader) && !slo.isRunning && run}</div>
${slo.description !== '' && html`<p>${slo.description}</p>`}
${slo.run?.text !== undefined && html`<p class="card">${slo.run.text}</p>`}
${facts(slo, now)}
${alarms.length > 0 && raisedNow(site, alarms)}
<section><h2>When it raises</h2>${rowTable(slo, now)}${slo.leftOut.map(
    ({ long, why }) => html`<p class="quiet">No row of ${lengthText(long)}: ${why}.</p>`,
  )}</section>
<section><h2>What was measured</h2>${windowTable(slo, now)}</section>
${plots(view)}</div>`;
}

function facts(slo: SloView, now: Instant): Html {
  const { rule, service, source, timetable, labels } = slo;
  const own = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  const rows: readonly (readonly [string, Html | string])[] = [
    ['Objective', `${rule.objective} % over ${lengthText(rule.period)}`],
    ['Budget left', budgetBar(slo)],
    ['Service', service],
    ['Asks', `${source}, ${timetable}`],
    ['Next', slo.next === undefined ? 'never' : timeTag(slo.next, 'clock', now)],
    ['Judged from', `at least ${grouped(rule.eventsMin)} events in the long window`],
    ...(own.length > 0 ? [['Labels', own.join(' ')] as const] : []),
  ];
  return html`<dl class="facts card">${rows.map(
    ([term, says]) => html`<dt>${term}</dt>
<dd>${says}</dd>`,
  )}</dl>`;
}

const NOT_MEASURED = html`<p class="quiet">It was not looked at since the desk started.</p>`;

function rowTable({ standing, rule }: SloView, now: Instant): Html {
  if (!standing) return NOT_MEASURED;
  return html`<div class="scroll"><table class="table"><thead><tr><th scope="col">Raises</th><th
scope="col">Both windows</th><th scope="col" class="number">Above</th><th scope="col"
class="number">Errors</th><th scope="col">For</th><th
scope="col">Is</th></tr></thead><tbody>${standing.rows.map(
    ({ row: one, state, since, isRaised }) => html`<tr><td data-h="Raises"><b>${one.raise}</b></td>
<td data-h="Both windows">${lengthText(one.long)} and ${lengthText(one.short)}</td>
<td class="number" data-h="Above">${burnText(one.burn)}</td>
<td class="number" data-h="Errors">${percentText(thresholdOf(one.burn, rule.budget))}</td>
<td data-h="For">${lengthText(one.holds)}</td><td data-h="Is">${
      state.is === 'unknown'
        ? html`<span class="quiet">not known: ${state.why}</span>`
        : html`<span class="${state.is === 'over' ? 'bad' : 'good'}">${
            isRaised ? '▲ raised' : state.is === 'over' ? '◮ over, not yet so long' : '● below'
          }</span> ${burnText(state.long)} and ${burnText(state.short)}`
    }${since !== undefined && html` since ${timeTag(since, 'clock', now)}`}</td></tr>`,
  )}</tbody></table></div>`;
}

function windowTable({ measures, rule }: SloView, now: Instant): Html {
  if (!measures) return NOT_MEASURED;
  return html`<div class="scroll"><table class="table"><thead><tr><th scope="col">Window</th><th
scope="col" class="number">Burn rate</th><th scope="col" class="number">Errors</th><th scope="col"
class="number">Bad</th><th scope="col" class="number">All</th><th
scope="col">Asked</th></tr></thead><tbody>${[...measures].map(
    ([window, measure]) => html`<tr><td data-h="Window"><b>${lengthText(window)}</b></td>
${counts(measure, rule.budget)}<td data-h="Asked">${timeTag(measure.at, 'ago', now)}</td></tr>`,
  )}</tbody></table></div>`;
}

function counts(measure: Measure, budget: number): Html {
  if (measure.is !== 'known') {
    const why = measure.is === 'no data' ? `no data: ${measure.why}` : 'no traffic: no ratio';
    return html`<td colspan="4" class="quiet" data-h="Burn rate">${why}</td>`;
  }
  const { bad, total } = measure;
  return html`<td class="number" data-h="Burn rate">${burnText(burnOf(bad / total, budget))}</td>
<td class="number" data-h="Errors">${percentText(bad / total)}</td>
<td class="number" data-h="Bad">${grouped(Math.round(bad))}</td>
<td class="number" data-h="All">${grouped(Math.round(total))}</td>`;
}

/** The budget, and the burn rate of each long window with what raises. */
function plots({ slo: { rule }, history }: SloPageView): Html | false {
  const budget = (history.budget ?? []).map(({ at, value }) => ({
    at,
    value: Math.round(value * 1000) / 10,
  }));
  const drawn = rule.rows.map((one) => ({
    title: `Burn rate over ${lengthText(one.long)}`,
    unit: '×',
    points: (history[`ratio ${lengthText(one.long)}`] ?? []).map(({ at, value }) => ({
      at,
      value: Math.round(burnOf(value, rule.budget) * 100) / 100,
    })),
    ...{ raise: { above: one.burn }, clear: {} },
  }));
  const left = {
    title: 'Budget left',
    unit: '%',
    points: budget,
    raise: { below: 0 },
    clear: {},
    does: 'spent at',
  };
  const all = [left, ...drawn].filter(({ points }) => points.length > 0);
  if (all.length === 0) return false;
  return html`<section><h2>History</h2>${all.map(figureCard)}</section>`;
}
