import { type Html, html } from '../base/html.ts';
import { cut } from '../base/text.ts';
import {
  type ComesUp,
  DECISION_SHOWS,
  type DecisionShow,
  type DecisionStep,
} from '../desk/views/decisions.ts';
import { FIND_LIMITS } from '../desk/views/find.ts';
import { decidedText, outcomePhrase, RUNG_SAYS, STALE_SAYS } from '../desk/views/recall.ts';
import { ageText, counted, grouped, type Phrase } from '../desk/views/words.ts';
import { type Alarm, isRaised, standing } from '../domain/alarm/alarm.ts';
import { matcherText } from '../domain/alarm/matcher.ts';
import type { Action } from '../domain/memory/action.ts';
import {
  DECISION_KINDS,
  DECISION_LIMITS,
  type Decision,
  type DecisionKind,
  hasFailed,
} from '../domain/memory/decision.ts';
import type { Stale } from '../domain/memory/recall.ts';
import type { Silence } from '../domain/routing/silence.ts';
import { errorSummary, type FieldErrors, fieldMarks } from './form-errors.ts';
import { pager, type Stretch } from './pager.ts';
import { chip, formKeys, glyph, phrase, severityMark, shape, timeTag } from './parts.ts';
import { actionLine, decisionHref, type MemoryContext } from './recall-panel.ts';
import { mayAct, type Reader, type Site } from './site.ts';

export interface DecisionsView {
  readonly shows: DecisionShow;
  readonly kind: DecisionKind | undefined;
  readonly words: string;
  readonly counts: Readonly<Record<DecisionShow, number>>;
  readonly decisions: Stretch<Decision>;
  /** Of those shown, the alarms that are raised now, by id. */
  readonly raised: ReadonlyMap<string, Alarm>;
  /** Decisions of any kind: none teaches how the first is made. */
  readonly isAny: boolean;
}

/** A reason longer than this is read on the decision's own page. */
const REASON_CHARS_SHOWN = 160;

/** What was decided about alarms, and what became of it. */
export function decisionsBody(context: MemoryContext, reader: Reader, view: DecisionsView): Html {
  const { site } = context;
  const { decisions, isAny } = view;
  return html`<div class="stack"><div class="title"><h1>Decisions</h1><span class="quiet">What was
decided last time, and whether it held. It comes back by itself when its alarm does.</span></div>
${
  isAny
    ? html`${searchForm(site, view)}${facets(site, view)}${
        decisions.total === 0 ? noneFound(site, view) : decisionTable(context, view)
      }${pager(site, reader, decisions)}`
    : noneYet(site, reader)
}</div>`;
}

const searchForm = (site: Site, { shows, kind, words }: DecisionsView): Html => html`<form
method="get" action="${site.prefix}/decisions" class="filters" role="search">
<input type="hidden" name="show" value="${shows}">
<label class="field">With these words <input type="search" name="q" value="${words}"
maxlength="${FIND_LIMITS.words_chars_max}" autocomplete="off"
placeholder="an alarm, a reason, who"></label>
<label class="field">What was done <select name="kind"><option
value="">anything</option>${DECISION_KINDS.map(
  (one) => html`<option${one === kind && html` selected`}>${one}</option>`,
)}</select></label>
<button>Find</button></form>`;

function facets(site: Site, { shows, kind, words, counts }: DecisionsView): Html {
  const to = (show: DecisionShow): string => {
    const query = new URLSearchParams({ show });
    if (words !== '') query.set('q', words);
    if (kind !== undefined) query.set('kind', kind);
    return `${site.prefix}/decisions?${query}`;
  };
  const all = DECISION_SHOWS.map(
    (one) =>
      html`<li><a href="${to(one)}"${
        one === shows && html` aria-current="true"`
      }>${one}<span class="n">${grouped(counts[one])}</span></a></li>`,
  );
  return html`<div class="facets"><ul class="facet"
aria-label="Which decisions">${all}</ul></div>`;
}

const noneYet = (site: Site, reader: Reader): Html => html`<div class="card empty"><h2>Nothing was
decided yet.</h2><p>A decision says what was done about an alarm, why, and when to look whether it
still holds. When the alarm comes back, it stands on its page, with what became of it.</p>
<p>${
  mayAct(reader)
    ? html`The first one: choose an alarm in <a href="${site.prefix}/">the list</a> and press
<kbd>d</kbd>, or press Decide on its page. The word for what is done and the reason are enough.`
    : 'Operators write them down, on the page of an alarm.'
}</p></div>`;

function noneFound(site: Site, { shows, kind, words }: DecisionsView): Html {
  const isSearch = words !== '' || kind !== undefined;
  return html`<div class="card empty"><h2>${
    isSearch ? `No decision ${shows === 'held' ? 'that held' : shows} is like that.` : NONE[shows]
  }</h2>${
    isSearch &&
    html`<p><a href="${site.prefix}/decisions?show=${encodeURIComponent(shows)}">Without
the words and the kind</a></p>`
  }</div>`;
}

const NONE: Readonly<Record<DecisionShow, string>> = {
  'in force': 'No decision is in force.',
  'did not hold': 'All that was decided held so far.',
  'not known yet': 'Of every decision it is known what became of it.',
  held: 'No decision has reached its review yet.',
  'review due': 'No review is due.',
  replaced: 'No decision was replaced by a newer one.',
};

const decisionTable = (context: MemoryContext, { decisions, raised }: DecisionsView): Html => html`
<div class="scroll"><table class="table"><caption class="unseen-text">Decisions</caption><thead><tr>
<th scope="col">Decided</th><th scope="col">On</th><th scope="col">What became of it</th><th
scope="col" class="number">Came back</th><th scope="col">Look again</th></tr></thead>
<tbody>${decisions.rows.map((one) =>
  decisionRow(context, one, raised.get(one.about.alarm)),
)}</tbody></table></div>`;

function decisionRow(context: MemoryContext, d: Decision, alarm: Alarm | undefined): Html {
  const { site, nameOf, now } = context;
  const { about } = d;
  const isUp = alarm !== undefined;
  return html`<tr id="${d.id}"><td><a href="${decisionHref(site, d.id)}"><b>${decidedText(
    d,
  )}</b></a><br>${cut(d.reason, REASON_CHARS_SHOWN)}<br><span class="quiet">${d.id},
${nameOf(d.by)}, ${timeTag(d.at, 'ago', now)}</span></td>
<td>${alarm && html`${severityMark(alarm.severity, standing(alarm))} `}<a
href="${site.prefix}/alarms/${about.alarm}">${about.resource}</a><br><span
class="quiet">${about.type}${alarm ? ', raised now' : ''}</span></td>
<td data-h="Became">${outcomeMark(d, isUp)}<br><span class="quiet">${phrase(
    outcomeMore(d, isUp),
    now,
  )}</span></td>
<td class="number" data-h="Came back">${
    d.recurrences === 0
      ? html`<span class="quiet">never</span>`
      : html`${grouped(d.recurrences)} ×<br><span class="quiet">last ${timeTag(
          d.raisedAt,
          'ago',
          now,
        )}</span>`
  }</td>
<td data-h="Look again">${reviewText(context, d)}</td></tr>`;
}

/** What became of it, in a shape and a few words. */
function outcomeMark(d: Decision, isUp: boolean): Html {
  const [className, mark, word] = markOf(d, isUp);
  return html`<span class="slo-state ${className}">${mark}${word}</span>`;
}

function markOf(
  d: Decision,
  isUp: boolean,
): readonly [className: string, mark: Html, word: string] {
  const { outcome, made, supersededBy } = d;
  if (outcome.is === 'held') return ['good', shape('over'), 'held'];
  if (outcome.is === 'came back') return ['failed', glyph('closed'), 'came back'];
  if (outcome.is === 'stood') return ['failed', glyph('closed'), 'never went away'];
  if (outcome.is === 'lifted') return ['', glyph('new'), 'ended by hand'];
  if (supersededBy !== undefined) return ['', glyph('new'), 'replaced'];
  if (made?.is === 'shelf') return ['', glyph('shelved'), 'shelved'];
  if (made?.is === 'silence') return ['', glyph('silenced'), 'silenced'];
  return isUp ? ['', glyph('waiting'), 'still raised'] : ['', glyph('unverified'), 'holds so far'];
}

/** What the mark leaves open: after what time, until when, by what. */
function outcomeMore({ outcome, made, supersededBy }: Decision, isUp: boolean): Phrase {
  switch (outcome.is) {
    case 'came back':
      return [`after ${ageText(outcome.after)}`];
    case 'held':
      return ['until its review ', { at: outcome.at, as: 'ago' }];
    case 'stood':
      return ['still raised at its review ', { at: outcome.at, as: 'ago' }];
    case 'lifted':
      return [{ at: outcome.at, as: 'ago' }];
    case 'superseded':
      return [`by ${supersededBy ?? ''}`];
    case 'open':
      return made
        ? ['until ', { at: made.until, as: 'clock' }]
        : [isUp ? 'since before it was decided' : 'its alarm stays away'];
  }
}

function reviewText({ now }: MemoryContext, { reviewAt, supersededBy }: Decision): Html {
  if (supersededBy !== undefined) return html`<span class="quiet">no more</span>`;
  const isPast = now >= reviewAt;
  return html`${isPast && html`<b class="bad">due</b> `}${timeTag(
    reviewAt,
    isPast ? 'ago' : 'left',
    now,
  )}`;
}

export interface OneDecisionView {
  readonly decision: Decision;
  /** The alarm as it is now; undefined when it left memory. */
  readonly alarm: Alarm | undefined;
  /** Why it may no longer hold good. */
  readonly stale: readonly Stale[];
  readonly steps: readonly DecisionStep[];
  readonly comesUp: readonly ComesUp[];
  /** All that was decided about the same alarm, this one among them, the newest first. */
  readonly all: readonly Decision[];
  readonly actions: readonly Action[];
  /** What it made, if that was a silence. */
  readonly silence: Silence | undefined;
  readonly review: ReviewForm;
}

/** What the form for a review holds, as it was typed. */
export interface ReviewForm {
  readonly reason: string;
  /** `2026-03-01` */
  readonly reviewOn: string;
  readonly errors: FieldErrors;
}

/** One decision: what it says, what became of it, where it comes up. */
export function decisionBody(context: MemoryContext, reader: Reader, view: OneDecisionView): Html {
  const { site, nameOf, now } = context;
  const { decision: d, stale, alarm } = view;
  const isUp = alarm !== undefined && isRaised(alarm);
  const may = mayAct(reader) && d.supersededBy === undefined;
  return html`<div class="stack">${errorSummary(view.review.errors)}
<p><a href="${site.prefix}/decisions">← All decisions</a></p>
<section class="card"><div class="card-head">${outcomeMark(d, isUp)}<span
class="quiet">${d.id}</span><span class="room"></span>${
    may &&
    alarm &&
    html`<a class="button act${hasFailed(d) && ' main'}" id="decide"
href="${site.prefix}/alarms/${d.about.alarm}/decide" title="Key d">Decide anew …</a>`
  }</div>
<h1>${decidedText(d)}</h1>
<p class="why-answer">${d.reason}</p>
<p>On <a href="${site.prefix}/alarms/${d.about.alarm}">${d.about.type} on
${d.about.resource}</a>, ${
    isUp ? html`<b>raised</b> ${timeTag(alarm.condition.since, 'ago', now)}` : 'not raised now'
  }.</p>
<p>It ${phrase(outcomePhrase(d), now)}. <span class="quiet">Decided by ${nameOf(d.by)}
${timeTag(d.at, 'clock', now)}; ${
    d.supersededBy === undefined ? html`look again: ${reviewText(context, d)}.` : ''
  }</span></p>
${
  d.supersededBy !== undefined &&
  html`<p><b>No longer in force:</b> <a
href="${decisionHref(site, d.supersededBy)}">${d.supersededBy}</a> took its place.</p>`
}
${stale.map((why) => html`<p class="bad">But ${STALE_SAYS[why]}.</p>`)}${madeLine(context, view)}
</section>
${may && reviewForm(context, reader, view)}
<div class="columns"><div class="stack"><section class="card"><h2>What became of it</h2>
<ol class="timeline">${view.steps.map((one) => stepLine(context, one))}</ol>
<p class="then small"><a href="${site.prefix}/audit?words=${d.id}">Who looked at it since: the
audit log</a></p></section>${toDo(context, reader, view)}</div>
<div class="stack">${evidence(context, d)}${whereUp(context, view)}${others(context, view)}</div>
</div></div>`;
}

/** What the desk did at once because of it, and where that is ended. */
function madeLine({ site, now }: MemoryContext, { decision, silence }: OneDecisionView): Html {
  const { made, about } = decision;
  if (!made) return html``;
  if (made.is === 'shelf') {
    return html`<p class="quiet">It shelved <a
href="${site.prefix}/alarms/${about.alarm}">the alarm</a> until ${timeTag(
      made.until,
      'clock',
      now,
    )}.</p>`;
  }
  return html`<p class="quiet">It made <a href="${site.prefix}/silences?edit=${made.silence}">a
silence</a> until ${timeTag(made.until, 'clock', now)}${silence && ': '}${silence?.matchers.map(
    (one) => html`${chip(matcherText(one))} `,
  )}</p>`;
}

/** Open once it is time for it; folded before. */
function reviewForm({ site, now }: MemoryContext, reader: Reader, view: OneDecisionView): Html {
  const { decision: d } = view;
  const { errors, reason, reviewOn } = view.review;
  const isOpen = now >= d.reviewAt || errors.length > 0;
  return html`<details class="card" id="review"${isOpen && html` open`}><summary>Look at it
again</summary><form method="post" action="${decisionHref(site, d.id)}/review"
class="form silence-form">${formKeys(reader)}
<label class="field">Why it still holds good <input ${fieldMarks(errors, 'reason')} required
maxlength="${DECISION_LIMITS.reason_chars_max}" autocomplete="off" value="${reason}"></label>
<label class="field">Look again on (UTC) <input type="date" ${fieldMarks(errors, 'reviewOn')}
required value="${reviewOn}"></label>
<div class="verbs"><button class="main">Keep it until then</button></div>
<p class="quiet small">If it does not: decide anew, and that takes the place of this
one.</p></form></details>`;
}

const stepLine = ({ now }: MemoryContext, { at, what, text, is }: DecisionStep): Html => html`<li>
<span class="quiet">${timeTag(at, 'clock', now)}</span><div><b${
  is !== 'plain' && html` class="${is}"`
}>${what}</b>${text !== '' && html` <span class="said">${text}</span>`}</div></li>`;

/** What it looked like when it was decided. */
function evidence({ site }: MemoryContext, d: Decision): Html {
  const { about, options, situation, incident, seen } = d;
  const facts: readonly (readonly [string, Html | string])[] = [
    ['It looked like', html`<span class="said">${situation || about.text}</span>`],
    ['Not chosen', options.length > 0 ? html`${options.map((one) => html`${one}<br>`)}` : ''],
    ['Severity then', about.severity],
    ['Seen till then', counted(seen, 'time')],
    ['Class', about.class],
    ['The thing itself', about.object ?? ''],
    [
      'Incident',
      incident === undefined
        ? ''
        : html`<a href="${site.prefix}/incidents/${incident}">${incident}</a>`,
    ],
  ];
  return html`<section class="card"><h2>What it was decided on</h2><dl class="facts">${facts
    .filter(([, says]) => says !== '')
    .map(([term, says]) => html`<dt>${term}</dt><dd>${says}</dd>`)}</dl></section>`;
}

function whereUp({ site, now }: MemoryContext, { comesUp, decision }: OneDecisionView): Html {
  return html`<section class="card recall"><h2>Where it comes up now</h2>${
    comesUp.length === 0
      ? html`<p class="quiet">No raised alarm brings it up. It will stand on the page of
${decision.about.type} on ${decision.about.resource} when that is raised, and of its like.</p>`
      : comesUp.map(
          ({ rung, alarms, total }) =>
            html`<h3>${RUNG_SAYS[rung]}${
              rung === 'same type' && decision.about.class !== '' && ` (${decision.about.class})`
            }</h3><ul class="recalled">${alarms.map(
              (a) => html`<li>${severityMark(a.severity, standing(a))} <a
href="${site.prefix}/alarms/${a.id}">${a.resource}</a> <span class="quiet">${a.type}, raised
${timeTag(a.condition.since, 'ago', now)}</span></li>`,
            )}</ul>${
              total > alarms.length &&
              html`<p class="quiet">and ${counted(total - alarms.length, 'more alarm')}</p>`
            }`,
        )
  }</section>`;
}

/** Older and newer ones on the same alarm. */
function others({ site, nameOf, now }: MemoryContext, view: OneDecisionView): Html {
  const { all, decision, alarm } = view;
  const isUp = alarm !== undefined && isRaised(alarm);
  if (all.length < 2) return html``;
  return html`<section class="card recall"><h2>Decided about this alarm</h2><ol
class="recalled">${all.map(
    (one) =>
      html`<li>${
        one.id === decision.id
          ? html`<b>this one</b>, ${decidedText(one)}`
          : html`<a href="${decisionHref(site, one.id)}">${decidedText(one)}</a>`
      } <span class="quiet">${nameOf(one.by)}, ${timeTag(one.at, 'ago', now)}</span>
${outcomeMark(one, isUp)}</li>`,
  )}</ol></section>`;
}

function toDo(context: MemoryContext, reader: Reader, view: OneDecisionView): Html {
  const { actions, decision } = view;
  return html`<section class="card"><h2>To do because of it</h2>${
    actions.length === 0
      ? html`<p class="quiet">No action was asked for.</p>`
      : html`<ul class="recalled">${actions.map(
          (one) => html`<li>${actionLine(context, one)}</li>`,
        )}</ul>`
  }${
    mayAct(reader) &&
    html`<p class="then small"><a
href="${context.site.prefix}/actions?alarm=${decision.about.alarm}#new">Add an action</a></p>`
  }</section>`;
}
