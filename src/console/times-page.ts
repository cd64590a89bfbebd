import { type Html, html } from '../base/html.ts';
import { type Instant, instantText } from '../base/time.ts';
import { counted, grouped } from '../desk/views/words.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { standing } from '../domain/alarm/alarm.ts';
import { lengthText } from '../domain/check/words.ts';
import { type HeatMap, QUANTILES } from '../domain/slo/heat.ts';
import {
  type Brush,
  OBSERVED_MIN,
  STAGES,
  type Stage,
  type StageTimes,
  TIME_SPANS,
  type TimeSpan,
} from '../domain/slo/own-times.ts';
import type { Quantile } from '../domain/slo/quantile.ts';
import { deskPlaces } from './desk-places.ts';
import { heatFrame, heatSvg } from './heat-map.ts';
import { severityMark, timeTag } from './parts.ts';
import type { Site } from './site.ts';
import { tookText } from './took.ts';

/** One alarm behind a cell; undefined once history has forgotten it. */
export interface BehindRow {
  readonly id: string;
  readonly at: Instant;
  readonly tookMs: number;
  readonly alarm: Alarm | undefined;
}

export interface TimesPageView {
  readonly span: TimeSpan;
  readonly times: ReadonlyMap<Stage, StageTimes>;
  readonly brush: Brush | undefined;
  readonly behind: { readonly observed: number; readonly rows: readonly BehindRow[] } | undefined;
  /** What is wrong with what was asked; '' when nothing is. */
  readonly fault: string;
  readonly now: Instant;
}

interface Words {
  readonly title: string;
  readonly says: string;
  /** Of what there are so many. */
  readonly one: string;
  readonly none: string;
}

const WORDS: Readonly<Record<Stage, Words>> = {
  stored: {
    title: 'Event to stored',
    says:
      'From when the desk had an event in hand until it was on disk and in the list: so long ' +
      'a sender waits for its answer.',
    one: 'event',
    none: 'No event that was news arrived in this time.',
  },
  shown: {
    title: 'Stored to shown',
    says:
      'From there until the row was sent to the screens that look at it. Each list that is ' +
      'looked at counts.',
    one: 'row',
    none: 'Nobody looked at a list that changed in this time.',
  },
  notified: {
    title: 'Raised to notified',
    says:
      'From the raise until a receiver accepted the first message about it. The waits that ' +
      'routes ask for (group_wait) are in it.',
    one: 'alarm',
    none: 'Nobody was told of an alarm in this time. Routes say who is told.',
  },
  acknowledged: {
    title: 'Raised to acknowledged',
    says: 'From the raise until a person took it.',
    one: 'alarm',
    none: 'Nobody acknowledged an alarm in this time.',
  },
};

/** Whole numbers of the trade beside the maps, those of every decade first. */
const TICKS_MS: readonly number[] = [
  ...[0.1, 1, 10, 100, 1_000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000, 86_400_000],
  ...[604_800_000, 0.5, 5, 50, 500, 5_000, 30_000, 300_000, 1_800_000, 18_000_000, 0.2, 2, 20],
  ...[200, 2_000, 20_000, 120_000, 7_200_000],
];

/** How long the desk takes, from event to person. It works without scripts. */
export function timesBody(site: Site, view: TimesPageView): Html {
  const spans = Object.keys(TIME_SPANS).map(
    (span) =>
      html`<li><a href="${site.prefix}/desk/times?span=${span}"${
        span === view.span && html` aria-current="true"`
      }>${span.replace(/(\d+)/, '$1 ')}</a></li>`,
  );
  return html`<div class="stack">${deskPlaces(site, '/desk/times')}
<div class="title"><h1>How long the desk takes</h1><ul class="facet"
aria-label="How long">${spans}</ul></div>
${STAGES.map((stage) => stageCard(site, view, stage))}</div>`;
}

function stageCard(site: Site, view: TimesPageView, stage: Stage): Html {
  const { title, says, none } = WORDS[stage];
  const times = view.times.get(stage);
  const isAsked = view.brush?.stage === stage;
  return html`<section class="card times" id="${stage}"><h2>${title}</h2><p
class="quiet">${says}</p>
${
  times === undefined || times.total === 0
    ? html`<p>${none}</p>`
    : html`${summary(times, stage)}${drawn(view, stage, times)}${asking(site, view, stage, times)}
${isAsked && behindList(site, view, stage)}${table(times)}`
}</section>`;
}

const isEnough = (total: number): boolean => total >= OBSERVED_MIN;

function summary({ total, quantiles, map }: StageTimes, stage: Stage): Html {
  const { one } = WORDS[stage];
  return html`<p>${counted(total, one)}: half took up to <b>${quantileSays(quantiles[0])}</b>${
    isEnough(total)
      ? html`, nineteen of twenty (p95) <b>${quantileSays(quantiles[1])}</b>, 99 of 100 (p99)
<b>${quantileSays(quantiles[2])}</b>`
      : html`; not enough data for p95 and p99, which take ${OBSERVED_MIN}`
  }. <span class="quiet">One cell is ${lengthText(map.step)}.</span></p>`;
}

const quantileSays = (one: Quantile | undefined): string => tookText(one?.value ?? Number.NaN);

function drawn({ brush, span }: TimesPageView, stage: Stage, { map }: StageTimes): Html {
  const { title } = WORDS[stage];
  const chosen = brush?.stage === stage ? brush : undefined;
  const gap = 'the desk did not run';
  const svg = heatSvg({ title, unit: '', map, says: tookText, ticks: TICKS_MS, gap, chosen });
  return html`<div class="scroll"><div class="brush" data-brush="${stage}" data-span="${span}"
data-frame="${JSON.stringify(heatFrame(map))}">${svg}</div></div>`;
}

/** Minutes as a field holds them, in UTC. */
const fieldText = (at: number): string => instantText(at as Instant).slice(0, 16);

/** Says which stretch is meant; with scripts it is drawn on the map, and this is filled in. */
function asking(site: Site, view: TimesPageView, stage: Stage, { map }: StageTimes): Html {
  const { brush, span, fault } = view;
  const own = brush?.stage === stage ? brush : undefined;
  const { from, to } = own ?? wholeOf(map);
  const most = own && Number.isFinite(own.most) ? tookText(own.most) : '';
  const id = (name: string): string => `${stage}-${name}`;
  const field = (name: string, label: string, type: string, value: string, hint = ''): Html =>
    html`<label class="field" for="${id(name)}">${label}<input id="${id(name)}" name="${name}"
type="${type}" value="${value}"${hint !== '' && html` placeholder="${hint}"`}></label>`;
  return html`<details${own && html` open`}><summary>List the alarms behind a stretch
of it</summary><form method="get" action="${site.prefix}/desk/times#${stage}" class="filters">
<input type="hidden" name="span" value="${span}"><input type="hidden" name="of" value="${stage}">
${field('from', 'From (UTC)', 'datetime-local', fieldText(from))}
${field('to', 'To (UTC)', 'datetime-local', fieldText(to))}
${field('least', 'Took more than', 'text', own ? tookText(own.least) : '0 ms', '64 ms')}
${field('most', 'and up to', 'text', most, 'no end')}
<button>List them</button></form>${own && fault !== '' && html`<p class="bad">${fault}</p>`}
</details>`;
}

const wholeOf = ({ columns, step }: HeatMap): Pick<Brush, 'from' | 'to'> => ({
  from: ((columns[0]?.to ?? step) - step) as Instant,
  to: columns.at(-1)?.to ?? (step as number as Instant),
});

function behindList(site: Site, { behind, now }: TimesPageView, stage: Stage): Html | false {
  if (!behind) return false;
  const { observed, rows } = behind;
  if (observed === 0) return html`<p role="status">Nothing lies in there.</p>`;
  const { one } = WORDS[stage];
  const kept =
    rows.length < observed &&
    html` The slowest and newest ${grouped(rows.length)} are known by name.`;
  return html`<p role="status"><b>${counted(observed, one)}</b> behind what is chosen.${kept}</p>
<div class="scroll"><table class="table"><thead><tr><th scope="col" class="number">Took</th><th
scope="col">Alarm</th><th scope="col">When</th></tr></thead><tbody>${rows.map(
    ({ id, at, tookMs, alarm }) => html`<tr><td class="number"
data-h="Took">${tookText(tookMs)}</td><td data-h="Alarm">${
      alarm && html`${severityMark(alarm.severity, standing(alarm))} `
    }<a href="${site.prefix}/alarms/${id}?at=${instantText(at)}#then">${
      alarm ? `${alarm.resource}: ${alarm.text}` : id
    }</a></td><td data-h="When">${timeTag(at, 'clock', now)}</td></tr>`,
  )}</tbody></table></div>`;
}

/** The same as numbers: for whoever sees no picture, and for whoever wants them. */
function table({ map }: StageTimes): Html {
  const known = map.columns.filter(({ total }) => total > 0);
  const heads = ['Until (UTC)', 'Observed', ...QUANTILES.map((q) => `p${Math.round(q * 100)}`)];
  return html`<details><summary>The same as a table</summary><div class="scroll"><table
class="table"><thead><tr>${heads.map(
    (head, i) => html`<th scope="col"${i > 0 && html` class="number"`}>${head}</th>`,
  )}</tr></thead><tbody>${known.map(
    ({
      to,
      total,
      quantiles,
    }) => html`<tr><td data-h="Until">${fieldText(to).replace('T', ' ')}</td>
<td class="number" data-h="Observed">${grouped(total)}</td>${quantiles.map(
      (one, i) =>
        html`<td class="number" data-h="${heads[i + 2] ?? ''}">${
          i > 0 && !isEnough(total) ? '–' : quantileSays(one)
        }</td>`,
    )}</tr>`,
  )}</tbody></table></div></details>`;
}
