import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import { REASON_SAYS } from '../desk/views/notice-words.ts';
import type { RouteStep } from '../desk/views/route-steps.ts';
import type { Why } from '../desk/views/why.ts';
import type { WhyGroup, WhyTold, WhyWay } from '../desk/views/why-groups.ts';
import { counted, type Phrase } from '../desk/views/words.ts';
import { phrase, timeTag } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

/** Lines of history that are shown; the command line shows more. */
const HISTORY_LINES_MAX = 30;

/** Who was told of the alarm, or why nobody was: a card of the alarm page. */
export function whyPanel(site: Site, reader: Reader, why: Why, me: Phrase, now: Instant): Html {
  const { alarm, answer, mutes, groups, past, at } = why;
  const open = past && html` open`;
  return html`<section class="card why" id="why"><div class="card-head"><h2>Who was told</h2><span
class="quiet small">${past ? 'at' : 'as of'} ${timeTag(at, 'clock', now)} · <a
href="${site.prefix}/alarms/${alarm.id}#why">${past ? 'Now' : 'Reload'}</a></span>${
    mayAct(reader) &&
    alarm.condition.is === 'raised' &&
    html`<span class="room"></span><a class="button"
href="${site.prefix}/silences?alarm=${alarm.id}#silence">Silence</a>`
  }</div>
<p class="why-answer">${phrase(answer.says, now)}</p>
${me.length > 0 && html`<p class="why-me">${phrase(me, now)}</p>`}
${
  mutes.length > 0 &&
  html`<ul class="plain-list">${mutes.map(
    (m) => html`<li>${past ? 'It was' : 'Now it is'} ${phrase(m.says, now)}</li>`,
  )}</ul>`
}
${groups.map((group) => groupBlock(group, now))}
<details${open}><summary>Its way through the routes</summary>${routeList(why)}</details>
<details${open}><summary>What was decided and tried</summary>${history(why, now)}
<form method="get" action="${site.prefix}/alarms/${alarm.id}#why" class="then"><label>As it was at
(UTC) <input type="datetime-local" name="at" required value="${at === now ? '' : minuteText(at)}">
</label><button>Show</button></form></details></section>`;
}

const minuteText = (at: Instant): string => new Date(at).toISOString().slice(0, 16);

function groupBlock(group: WhyGroup, now: Instant): Html {
  const { looks, closed, ways } = group;
  return html`<div class="why-group"><p class="small quiet">Group <code>${group.key}</code>,
${counted(group.raised, 'alarm')} raised${
    looks &&
    html`; next look ${timeTag(looks.nextAt, 'left', now)} (${looks.says}; repeats every
${group.repeatsEvery})`
  }</p>
${
  closed &&
  html`<p>Quiet now: ${closed.why === 'mute' ? 'in the mute interval' : 'outside'}
${closed.intervals.join(', ')}${
  closed.until && html`, until ${timeTag(closed.until, 'clock', now)}`
}.</p>`
}
<ul class="plain-list">${ways.map((way) => wayLine(way, now))}</ul>${
    looks &&
    ways.some((way) => way.next === undefined) &&
    html`<p class="small quiet">What it would be told next is not foreseen: the group is too
large.</p>`
  }</div>`;
}

const TOLD: Readonly<Record<WhyTold['as'], string>> = {
  firing: 'was told that it is raised, ',
  resolved: 'was told that it is over, ',
  'taken back': 'was told of it before; last heard of the group ',
};

const toldWords = ({ as, shadow }: WhyTold): string =>
  shadow ? TOLD[as].replace('was told', 'would have been told') : TOLD[as];

const openSays = ({ says, dueAt }: NonNullable<WhyWay['delivery']>): Phrase =>
  says.length > 0 ? says : ['next try ', { at: dueAt, as: 'left' }];

function wayLine(
  { way, told, next, delivery, failingSince, lastError, pausedUntil }: WhyWay,
  now: Instant,
): Html {
  return html`<li><b>${way}</b> ${
    told ? html`${toldWords(told)}${timeTag(told.at, 'clock', now)}` : 'was not told of it'
  }${next && html`; ${phrase(next.says, now)}`}${
    delivery &&
    html`<br><span class="bad">Open delivery, ${counted(delivery.attempts, 'try', 'tries')} so
far: ${phrase(openSays(delivery), now)}</span>`
  }${
    failingSince &&
    html`<br><span class="bad">Failing since ${timeTag(failingSince, 'clock', now)}:
${lastError}</span>`
  }${pausedUntil && html`<br>Paused until ${timeTag(pausedUntil, 'clock', now)}`}</li>`;
}

function routeList({ route, revision }: Why): Html {
  if (!route) return html`<p class="quiet">There was no routing.</p>`;
  return html`<ol class="way-list">${route.steps.map(stepItem)}</ol>${
    route.leftOut > 0 &&
    html`<p class="quiet">and ${counted(route.leftOut, 'route')} more that did
not fit</p>`
  }<p class="small quiet">Revision ${revision} of the configuration.</p>`;
}

function stepItem({ depth, matchers, receiver, matched, took, failed }: RouteStep): Html {
  const name = matchers === '{}' ? html`everything` : html`<code>${matchers}</code>`;
  const indent = `depth-${Math.min(depth, 6)}`;
  if (took) return html`<li class="${indent}">✓ ${name}: takes it for <b>${receiver}</b></li>`;
  if (matched) return html`<li class="${indent}">✓ ${name}: fits, looked further</li>`;
  return html`<li class="${indent} quiet">✗ ${name}${
    failed && html`: does not fit <code>"${failed.value}"</code>`
  }</li>`;
}

const RESULTS: Readonly<Record<Why['attempts'][number]['result'], string>> = {
  sent: 'arrived',
  later: 'failed, tried again later',
  never: 'refused for good',
  withdrawn: 'withdrawn',
  shadow: 'not sent',
};

function history({ decisions, attempts, more }: Why, now: Instant): Html {
  const text = (to: { receiver: string; kind: string; index: number }): string =>
    `${to.receiver}/${to.kind}[${to.index}]`;
  const lines = [
    ...decisions.map(({ at, to, verdict, reason }) => {
      const did = verdict === 'notify' ? 'to be told' : 'left alone';
      return { at, way: text(to), says: `${did}, because ${REASON_SAYS[reason]}` };
    }),
    ...attempts.map(({ at, to, attempt, result, detail }) => {
      const said = detail === '' ? '' : `: ${detail}`;
      return { at, way: text(to), says: `try ${attempt} ${RESULTS[result]}${said}` };
    }),
  ].sort((a, b) => b.at - a.at);
  if (lines.length === 0) return html`<p class="quiet">Nothing yet.</p>`;
  const isCut = more || lines.length > HISTORY_LINES_MAX;
  return html`<ol class="timeline">${lines.slice(0, HISTORY_LINES_MAX).map(
    ({ at, way, says }) => html`<li><span class="quiet">${timeTag(at, 'clock', now)}</span><div>
<b>${way}</b> ${says}</div></li>`,
  )}</ol>${isCut && html`<p class="quiet">Older lines are not shown.</p>`}`;
}
