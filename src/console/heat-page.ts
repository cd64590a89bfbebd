import { type Html, html } from '../base/html.ts';
import { lengthText } from '../domain/check/words.ts';
import { type HeatMap, QUANTILES } from '../domain/slo/heat.ts';
import type { HeatPlan } from '../domain/slo/plan.ts';
import { heatSvg, quantileText } from './heat-map.ts';
import type { Site } from './site.ts';

/** Lengths of time that the page offers, in hours. */
export const HEAT_HOURS: readonly number[] = [1, 6, 24, 168];
export const HEAT_HOURS_DEFAULT = 6;

export interface HeatPageView {
  readonly plan: HeatPlan;
  readonly hours: number;
  /** Undefined when it could not be had; then `fault` says why. */
  readonly map: HeatMap | undefined;
  readonly fault: string;
}

const KINDS = {
  classic: 'Classic histogram',
  native: 'Native histogram',
  otlp: 'Histogram in the file',
} as const;

const hoursText = (hours: number): string => (hours < 48 ? `${hours} h` : `${hours / 24} d`);

/** The heat maps of the configuration, below the objectives. */
export const heatList = (site: Site, plans: readonly HeatPlan[]): Html => html`<section><h2>Heat
maps</h2>${
  plans.length === 0
    ? nothing
    : html`<ul class="plain-list">${plans.map(
        ({ name, description }) => html`<li><a
href="${site.prefix}/heat-maps/${encodeURIComponent(name)}"><b>${name}</b></a>
<span class="quiet">${description}</span></li>`,
      )}</ul>`
}</section>`;

const nothing = html`<p class="quiet">None is drawn. Name the buckets of a histogram under
<code>heat_maps</code> in the configuration: how latencies spread, and not only how they are on
average.</p>`;

/** One heat map over the last hours. */
export function heatBody(site: Site, { plan, hours, map, fault }: HeatPageView): Html {
  const here = `${site.prefix}/heat-maps/${encodeURIComponent(plan.name)}`;
  const links = HEAT_HOURS.map(
    (one) =>
      html`<li><a href="${here}?hours=${one}"${
        one === hours && html` aria-current="page"`
      }>${hoursText(one)}</a></li>`,
  );
  return html`<div class="stack"><p><a href="${site.prefix}/objectives">Objectives</a></p>
<div class="title"><h1>${plan.name}</h1><ul class="facet" aria-label="How long">${links}</ul></div>
${plan.description !== '' && html`<p>${plan.description}</p>`}
${fault !== '' && html`<p class="fault" role="alert">${fault}</p>`}
${map && drawn(plan, map)}
<p class="quiet">${KINDS[plan.is]} of
${plan.source}: <code>${plan.query}</code></p></div>`;
}

function drawn({ name, unit }: HeatPlan, map: HeatMap): Html {
  const known = map.columns.filter(({ isKnown }) => isKnown);
  if (known.length === 0)
    return html`<div class="card empty"><h2>There is no data.</h2><p>No such histogram was found
in this time. Look at what is asked for below, or at a longer time.</p></div>`;
  if (known.every(({ total }) => total === 0))
    return html`<div class="card empty"><h2>Nothing was observed.</h2><p>The histogram is there, and
none of its buckets rose in this time.</p></div>`;
  const last = known.findLast(({ total }) => total > 0);
  return html`<figure class="card"><figcaption>One cell is
<b>${lengthText(map.step)}</b>. ${
    last &&
    html`In the last with anything in it: ${QUANTILES.map(
      (q, i) =>
        html`${i > 0 && ', '}<b>p${Math.round(q * 100)}
${last.quantiles[i] && quantileText(last.quantiles[i], unit)}</b>`,
    )}.`
  }</figcaption><div class="scroll">${heatSvg({ title: name, unit, map })}</div></figure>`;
}
