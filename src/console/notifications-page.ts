import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { OpenDeliveries, ReceiverRow, WayRow } from '../desk/views/receivers.ts';
import { counted, grouped, type Phrase } from '../desk/views/words.ts';
import { errorSummary, faultErrors } from './form-errors.ts';
import { formKeys, phrase, timeTag } from './parts.ts';
import { receiverAnchor } from './routes-page.ts';
import { mayAct, type Reader, type Site } from './site.ts';

/** One try as the page tells it. */
export interface AttemptRow {
  readonly at: Instant;
  readonly way: string;
  readonly attempt: number;
  readonly result: 'sent' | 'later' | 'never' | 'withdrawn' | 'shadow';
  readonly detail: string;
  readonly tookMs: number;
}

/** How the test that was just asked for goes, way by way. */
export interface TestRow {
  readonly id: string;
  readonly way: string;
  readonly says: Phrase;
  readonly is: 'sent' | 'open' | 'failed';
}

export interface NotificationsView {
  readonly receivers: readonly ReceiverRow[];
  readonly open: OpenDeliveries;
  /** Newest first. */
  readonly attempts: readonly AttemptRow[];
  readonly tests: readonly TestRow[];
  /** Why the last thing asked for was not done; ''. */
  readonly fault: string;
  readonly now: Instant;
}

/** Receivers, how their ways do, what is on its way, and what was tried last. */
export function notificationsBody(site: Site, reader: Reader, view: NotificationsView): Html {
  const { receivers, open, attempts, tests, fault, now } = view;
  const ids = tests.map(({ id }) => id).join(',');
  const again = ids === '' ? '' : `?test=${ids}`;
  return html`<div class="stack">${errorSummary(faultErrors(fault, {}))}
<div class="title"><h1>Notifications</h1><a
href="${site.prefix}/notifications${again}">Reload</a></div>
${tests.length > 0 && testBox(tests, now)}
${trouble(receivers)}
${
  receivers.length === 0
    ? html`<div class="card empty"><h2>There is nobody to tell.</h2><p>Receivers come with the
configuration: start the desk with <code>--config.file=alertmanager.yml</code>.</p></div>`
    : receivers.map((one) => receiver(site, reader, one, now))
}
<section><h2>On its way</h2>${
    open.total === 0
      ? html`<p class="quiet">Nothing waits to be delivered.</p>`
      : openTable(open, now)
  }</section>
<section><h2>Tried last</h2>${
    attempts.length === 0
      ? html`<p class="quiet">Nothing was sent yet.</p>`
      : attemptTable(attempts, now)
  }</section></div>`;
}

const testBox = (
  tests: readonly TestRow[],
  now: Instant,
): Html => html`<section class="card" role="status">
<p><b>Test sent.</b> ${tests.some((t) => t.is === 'open') && 'Reload to see how it went.'}</p><ul
class="plain-list">${tests.map(
  (t) => html`<li class="${t.is === 'sent' ? 'good' : t.is === 'failed' && 'bad'}"><b>${t.way}</b>
${phrase(t.says, now)}</li>`,
)}</ul></section>`;

function trouble(receivers: readonly ReceiverRow[]): Html | false {
  const bad = receivers.flatMap(({ name, ways }) =>
    ways.filter((w) => w.lastError !== '').map((w) => ({ name, way: w.way })),
  );
  if (bad.length === 0) return false;
  const one = bad.length === 1;
  return html`<p class="fault">${counted(bad.length, 'way')} out ${one ? 'does' : 'do'} not
deliver: ${bad.map(
    ({ name, way }, i) => html`${i > 0 && ', '}<a href="#${receiverAnchor(name)}">${way}</a>`,
  )}.</p>`;
}

function receiver(
  site: Site,
  reader: Reader,
  { name, ways, routes }: ReceiverRow,
  now: Instant,
): Html {
  const test = html`<form method="post" action="${site.prefix}/notifications/test">${formKeys(
    reader,
  )}<input type="hidden" name="receiver" value="${name}"><button>Send a test</button></form>`;
  return html`<section class="card" id="${receiverAnchor(name)}"><div class="card-head">
<h2>${name}</h2><span class="quiet">${
    routes === 0 ? 'no route names it' : `named by ${counted(routes, 'route')}`
  }</span><span class="room"></span>${mayAct(reader) && ways.length > 0 && test}</div>
${
  ways.length === 0
    ? html`<p class="quiet">It has no way out: it tells nobody.</p>`
    : html`<div class="scroll"><table class="table"><caption class="unseen-text">Ways of
${name}</caption><thead><tr><th scope="col">Way</th><th scope="col">State</th><th scope="col"
class="number">Sent</th><th scope="col" class="number">Failed</th><th scope="col"
class="number">Open</th><th scope="col">Last error</th></tr></thead><tbody>${ways.map((way) =>
        wayRow(way, now),
      )}</tbody></table></div>`
}</section>`;
}

const MARKS: Readonly<Record<WayRow['state'], string>> = {
  shadow: '◌',
  'never used': '○',
  delivering: '●',
  failing: '▲',
  paused: '■',
};

const wayRow = (w: WayRow, now: Instant): Html => {
  const bad = w.lastError !== '';
  return html`<tr><td><b>${w.kind}[${w.index}]</b></td><td class="${
    bad ? 'bad' : w.state === 'delivering' && 'good'
  }"><span aria-hidden="true">${MARKS[w.state]}</span> ${phrase(w.says, now)}</td>
<td class="number" data-h="Sent">${grouped(w.sent)}</td><td
class="number" data-h="Failed">${grouped(w.failed)}</td><td
class="number" data-h="Open">${grouped(w.open)}</td><td>${w.lastError}</td></tr>`;
};

const whyOpen = ({ says, dueAt }: OpenDeliveries['deliveries'][number], now: Instant): Html =>
  phrase(says.length > 0 ? says : ['next try ', { at: dueAt, as: 'left' }], now);

function openTable({ deliveries, total }: OpenDeliveries, now: Instant): Html {
  const rows = deliveries.map(
    (d) => html`<tr><td><b>${d.way}</b>${
      d.late &&
      html` <span class="tag">given to the fallback
too</span>`
    }</td><td>${counted(d.alarms, 'alarm')}, ${d.reason}<br><code
class="quiet">${d.groupKey}</code></td><td>${timeTag(d.since, 'ago', now)}</td><td
class="number" data-h="Tries">${d.attempts}</td><td>${whyOpen(d, now)}</td></tr>`,
  );
  return html`${
    total > deliveries.length && html`<p>The ${deliveries.length} oldest of ${grouped(total)}.</p>`
  }<div class="scroll"><table class="table"><thead><tr><th scope="col">To</th><th
scope="col">What</th><th scope="col">Since</th><th scope="col" class="number">Tries</th><th
scope="col">Why it is not there yet</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

const RESULTS: Readonly<Record<AttemptRow['result'], string>> = {
  sent: 'arrived',
  later: 'failed, tried again',
  never: 'refused for good',
  withdrawn: 'withdrawn',
  shadow: 'not sent: shadow',
};

const RESULT_TONES: Readonly<Record<AttemptRow['result'], string>> = {
  sent: 'good',
  later: 'bad',
  never: 'bad',
  withdrawn: '',
  shadow: 'quiet',
};

const attemptTable = (attempts: readonly AttemptRow[], now: Instant): Html => html`<div
class="scroll"><table class="table"><thead><tr><th scope="col">When</th><th scope="col">To</th><th
scope="col" class="number">Try</th><th scope="col">Result</th><th scope="col">What the far side
said</th><th scope="col" class="number">Took</th></tr></thead><tbody>${attempts.map(
  (a) => html`<tr><td>${timeTag(a.at, 'clock', now)}</td><td>${a.way}</td><td
class="number" data-h="Try">${a.attempt}</td><td class="${
    RESULT_TONES[a.result]
  }">${RESULTS[a.result]}</td><td>${a.detail}</td><td
class="number" data-h="Took">${grouped(Math.round(a.tookMs))} ms</td></tr>`,
)}</tbody></table></div>`;
