import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { PlanExample, PlanReport, PlanTelling } from '../desk/plan-report.ts';
import {
  noticesText,
  PLAN_CHANGE_WORDS,
  planChanges,
  planVerdict,
  stoppedText,
} from '../desk/views/plan-words.ts';
import { grouped } from '../desk/views/words.ts';
import { timeTag } from './parts.ts';
import type { Site } from './site.ts';

/** What a trial found: the verdict, the counts, then examples. */
export function planView(site: Site, report: PlanReport, days: number, now: Instant): Html {
  const stopped = stoppedText(report);
  const changes = planChanges(report);
  const many = report.episodes - report.same;
  const span = days === 1 ? 'day' : `${days} days`;
  return html`<section class="card stack" id="trial" aria-labelledby="trial-title">
<h2 id="trial-title" tabindex="-1" autofocus>Tried on the last ${span}</h2>
<p role="status"><b>${planVerdict(report)}</b></p>
${
  changes.length > 0 &&
  html`<ul class="counts">${changes.map(
    ({ count, says }) => html`<li><b>${grouped(count)}</b> ${says}</li>`,
  )}${report.same > 0 && html`<li><b>${grouped(report.same)}</b> as before</li>`}</ul>`
}
${report.episodes > 0 && html`<p>${noticesText(report)}</p>`}
${
  stopped !== '' &&
  html`<p class="fault">${stopped} It came to ${timeTag(report.to.at, 'clock', now)}.</p>`
}
${report.examples.length > 0 && examples(site, report.examples, many, now)}
<p class="quiet">Nothing was sent and nothing was changed. Replayed ${grouped(report.entries)}
entries of the journal in ${(report.tookMs / 1_000).toFixed(1)} s; people’s acknowledgements and
silences of that time count as they were.</p></section>`;
}

function examples(site: Site, all: readonly PlanExample[], many: number, now: Instant): Html {
  const rows = all.map(
    (e) => html`<tr><td data-h="Would be">${PLAN_CHANGE_WORDS[e.change].short}</td>
<td><a href="${site.prefix}/alarms/${e.alarm}">${e.text || labelsText(e.labels)}</a>${
      e.text !== '' && html`<br><span class="quiet small">${labelsText(e.labels)}</span>`
    }</td>
<td data-h="As it is">${told(e.old, now)}</td><td data-h="With this text">${told(e.new, now)}</td>
</tr>`,
  );
  const some = many > all.length;
  return html`<div class="scroll"><table class="table"><caption>${
    some ? `${all.length} examples of ${grouped(many)}` : 'Each of them'
  }</caption><thead><tr><th scope="col">Would be</th><th scope="col">Alarm</th>
<th scope="col">As it is</th><th scope="col">With this text</th></tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

const labelsText = (labels: PlanExample['labels']): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(' ');

const told = (all: readonly PlanTelling[], now: Instant): Html =>
  all.length === 0
    ? html`<b>nobody</b>`
    : html`${all.map(
        ({ receiver, at }, i) => html`${i > 0 && html`<br>`}<b>${receiver}</b>
<span class="quiet">${timeTag(at, 'clock', now)}</span>`,
      )}`;
