import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { RelatedGroup, Relation } from '../desk/views/related.ts';
import { counted } from '../desk/views/words.ts';
import { standing } from '../domain/alarm/alarm.ts';
import { severityMark, timeTag } from './parts.ts';
import type { Site } from './site.ts';

const SAYS: Readonly<Record<Relation, string>> = {
  'inhibits it': 'Nobody is told of this one because of',
  'what it needs': 'On what it is part of or needs',
  'needs it': 'On what is part of it or needs it',
  'same incident': 'In the same incident',
  'same resource': 'On the same resource',
};

/** Other alarms that may be the same trouble, with how they stand. */
export function relatedPart(site: Site, groups: readonly RelatedGroup[], now: Instant): Html {
  if (groups.length === 0)
    return html`<p class="quiet">No other open alarm is known to be near.</p>`;
  return html`${groups.map(
    ({ relation, alarms, more }) => html`<h3>${SAYS[relation]}</h3>
<ul class="plain-list near">${alarms.map(({ alarm, isInhibited }) => {
      const stands = standing(alarm);
      return html`<li>${severityMark(alarm.severity, stands)} <a
href="${site.prefix}/alarms/${alarm.id}">${alarm.resource}</a> <span class="quiet">${stands},
${timeTag(alarm.condition.since, 'ago', now)}</span>${
        isInhibited && html` <span class="tag">nobody is told of it because of this one</span>`
      }<div class="small">${alarm.text}</div></li>`;
    })}</ul>${more > 0 && html`<p class="quiet small">and ${counted(more, 'alarm')} more</p>`}`,
  )}`;
}

export const relatedCard = (part: Html): Html =>
  html`<section class="card related"><h2>Related alarms</h2><div
data-part="related">${part}</div></section>`;
