import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import {
  decidedText,
  openPhrase,
  outcomePhrase,
  type RecallView,
  RUNG_SAYS,
  STALE_SAYS,
  seenPhrase,
} from '../desk/views/recall.ts';
import { counted, type NameOf } from '../desk/views/words.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { Action } from '../domain/memory/action.ts';
import { type Caution, placeText } from '../domain/memory/caution.ts';
import { type Decision, hasFailed } from '../domain/memory/decision.ts';
import type { Recalled } from '../domain/memory/recall.ts';
import { phrase, timeTag } from './parts.ts';
import type { Site } from './site.ts';

/** Read at three in the morning: the nearest stand in the open. */
const SHOWN_AT_ONCE = 4;

/** What the panels about memory need beside their view. */
export interface MemoryContext {
  readonly site: Site;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/** What must be known before anything is done: above the buttons. */
export const cautionBox = (
  { site, now }: Pick<MemoryContext, 'site' | 'now'>,
  cautions: readonly Caution[],
): Html =>
  html`${
    cautions.length > 0 &&
    html`<aside class="card caution" aria-label="Cautions"><ul>${cautions.map(
      (c) => html`<li><b>Caution:</b> ${c.text} <span class="quiet">${c.owner}; on <a
href="${site.prefix}/cautions#${c.id}">${placeText(c)}</a>${
        now >= c.reviewAt && html`; its review was due ${timeTag(c.reviewAt, 'ago', now)}`
      }</span></li>`,
    )}</ul></aside>`
  }`;

export const decisionHref = (site: Site, id: string): string => `${site.prefix}/decisions/${id}`;

/** Shown with every alarm, unasked: what was decided about it or its like, and whether it held. */
export function recallPanel(context: MemoryContext, alarm: Alarm, view: RecallView): Html {
  const { site, now } = context;
  const { answers, incident, actions } = view;
  const at = `${site.prefix}/alarms/${alarm.id}`;
  const [shown, more] = [answers.slice(0, SHOWN_AT_ONCE), answers.slice(SHOWN_AT_ONCE)];
  return html`<section class="card recall" id="recall"><div class="card-head"><h2>What we
know</h2><span class="room"></span><a class="button act" id="decide" href="${at}/decide"
title="Key d">Decide …</a></div>
<p><b>${phrase(seenPhrase(view, alarm), now)}</b>${
    answers.length === 0 && html`. Nothing was decided about it or its like.`
  }</p>
${
  incident &&
  html`<p>Part of <a href="${site.prefix}/incidents/${incident.id}">${incident.id}
${incident.title}</a>, <span class="quiet">${incident.state.is}${whyIn(
    incident,
    alarm.id,
  )}</span></p>`
}
${shown.length > 0 && html`<ol class="recalled">${shown.map((a) => answer(context, a))}</ol>`}
${
  more.length > 0 &&
  html`<details><summary>${counted(more.length, 'more decision')}</summary><ol
class="recalled">${more.map((a) => answer(context, a))}</ol></details>`
}
${
  actions.length > 0 &&
  html`<h3>To do</h3><ul class="recalled">${actions.map(
    (one) => html`<li>${actionLine(context, one)}</li>`,
  )}</ul>`
}
<p class="act then small"><a href="${site.prefix}/incidents/new?alarm=${alarm.id}">Open an
incident</a> · <a href="${site.prefix}/actions?alarm=${alarm.id}#new">Add an action</a> · <a
href="${site.prefix}/cautions?alarm=${alarm.id}#new">Put up a caution</a></p></section>`;
}

/** What let it in, if a rule did. */
function whyIn({ members, rule }: Incident, alarm: string): string {
  const why = members.find((one) => one.alarm === alarm)?.why;
  return why === undefined || !rule ? '' : `; let in by rule ${rule.name}: ${why}`;
}

/** Why it is shown, what was decided, and what came of it. */
function answer(context: MemoryContext, { rung, decision, stale }: Recalled): Html {
  const { site, now } = context;
  const { about } = decision;
  const like = rung === 'same type' && about.class !== '' ? ` (${about.class})` : '';
  const whose =
    rung !== 'same alarm' &&
    html`: <a href="${site.prefix}/alarms/${about.alarm}">${about.resource}</a> ${
      rung === 'same resource' && about.type
    }`;
  return html`<li><div class="quiet small">${RUNG_SAYS[rung]}${like}${whose}</div>
${decisionLines(context, decision)}
${stale.map((why) => html`<div class="small bad">${STALE_SAYS[why]}</div>`)}
<details class="small"><summary>What it looked like</summary><p class="said">${
    decision.situation || about.text
  }</p>${
    decision.options.length > 0 && html`<p>Not chosen: ${decision.options.join('; ')}</p>`
  }<p class="quiet">${decision.id}; look again ${timeTag(decision.reviewAt, 'clock', now)}</p>
</details></li>`;
}

/** What was decided, why, by whom, and whether it held. */
export function decisionLines({ site, nameOf, now }: MemoryContext, decision: Decision): Html {
  const { outcome, reason, by, at, made } = decision;
  const word = outcome.is === 'held' ? ' good' : hasFailed(decision) ? ' bad' : '';
  return html`<div><a
href="${decisionHref(site, decision.id)}"><b>${decidedText(decision)}</b></a>: ${reason} <span
class="quiet">${nameOf(by)}, ${timeTag(at, 'ago', now)}</span></div>
<div class="outcome${word}">It ${phrase(outcomePhrase(decision), now)}${
    made?.is === 'silence' &&
    html` <a href="${site.prefix}/silences#${made.silence}">the silence</a>`
  }</div>`;
}

export const actionLine = ({ site, nameOf, now }: MemoryContext, action: Action): Html =>
  html`<span class="tag step-${action.step}">${action.step}</span> <a
href="${site.prefix}/actions#${action.id}">${action.title}</a> <span
class="quiet">${phrase(openPhrase(action, now, nameOf), now)}</span>`;
