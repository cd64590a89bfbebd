import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { Memory } from '../desk/desk.ts';
import type { AlarmVerb } from '../desk/entry.ts';
import type { AlarmView, TimelineLine } from '../desk/views/alarm.ts';
import type { CourseView } from '../desk/views/course.ts';
import { counted, VERB_WORDS } from '../desk/views/words.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { type AlarmId, hasLabels } from '../domain/alarm/event.ts';
import type { TypeRecord } from '../domain/inventory/alarm-type.ts';
import { type Assignable, moreVerbs, noteField, spanField } from './act-bar.ts';
import { episodesCard, episodesPart } from './episodes-panel.ts';
import { mutedPhrase } from './muted-tag.ts';
import { formKeys, glyph, link, phrase, severityMark, timeTag, webLink } from './parts.ts';
import { cautionBox, type MemoryContext, recallPanel } from './recall-panel.ts';
import { relatedCard } from './related-panel.ts';
import { targetText } from './row.ts';
import { mayAct, type Reader, type Site } from './site.ts';
import { stripCard, stripPart, stripRowsPart } from './strip-panel.ts';
import { typeHref } from './types-page.ts';

/** What the page reads of the desk besides. */
type AlarmContext = MemoryContext & { readonly memory: Pick<Memory, 'get'> };

/** The parts that the stream sends again when the alarm changes, by name. */
export function alarmParts(
  context: AlarmContext,
  view: AlarmView,
  moment?: Instant,
): Record<'head' | 'cautions' | 'recall' | 'verbs' | 'facts' | 'timeline', Html> {
  const { now } = context;
  return {
    head: head(context, view),
    cautions: cautionBox(context, view.recall.cautions),
    recall: recallPanel(context, view.alarm, view.recall),
    verbs: verbs(view),
    facts: facts(view, now),
    timeline: timeline(view, now, moment),
  };
}

/** The parts that tell how it went: they move once a second at most. */
export function courseParts(
  context: MemoryContext,
  alarm: AlarmId,
  { strip, episodes }: CourseView,
): Record<'strip' | 'stripRows' | 'episodes', Html> {
  const of = { ...context, alarm };
  return {
    strip: stripPart(of, strip),
    stripRows: stripRowsPart(of, strip),
    episodes: episodesPart(context, episodes),
  };
}

/** What the page shows beside the alarm itself. */
export interface AlarmSurroundings {
  readonly course: CourseView;
  readonly people: readonly Assignable[];
  readonly why: Html | undefined;
  /** Other alarms that may be the same trouble. */
  readonly related: Html;
  /** Who was woken for it. */
  readonly paged: Html | false;
  /** What was decided about alarms of its type. */
  readonly described: TypeRecord | undefined;
  /** The check that raised it. */
  readonly check: string | undefined;
  /** A moment that somebody comes from: its line is marked. */
  readonly moment?: Instant | undefined;
}

export function alarmBody(
  context: AlarmContext,
  reader: Reader,
  view: AlarmView,
  { people, why, paged, described, check, course, related, moment }: AlarmSurroundings,
): Html {
  const { site, now } = context;
  const parts = alarmParts(context, view, moment);
  const of = { ...context, alarm: view.alarm.id };
  const { range } = course.strip;
  return html`<div class="stack alarm-page">
<p><a href="${site.prefix}/">← All alarms</a> · <a
href="${site.prefix}/runs?alarm=${view.alarm.id}">Runbooks</a>${
    check !== undefined &&
    html` · <a href="${site.prefix}/checks/${encodeURIComponent(check)}">The check ${check}</a>`
  }</p>
<div data-part="head">${parts.head}</div>
<div data-part="cautions">${parts.cautions}</div>
${actForm(site, reader, view, parts.verbs, people)}
<div class="columns">
<div class="wide">${stripCard(of, range, courseParts(context, of.alarm, course))}</div>
<div class="stack">${described && typeCard(site, reader, described)}
<div data-part="recall">${parts.recall}</div>${paged}${why}
${episodesCard(of, range, course.episodes)}
<section class="card story"><h2>Timeline</h2><div data-part="timeline">${parts.timeline}</div>
${
  view.older !== undefined &&
  html`<p><a
href="${site.prefix}/alarms/${view.alarm.id}?before=${view.older}">Older lines</a></p>`
}</section></div>
<div class="stack">
${relatedCard(related)}
<section class="card stands"><h2>What stands</h2><div
data-part="facts">${parts.facts}</div></section>
<section class="card labels"><h2>Labels</h2>${pairList(view.labels, 'It has no labels.')}</section>
${
  hasLabels(view.alarm.context) &&
  html`<section class="card labels"><h2>From the inventory</h2>
${pairList(Object.entries(view.alarm.context), '')}</section>`
}
${
  view.annotations.length > 0 &&
  html`<section class="card labels"><h2>Annotations</h2>
${pairList(view.annotations, '')}</section>`
}
${!described && describeCard(site, reader, view.alarm)}
${evidence(view, now)}
</div>
</div>
</div>`;
}

/** Nobody said yet what such an alarm means: whoever knows can, here. */
const describeCard = (site: Site, reader: Reader, { type }: Alarm): Html | false =>
  mayAct(reader) &&
  html`<section class="card labels"><h2>What this type means</h2>
<p class="quiet">Nobody wrote it down yet.
</p><p><a class="button" href="${typeHref(site, type)}">Say what it means</a></p></section>`;

/** What its type means and what to do: decided once, read every time. */
function typeCard(site: Site, reader: Reader, record: TypeRecord): Html {
  const { meaning, action, consequence, owner, runbook, willClear } = record;
  const facts: readonly (readonly [string, Html | string])[] = [
    ['Means', meaning],
    ['Do', action],
    ['Else', consequence],
    ['Clears', willClear === false ? 'never by itself: verify, then close' : ''],
    ['Owner', owner],
    ['Runbook', runbook === '' ? '' : webLink(runbook)],
  ];
  return html`<section class="card"><h2>What this type means</h2><dl class="facts">${facts
    .filter(([, says]) => says !== '')
    .map(([term, says]) => html`<dt>${term}</dt><dd>${says}</dd>`)}</dl>${
    mayAct(reader) &&
    html`<p><a href="${typeHref(site, record.type, record.qualifier)}">Change it</a></p>`
  }</section>`;
}

function head(context: AlarmContext, { alarm, standing, summary, muted }: AlarmView): Html {
  return html`<section class="card alarm-head ${alarm.severity}">
<div class="what">${severityMark(alarm.severity, standing)}<span
class="standing ${standing}">${standing}</span>${
    muted && html`<span class="tag ${muted.is}">${glyph(muted.is)}${muted.is}</span>`
  }<span class="quiet">${alarm.resource}</span></div>
<h1>${alarm.text}</h1>
<p>${phrase(summary, context.now)}</p>
${
  muted &&
  html`<p>Nobody is told of it now: ${phrase(mutedPhrase(context, alarm, muted), context.now)}. ${
    muted.is === 'silenced' && link(`${context.site.prefix}/silences`, 'Silences')
  }</p>`
}
${alarm.link !== '' && html`<p>More at the source: ${webLink(alarm.link)}</p>`}
${alarm.ticket !== '' && html`<p>Ticket: ${webLink(alarm.ticket)}</p>`}
</section>`;
}

/** What makes sense now comes first; the rest is under More. */
function fitting(a: Alarm): readonly AlarmVerb[] {
  if (a.suppressions.some((s) => s.kind === 'shelf')) return ['unshelve', 'comment'];
  switch (a.handling.is) {
    case 'none':
      return ['acknowledge', 'comment', 'shelve', 'close'];
    case 'acknowledged':
      return ['comment', 'unacknowledge', 'shelve', 'close'];
    case 'closed':
      return ['reopen', 'comment', 'shelve'];
  }
}

/** The buttons, with the episode they belong to: they change with the alarm. */
const verbs = ({ alarm }: AlarmView): Html => {
  const button = (verb: AlarmVerb, i: number): Html => {
    const main = i === 0 && verb !== 'comment' && html` class="main"`;
    return html`<button name="verb" value="${verb}"${main}>${VERB_WORDS[verb].ask}</button>`;
  };
  return html`<input type="hidden" name="on" value="${targetText(alarm)}">
${fitting(alarm).map(button)}`;
};

function actForm(
  site: Site,
  reader: Reader,
  view: AlarmView,
  buttons: Html,
  people: readonly Assignable[],
): Html | false {
  if (!mayAct(reader)) return false;
  if (!view.inMemory) {
    return html`<p class="card quiet">This alarm left the desk’s memory:
it is history, and nothing can be done to it.</p>`;
  }
  return html`<form method="post" action="${site.prefix}/act" id="act">${formKeys(reader)}
<div class="acts card" id="acts">${noteField()}${spanField()}<span class="verbs"
data-part="verbs">${buttons}</span>${moreVerbs(people, [])}</div></form>`;
}

const facts = ({ facts: all }: AlarmView, now: Instant): Html =>
  html`<dl class="facts">${all.map(
    ([term, says]) => html`<dt>${term}</dt>
<dd>${phrase(says, now)}</dd>`,
  )}</dl>`;

const pairList = (pairs: AlarmView['labels'], otherwise: string): Html =>
  pairs.length === 0
    ? html`<p class="quiet">${otherwise}</p>`
    : html`<dl class="facts">${pairs.map(
        ([name, value]) => html`<dt>${name}</dt>
<dd>${webLink(value)}</dd>`,
      )}</dl>`;

function timeline(
  { timeline: lines, gap }: AlarmView,
  now: Instant,
  moment: Instant | undefined,
): Html {
  const marked = moment === undefined ? undefined : nearest(lines, moment);
  return html`${
    gap &&
    html`<p class="bad">Some recent lines are not written down
yet and miss here. Reload in a moment.</p>`
  }
<ol class="timeline">${lines.map((line, i) =>
    timelineLine(line, i === 0, now, line === marked),
  )}</ol>`;
}

/** The line that the desk wrote closest to a moment. */
function nearest(lines: readonly TimelineLine[], moment: Instant): TimelineLine | undefined {
  const away = ({ at, heardAt }: TimelineLine): number => Math.abs((heardAt ?? at) - moment);
  return [...lines].sort((a, b) => away(a) - away(b))[0];
}

function timelineLine(line: TimelineLine, newest: boolean, now: Instant, isMarked: boolean): Html {
  const marked = isMarked && html` id="then" class="marked"`;
  return html`<li${marked}><span class="quiet">${timeTag(line.at, 'clock', now)}</span>
<div>${
    line.episode !== undefined &&
    html`<span
class="episode">${newest ? 'Newest episode' : 'Earlier episode'}</span>`
  }<b>${line.what}</b> <span
class="quiet">${line.severity}</span>${line.by !== '' && ` by ${line.by}`}
${line.heardAt && html`<span class="tag">heard ${timeTag(line.heardAt, 'clock', now)}</span>`}
${line.text !== '' && html`<div class="said">${line.text}</div>`}
${line.why !== '' && html`<div class="quiet small">${line.why}</div>`}</div></li>`;
}

function evidence({ evidence: last }: AlarmView, now: Instant): Html {
  if (!last) return html``;
  return html`<section class="card raw"><details>
<summary>What arrived last, as it came (${counted(last.raw.length, 'character')})</summary>
<p class="quiet small">${timeTag(last.at, 'clock', now)}, secrets removed</p><pre class="evidence"
tabindex="0">${last.raw}</pre></details></section>`;
}
