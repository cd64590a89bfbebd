import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { CheckRun, CheckView } from '../desk/views/checks.ts';
import { counted, grouped } from '../desk/views/words.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { type Bounds, type Point, valueText } from '../domain/check/figure.ts';
import { errorSummary, faultErrors } from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { formKeys, severityMark, timeTag } from './parts.ts';
import { figureCard } from './plot.ts';
import { mayAct, type Reader, type Site } from './site.ts';

export interface ChecksView {
  readonly checks: Stretch<CheckView>;
  readonly now: Instant;
}

export interface CheckPageView {
  readonly check: CheckView;
  /** Newest first. */
  readonly runs: readonly CheckRun[];
  /** Of figures: points by subject, oldest first. */
  readonly points: Readonly<Record<string, readonly Point[]>>;
  readonly alarms: readonly Alarm[];
  /** Why the last thing asked for was not done; ''. */
  readonly fault: string;
  readonly now: Instant;
}

/** Plots on one page; the rest is in the API. */
export const PLOTS_MAX = 20;

/** Alarms listed on the page of a check; the alarm list has them all. */
const RAISED_MAX = 50;

const WORDS = { passed: '● passed', failed: '▲ failed', broken: '■ broken' } as const;

/** What is tested, when, and how it came out, with what is wrong first. */
export function checksBody(site: Site, reader: Reader, { checks, now }: ChecksView): Html {
  return html`<div class="stack"><div class="title"><h1>Checks</h1><span class="quiet">What the desk
looks at by itself: data and figures.</span></div>
${checks.total === 0 ? nothing : table(site, checks.rows, now)}${pager(
  site,
  reader,
  checks,
)}</div>`;
}

const nothing = html`<div class="card empty"><h2>Nothing is checked.</h2>
<p>Checks come with the configuration: name a table under <code>data_sources</code>, and what must
hold for it under <code>checks</code> or <code>figures</code>.</p>
<pre class="evidence" tabindex="0">data_sources:
  trades: {csv: /srv/feeds/trades.csv}
checks:
  trades:
    source: trades
    every: 10m
    tests:
      - {test: not_null, column: price}</pre></div>`;

const table = (site: Site, checks: readonly CheckView[], now: Instant): Html => html`
<div class="scroll"><table class="table"><thead><tr><th scope="col">Check</th><th
scope="col">Verdict</th><th scope="col">Last</th><th scope="col">Next</th><th scope="col"
class="number">Not passed</th><th scope="col">When</th><th scope="col">Says</th></tr></thead>
<tbody>${checks.map((check) => row(site, check, now))}</tbody></table></div>`;

function row(site: Site, check: CheckView, now: Instant): Html {
  const { state, name } = check;
  const href = `${site.prefix}/checks/${encodeURIComponent(name)}`;
  const last = state ? timeTag(state.at, 'ago', now) : html`<span class="quiet">never</span>`;
  return html`<tr><td class="check-name"><a href="${href}"><b>${name}</b></a></td>
<td data-h="Verdict">${verdict(check)}</td>
<td data-h="Last">${last}</td>
<td data-h="Next">${check.next === undefined ? '' : timeTag(check.next, 'clock', now)}</td>
<td class="number" data-h="Not passed">${state?.counts && notPassed(state.counts)}</td>
<td data-h="When">${check.timetable}</td><td data-h="Says">${state?.text ?? ''}</td></tr>`;
}

function verdict({ state, isRunning }: CheckView): Html {
  if (isRunning) return html`◌ running`;
  if (!state) return html`<span class="quiet">not run yet</span>`;
  if (isNear(state)) return html`<span class="warns">◮ ${NEAR}</span>`;
  const good = state.verdict === 'passed';
  return html`<span class="${good ? 'good' : 'bad'}">${WORDS[state.verdict]}</span>`;
}

/** Nothing is beyond its limit, and not all is well: a warning is raised. */
const isNear = ({ verdict, counts }: Pick<CheckRun, 'verdict'> & Partial<CheckRun>): boolean =>
  verdict === 'passed' && counts !== undefined && counts.failed + counts.broken > 0;

const NEAR = 'near its limit';

const notPassed = ({ tests, failed, broken }: CheckRun['counts']): string =>
  `${grouped(failed + broken)} of ${grouped(tests)}`;

/** One check: what it says now, its figures drawn, its runs with their evidence. */
export function checkBody(site: Site, reader: Reader, view: CheckPageView): Html {
  const { check, fault, now, alarms, runs } = view;
  const here = `${site.prefix}/checks/${encodeURIComponent(check.name)}`;
  const evidence = runs[0]?.evidence ?? [];
  const run = html`<form method="post" action="${here}/run">${formKeys(reader)}<button
class="main">Run it now</button></form>`;
  return html`<div class="stack">${errorSummary(faultErrors(fault, {}))}
<p><a href="${site.prefix}/checks">← All checks</a></p>
<div class="title"><h1>${check.name}</h1><span>${verdict(check)}</span><span
class="room"></span>${mayAct(reader) && !check.isRunning && run}</div>
${check.description !== '' && html`<p>${check.description}</p>`}
${
  check.state?.text !== undefined &&
  html`<section class="card"><p>${check.state.text}</p>${
    evidence.length > 0 && html`<p><b>Look at:</b> ${evidenceLinks(here, reader, evidence)}</p>`
  }</section>`
}
${facts(check, now)}
${alarms.length > 0 && raisedNow(site, alarms)}
${figures(view)}
<section><h2>Runs</h2>${
    runs.length === 0
      ? html`<p class="quiet">It was not run yet.</p>`
      : runTable(here, reader, runs, now)
  }</section></div>`;
}

function facts(check: CheckView, now: Instant): Html {
  const labels = Object.entries(check.labels).map(([name, value]) => `${name}=${value}`);
  const rows: readonly (readonly [string, Html | string])[] = [
    ['Reads', check.sources.join(', ')],
    ['Is run', check.timetable],
    ['Next', check.next === undefined ? 'never' : timeTag(check.next, 'clock', now)],
    check.figure ? ['Limits', limitsText(check.figure)] : ['Tests', grouped(check.tests)],
    ['Severity', check.severity],
    ...(labels.length > 0 ? [['Labels', labels.join(' ')] as const] : []),
  ];
  return html`<dl class="facts card">${rows.map(
    ([term, says]) => html`<dt>${term}</dt>
<dd>${says}</dd>`,
  )}</dl>`;
}

function limitsText({ unit, raise, clear }: NonNullable<CheckView['figure']>): string {
  const says = (word: string, { above, below }: Bounds): readonly string[] => [
    ...(above === undefined ? [] : [`${word} above ${valueText(above, unit)}`]),
    ...(below === undefined ? [] : [`${word} below ${valueText(below, unit)}`]),
  ];
  const all = [...says('raises', raise), ...says('stays raised', clear)];
  return all.join(', ') || 'none of its own';
}

/** Alarms that are raised by one thing the desk looks at. */
export const raisedNow = (site: Site, alarms: readonly Alarm[]): Html => html`<section><h2>Raised
now</h2><ul class="plain-list">${alarms.slice(0, RAISED_MAX).map(
  (alarm) => html`<li>${severityMark(alarm.severity, 'waiting')}
<a href="${site.prefix}/alarms/${alarm.id}">${alarm.qualifier || alarm.type}</a>
${alarm.text}</li>`,
)}</ul>${
  alarms.length > RAISED_MAX &&
  html`<p class="quiet">And ${grouped(alarms.length - RAISED_MAX)} more in the alarm list.</p>`
}</section>`;

const MORE = html`<p class="quiet">The first ${PLOTS_MAX} are drawn.</p>`;

/** Those that raise something first. */
function figures({ check, points, alarms }: CheckPageView): Html | false {
  const { figure } = check;
  if (!figure) return false;
  const raised = new Set<string>(alarms.map(({ qualifier }) => qualifier));
  const all = Object.entries(points).sort(
    ([a], [b]) => Number(raised.has(b)) - Number(raised.has(a)),
  );
  const some = all.slice(0, PLOTS_MAX);
  return html`<section><h2>${counted(all.length, 'figure')}</h2>${some.map(([subject, values]) =>
    figureCard({ ...figure, title: subject || check.name, points: values }),
  )}${all.length > some.length && MORE}</section>`;
}

const runTable = (
  here: string,
  reader: Reader,
  runs: readonly CheckRun[],
  now: Instant,
): Html => html`
<div class="scroll"><table class="table"><thead><tr><th scope="col">Ended</th><th
scope="col">Verdict</th><th scope="col" class="number">Not passed</th><th scope="col"
class="number">Rows</th><th scope="col" class="number">Took</th><th scope="col">Says</th><th
scope="col">Evidence</th></tr></thead><tbody>${runs.map(
  (one) => html`<tr><td>${timeTag(one.at, 'clock', now)}</td><td data-h="Verdict"><span
class="${one.verdict !== 'passed' ? 'bad' : isNear(one) ? 'warns' : 'good'}">${
    isNear(one) ? NEAR : one.verdict
  }</span></td>
<td class="number" data-h="Not passed">${notPassed(one.counts)}</td>
<td class="number" data-h="Rows">${grouped(one.rows)}</td>
<td class="number" data-h="Took">${grouped(one.tookMs)} ms</td><td data-h="Says">${one.text}</td>
<td data-h="Evidence">${evidenceLinks(here, reader, one.evidence)}</td></tr>`,
)}</tbody></table></div>`;

const evidenceLinks = (here: string, reader: Reader, all: CheckRun['evidence']): Html =>
  html`${all.map(
    (e, i) =>
      html`${i > 0 && html`<br>`}${
        mayAct(reader) ? html`<a href="${here}/evidence/${e.file}" download>${e.what}</a>` : e.what
      } <span class="quiet">${counted(e.rows, 'row')}${e.isCut && ', cut'}</span>`,
  )}`;
