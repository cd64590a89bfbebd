import { type Html, html } from '../base/html.ts';
import type { RerouteView } from '../desk/views/reroute.ts';
import { counted, grouped } from '../desk/views/words.ts';
import type { Site } from './site.ts';

/** `12 of 345 open alarms would go another way; 3 would reach nobody.` */
export function rerouteText({ looked, moved, lost }: RerouteView): string {
  if (looked === 0) return 'No alarm is open now, so none would go another way.';
  if (moved === 0) return `All ${grouped(looked)} open alarms would go where they go now.`;
  const nobody = lost === 0 ? '' : ` ${grouped(lost)} would reach nobody.`;
  return `${grouped(moved)} of ${counted(looked, 'open alarm')} would go another way.${nobody}`;
}

/** Which alarms that stand now would go to somebody else. */
export const rerouteBox = (site: Site, view: RerouteView): Html => html`
<section class="card preview" id="reroute" aria-labelledby="reroute-title"><h2
id="reroute-title">Alarms open now</h2><p${view.lost > 0 && html` class="bad"`}
role="status"><b>${rerouteText(view)}</b></p>${
  view.examples.length > 0 &&
  html`<ul>${view.examples.map(
    ({ alarm, words, from, to }) => html`<li><a
href="${site.prefix}/alarms/${alarm}">${words}</a>:
${toldText(from)} → <b>${toldText(to)}</b></li>`,
  )}${
    view.moved > view.examples.length &&
    html`<li>and ${grouped(view.moved - view.examples.length)} more</li>`
  }</ul>`
}<p class="quiet small">Silences and intervals are not asked. Nothing is sent and nothing is
changed.</p></section>`;

const toldText = (receivers: readonly string[]): string => receivers.join(', ') || 'nobody';
