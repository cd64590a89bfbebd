import { type Html, html } from '../base/html.ts';
import type { EpisodesView, EpisodeView } from '../desk/views/course.ts';
import { decidedText, outcomePhrase } from '../desk/views/recall.ts';
import type { StripRange } from '../desk/views/strip.ts';
import { ageText, CHANGE_WORDS } from '../desk/views/words.ts';
import type { EpisodeEnd } from '../domain/alarm/course.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { phrase, severityMark, timeTag } from './parts.ts';
import type { MemoryContext } from './recall-panel.ts';
import { courseHref } from './strip-panel.ts';

/** Lines of what people said in one episode; the timeline has them all. */
const SAID_SHOWN_MAX = 3;

const ENDS: Readonly<Record<EpisodeEnd, string>> = {
  lasts: '',
  cleared: '',
  unverified: 'its source went silent: unverified',
  'raised anew': 'closed by hand, then raised anew',
};

/** The episodes with what was done in each; `table` moves while it shows the newest. */
export function episodesCard(
  context: MemoryContext & { readonly alarm: AlarmId },
  range: StripRange,
  view: EpisodesView,
): Html {
  const table = episodesPart(context, view);
  return html`<section class="card episodes-card" id="episodes"><h2>Episodes</h2>${
    view.isNewest ? html`<div data-part="episodes">${table}</div>` : table
  }<p class="list-foot">${
    !view.isNewest &&
    html`<a class="button" href="${courseHref(context, range, '#episodes')}">Newest</a>`
  }${
    view.older !== undefined &&
    html`<a class="button"
href="${courseHref(context, range, `&upto=${view.older}#episodes`)}">Earlier ones</a>`
  }</p></section>`;
}

/** When, how long, how bad, who had it, what was done: the newest first. */
export function episodesPart(context: MemoryContext, { episodes }: EpisodesView): Html {
  if (episodes.length === 0) return html`<p class="quiet">No episode is written down.</p>`;
  return html`<div class="scroll"><table class="table episodes"><thead><tr><th
scope="col">Raised</th><th scope="col">Lasted</th><th scope="col">Worst</th><th scope="col">Who had
it</th><th scope="col">What was done</th></tr></thead><tbody>${episodes.map((one) =>
    episodeRow(context, one),
  )}</tbody></table></div>`;
}

function episodeRow({ site, nameOf, now }: MemoryContext, one: EpisodeView): Html {
  const { episode, from, to, end, isWhole, worst, holders } = one;
  const holds = holders.map(nameOf).join(', ');
  const mark = severityMark(worst, 'acknowledged'); // with its own shape, and no alarm
  return html`<tr id="e${episode}"><td data-h="Raised">${
    !isWhole && 'before '
  }${timeTag(from, 'clock', now)}</td><td data-h="Lasted">${
    to === undefined ? html`${timeTag(from, 'age', now)}, and lasts` : ageText(to - from)
  }${ENDS[end] !== '' && html`<div class="small quiet">${ENDS[end]}</div>`}</td><td
data-h="Worst">${mark}</td><td data-h="Who had it">${
    holds === '' ? html`<span class="quiet">nobody</span>` : holds
  }</td><td data-h="What was done">${doneIn({ site, nameOf, now }, one)}</td></tr>`;
}

function doneIn({ site, nameOf, now }: MemoryContext, one: EpisodeView): Html {
  const { decisions, incidents, runs, said } = one;
  const lines = [
    ...decisions.map(
      (decision) => html`<b>${decidedText(decision)}</b>: ${decision.reason} <span
class="quiet">${nameOf(decision.by)}; it ${phrase(outcomePhrase(decision), now)}</span>`,
    ),
    ...incidents.map(
      ({ id, title }) => html`Incident <a href="${site.prefix}/incidents/${id}">${title}</a>`,
    ),
    ...runs.map(
      ({ id, runbook, title = runbook, is }) => html`Runbook <a
href="${site.prefix}/runs/${id}">${title}</a>, ${is}`,
    ),
    ...said
      .slice(-SAID_SHOWN_MAX)
      .map(
        ({ by, what, text }) =>
          html`“${text}” <span class="quiet">${nameOf(by)}, ${CHANGE_WORDS[what]}</span>`,
      ),
  ];
  if (lines.length === 0) return html`<span class="quiet">nothing written down</span>`;
  return html`<ul class="plain-list">${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}
