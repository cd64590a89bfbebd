import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { Counts, ListPage } from '../desk/views/list.ts';
import { counted, grouped, type NameOf } from '../desk/views/words.ts';
import { type Alarm, type Standing, standing } from '../domain/alarm/alarm.ts';
import { SEVERITIES } from '../domain/alarm/severity.ts';
import { shell } from './layout.ts';
import { severityMark, shape, timeTag } from './parts.ts';
import type { Site } from './site.ts';

/** Rows on a wall: what fits at 1080 lines in letters that are read from 2 m. */
export const WALL_ROWS_MAX = 10;
/** Schedules of which it says who is on call. */
export const WALL_SCHEDULES_MAX = 4;

export interface WallView {
  /** The filter of the view; '' for all that is open. */
  readonly filter: string;
  readonly page: ListPage;
  readonly counts: Counts;
  /** Of the view's severities and standings. */
  readonly fault: string;
  readonly onCall: readonly { readonly schedule: string; readonly people: readonly string[] }[];
  readonly trouble: string;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

export interface WallFrame {
  /** Path of the part that is asked for again and again, without its token. */
  readonly part: string;
  /** The views as texts of addresses, shown one after the other. */
  readonly views: readonly string[];
  readonly every_s: number;
  readonly theme: 'dark' | 'light';
}

/** The whole screen: a head that stands, and a part that is drawn again and again. */
export const wallPage = (site: Site, frame: WallFrame, view: WallView): string =>
  shell(site, {
    title: `Wall · ${site.name}`,
    theme: frame.theme,
    worst: SEVERITIES.find((s) => view.counts.of(['waiting'], [s]) > 0),
    script: 'wall.js',
    styles: ['wall.css'],
    body: html`<body class="wall" data-part="${site.prefix}${frame.part}"
data-every="${frame.every_s}" data-version="${site.asset('')}"
data-views="${JSON.stringify(frame.views)}">
<header><h1>${site.name}</h1><span id="wall-link" role="status">as of ${timeTag(
      view.now,
      'clock',
      view.now,
    )}</span><time id="wall-clock"></time></header>
<main id="main">${wallPart(view)}</main>
</body>`,
  });

/** What moves: the sum, who is on call, and the worst alarms, those that wait first. */
export function wallPart(view: WallView): Html {
  const { page, counts, fault, filter, trouble } = view;
  const rows = worstFirst(page.rows).slice(0, WALL_ROWS_MAX);
  const rest = page.total - rows.length;
  return html`${trouble !== '' && html`<p class="wall-trouble">${trouble}</p>`}
<ul class="wall-sums" aria-label="Waiting for somebody">${SEVERITIES.map((s) => {
    const n = counts.of(['waiting'], [s]);
    return html`<li class="sev ${s}${n === 0 && ' held'}">${shape(s)}<b>${grouped(n)}</b><span
class="word">${s}</span></li>`;
  })}<li class="wall-held"><b>${grouped(counts.of(['acknowledged']))}</b> acknowledged</li></ul>
${onCall(view)}
${filter !== '' && html`<p class="wall-filter">Only: ${filter}</p>`}
${
  fault !== ''
    ? html`<p class="wall-trouble">This view cannot be read: ${fault}.</p>`
    : rows.length === 0
      ? html`<p class="wall-calm">${shape('over')} Nothing is open.</p>`
      : html`<table class="wall-list">${HEADS}
<tbody>${rows.map((a) => row(view, a))}</tbody></table>
${rest > 0 && html`<p class="wall-more">and ${counted(rest, 'more alarm')}</p>`}`
}`;
}

/** For ears: eyes know them from their places. */
const HEADS = html`<thead class="unseen-text"><tr><th scope="col">Severity</th><th
scope="col">Alarm</th><th scope="col">What</th><th scope="col">Who has it</th><th
scope="col">For</th></tr></thead>`;

/** By severity as they come; within one, what waits comes before what somebody has. */
function worstFirst(rows: readonly Alarm[]): readonly Alarm[] {
  const place = (a: Alarm): number =>
    SEVERITIES.indexOf(a.severity) * 2 + (standing(a) === 'waiting' ? 0 : 1);
  return [...rows].sort((a, b) => place(a) - place(b));
}

const onCall = ({ onCall: all }: WallView): Html | false =>
  all.length > 0 &&
  html`<p class="wall-duty">On call: ${all.map(
    ({ schedule, people }) =>
      html`<span>${schedule} <b${
        people.length === 0 && html` class="bad"`
      }>${people.length === 0 ? 'nobody' : people.join(', ')}</b></span> `,
  )}</p>`;

function row({ nameOf, now }: WallView, a: Alarm): Html {
  const stands = standing(a);
  return html`<tr class="${a.severity} ${stands}"><td>${severityMark(
    a.severity,
    stands,
  )}</td><td class="wall-res">${a.resource}</td><td class="wall-text">${a.text}</td><td
class="wall-who">${holder(a, stands, nameOf)}</td><td
class="wall-age">${timeTag(a.condition.since, 'age', now)}</td></tr>`;
}

const holder = (a: Alarm, stands: Standing, nameOf: NameOf): string =>
  stands !== 'waiting' && a.handling.is !== 'none' ? nameOf(a.handling.by) : '';
