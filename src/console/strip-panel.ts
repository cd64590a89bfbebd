import { type Html, html } from '../base/html.ts';
import { between, type Instant, instantText } from '../base/time.ts';
import {
  STRIP_CELLS,
  STRIP_RANGES,
  type Strip,
  type StripBlock,
  type StripRange,
  type StripRun,
} from '../desk/views/strip.ts';
import { ageText, counted, utcText } from '../desk/views/words.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { SEVERITIES, type Severity } from '../domain/alarm/severity.ts';
import { shape, timeTag } from './parts.ts';
import type { Site } from './site.ts';

/** What is drawn is as high as it is bad: read without its colours too. */
const TALL: Readonly<Record<Severity, number>> = {
  critical: 28,
  major: 23,
  minor: 18,
  warning: 13,
  indeterminate: 9,
};
const BAR_TALL = 28;
const HEIGHT = 40;
/** Below the bar: who had it, what was hidden. */
const LANES = { held: 30, hidden: 36 } as const;
const LANE_TALL = 4;

const RANGE_SAYS: Readonly<Record<StripRange, string>> = {
  '24h': '24 hours',
  '7d': '7 days',
  '90d': '90 days',
};

/** Columns of the time axis, each with the time of its left edge. */
const TICKS: Readonly<Record<StripRange, number>> = { '24h': 4, '7d': 7, '90d': 3 };

interface StripContext {
  readonly site: Site;
  readonly now: Instant;
  readonly alarm: AlarmId;
}

/** The page of an alarm with another range, or at one of its episodes. */
export const courseHref = (
  { site, alarm }: Pick<StripContext, 'site' | 'alarm'>,
  range: StripRange,
  more = '',
): string => `${site.prefix}/alarms/${alarm}?range=${range}${more}`;

/** How bad an alarm was over a day, a week, a quarter; `parts` are those that move. */
export function stripCard(
  context: StripContext,
  range: StripRange,
  parts: { readonly strip: Html; readonly stripRows: Html },
): Html {
  return html`<section class="card strip-card" id="strip"><div
class="card-head"><h2>How it went</h2>
<span class="room"></span><nav class="ranges" aria-label="How far back">${STRIP_RANGES.map(
    (one) =>
      html`<a class="button" href="${courseHref(context, one, '#strip')}"${
        one === range && html` aria-current="true"`
      }>${RANGE_SAYS[one]}</a>`,
  )}</nav></div>
<div data-part="strip">${parts.strip}</div>
<p class="strip-says small" aria-hidden="true"></p>
<details><summary>The same in words</summary><div
data-part="stripRows">${parts.stripRows}</div></details></section>`;
}

/** The picture with its sum. Links lead to the episodes; keys reach those in their table. */
export function stripPart(context: StripContext, strip: Strip): Html {
  return html`<p>${sumText(strip)}</p>
<svg class="strip" viewBox="0 0 ${STRIP_CELLS} ${HEIGHT}" preserveAspectRatio="none"
aria-hidden="true" focusable="false"><defs><pattern id="strip-hatch" width="4" height="6"
patternUnits="userSpaceOnUse" patternTransform="skewX(-30)"><rect class="hatch" width="1.5"
height="6"/></pattern></defs>
<rect class="ground" width="${STRIP_CELLS}" height="${BAR_TALL}"/>
${strip.unknown.map((run) => gap(run, 'older history is not kept'))}
${strip.unverified.map((run) => gap(run, 'its source was silent: not known'))}
${strip.blocks.map((block) => bar(context, strip.range, block))}
${strip.held.map((run) => lane('held', run, 'somebody had it'))}
${strip.hidden.map((run) => lane('hidden', run, 'hidden'))}
</svg>
${axis(strip, context.now)}
${legend(strip)}`;
}

function sumText({ range, episodes, raised, worst }: Strip): string {
  const over = RANGE_SAYS[range];
  if (worst === undefined) return `Not raised in these ${over}.`;
  const lasted = `raised for ${ageText(raised)} in all`;
  return `${counted(episodes, 'episode')} in ${over}, ${lasted}, at worst ${worst}.`;
}

/** What is told of a place: with a script in the reader's zone. */
const told = (says: string, { from, to }: StripRun): Html =>
  html`data-says="${says}" data-from="${instantText(from)}" data-to="${
    to === undefined ? '' : instantText(to)
  }"`;

const title = (says: string, { from, to }: StripRun): Html =>
  html`<title>${says}, ${from === 0 ? 'before' : `${utcText(from)} –`} ${
    to === undefined ? 'now' : utcText(to)
  }</title>`;

function bar(context: StripContext, range: StripRange, block: StripBlock): Html {
  const { cell, cells, severity, stays, episode } = block;
  const says = stays === 1 ? severity : `${counted(stays, 'stretch', 'stretches')}, ${severity}`;
  const tall = TALL[severity];
  return html`<a href="${courseHref(context, range, `&upto=${episode}#e${episode}`)}"
tabindex="-1" ${told(says, block)}><rect class="${severity}" x="${cell}" y="${BAR_TALL - tall}"
width="${cells}" height="${tall}"/>${title(says, block)}</a>`;
}

const lane = (is: keyof typeof LANES, run: StripRun, says: string): Html =>
  html`<rect class="${is}" ${told(says, run)} x="${run.cell}" y="${LANES[is]}"
width="${run.cells}" height="${LANE_TALL}">${title(says, run)}</rect>`;

const gap = (run: StripRun, says: string): Html =>
  html`<rect class="gap" ${told(says, run)} x="${run.cell}" y="0" width="${run.cells}"
height="${BAR_TALL}" fill="url(#strip-hatch)">${title(says, run)}</rect>`;

function axis({ range, from, to }: Strip, now: Instant): Html {
  const step = between(from, to) / TICKS[range];
  const ticks = Array.from({ length: TICKS[range] }, (_, i) => (from + i * step) as Instant);
  const as = range === '24h' ? 'clock' : 'date';
  return html`<div class="strip-axis small quiet" aria-hidden="true">${ticks.map(
    (at) => html`<span>${timeTag(at, as, now)}</span>`,
  )}<span class="now">now</span></div>`;
}

function legend({ blocks, held, hidden, unknown, unverified }: Strip): Html {
  const seen = SEVERITIES.filter((one) => blocks.some(({ severity }) => severity === one));
  const has = (runs: readonly StripRun[], is: string, says: string) =>
    runs.length > 0 && html`<span><i class="${is}"></i>${says}</span>`;
  return html`<p class="strip-key small quiet">${seen.map(
    (one) => html`<span class="${one}">${shape(one)}${one}</span>`,
  )}${has(held, 'held', 'somebody had it')}${has(hidden, 'hidden', 'hidden')}${has(
    unverified,
    'gap',
    'its source was silent: not known',
  )}${has(unknown, 'gap', 'older history is not kept')}</p>`;
}

/** What the picture shows, for those who do not see it, and to copy. */
export function stripRowsPart(context: StripContext, strip: Strip): Html {
  const { rows, rowsLeft, range } = strip;
  const { now } = context;
  if (rows.length === 0) return html`<p class="quiet">${sumText(strip)}</p>`;
  return html`<div class="scroll"><table class="table"><thead><tr><th scope="col">From</th><th
scope="col">To</th><th scope="col">Severity</th><th scope="col">How long</th></tr></thead>
<tbody>${rows.map(
    ({ from, to, severity, episode }) => html`<tr><td data-h="From"><a
href="${courseHref(context, range, `&upto=${episode}#e${episode}`)}">${timeTag(
      from,
      'clock',
      now,
    )}</a>
</td><td data-h="To">${to === undefined ? 'now' : timeTag(to, 'clock', now)}</td><td
data-h="Severity">${severity}</td><td data-h="How long">${ageText((to ?? now) - from)}</td></tr>`,
  )}</tbody></table></div>${
    rowsLeft > 0 &&
    html`<p class="quiet">and ${counted(rowsLeft, 'older stretch', 'older stretches')}</p>`
  }`;
}
