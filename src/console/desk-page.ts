import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { HealthKey, HealthLine, HealthState } from '../desk/views/own-health.ts';
import { deskPlaces } from './desk-places.ts';
import { phrase, shape, timeTag } from './parts.ts';
import type { Site } from './site.ts';

/** How the desk itself does, line by line. It works without scripts. */
export function deskBody(site: Site, lines: readonly HealthLine[], now: Instant): Html {
  const parts = deskParts(site, lines, now);
  return html`<div class="stack">${deskPlaces(site, '/desk')}
<div class="title"><h1>This desk</h1><span data-part="verdict">${parts.verdict}</span></div>
<div data-part="health">${parts.health}</div></div>`;
}

/** The parts that move, by name. */
export const deskParts = (site: Site, lines: readonly HealthLine[], now: Instant) => ({
  verdict: verdict(lines),
  health: table(site, lines, now),
});

function verdict(lines: readonly HealthLine[]): Html {
  const troubled = lines.filter(({ is }) => is === 'trouble');
  if (troubled.length === 0) return html`<span class="good">All is well.</span>`;
  const links = troubled.map(
    ({ key, title }, i) => html`${i > 0 && ', '}<a href="#${key}">${title}</a>`,
  );
  return html`<b class="bad">In trouble: ${links}.</b>`;
}

const STATES: Readonly<Record<HealthState, Html>> = {
  well: html`<span class="slo-state good">${shape('over')}well</span>`,
  trouble: html`<span class="slo-state critical">${shape('critical')}in trouble</span>`,
  unknown: html`<span class="slo-state indeterminate">${shape('indeterminate')}not known</span>`,
};

/** Where one looks next. */
const PLACE: Partial<Record<HealthKey, readonly [path: string, word: string]>> = {
  sources: ['/sources', 'Sources'],
  queue: ['/sources', 'Sources'],
  receivers: ['/notifications', 'Notifications'],
  pages: ['/pages', 'Pages'],
};

const table = (site: Site, lines: readonly HealthLine[], now: Instant): Html => html`
<div class="scroll"><table class="table health"><thead><tr><th scope="col">What</th><th
scope="col">State</th><th scope="col">How it is</th><th scope="col">Since</th><th
scope="col">What to do</th></tr></thead><tbody>${lines.map((line) => row(site, line, now))}</tbody>
</table></div>`;

function row(site: Site, line: HealthLine, now: Instant): Html {
  const { key, title, is, says, since, next, alarms } = line;
  const place = PLACE[key];
  const links = [
    ...alarms.slice(0, 3).map((id, i) => [`/alarms/${id}`, `Alarm ${i + 1}`] as const),
    ...(place ? [place] : []),
  ];
  return html`<tr id="${key}"><th scope="row" data-h="What">${title}</th>
<td data-h="State">${STATES[is]}</td><td data-h="How it is">${phrase(says, now)}</td>
<td data-h="Since">${since === undefined ? '' : timeTag(since, 'ago', now)}</td>
<td data-h="What to do">${next}${links.map(
    ([path, word]) => html` <a href="${site.prefix}${path}">${word}</a>`,
  )}</td></tr>`;
}
