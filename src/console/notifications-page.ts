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
  /** What it told of: the labels of its group, and where they are listed, if they still are. */
  readonly about: string;
  readonly href: string;
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
<div class="title"><h1>Notifications</h1><span class="quiet">Who is told, by which way, and
whether it arrives.</span><a
href="${site.prefix}/notifications${again}">Reload</a></div>
${tests.length > 0 && testBox(tests, now)}
${trouble(receivers)}
${
  receivers.length === 0
    ? html`<div class="card empty"><h2>There is nobody to tell.</h2><p>Receivers come with the
configuration: start the desk with <code>--config.file=alertmanager.yml</code>.</p></div>`
    : receiverTable(site, reader, receivers, now)
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

/** Everybody who may be told, in one table: what does not deliver stands first. */
function receiverTable(
  site: Site,
  reader: Reader,
  all: readonly ReceiverRow[],
  now: Instant,
): Html {
  const isBad = ({ ways }: ReceiverRow): boolean => ways.some((w) => w.lastError !== '');
  const rows = [...all].sort((a, b) => Number(isBad(b)) - Number(isBad(a)));
  return html`<div class="scroll"><table class="table"><caption class="unseen-text">Receivers and
their ways out</caption><thead><tr><th scope="col">Receiver</th><th scope="col">Way</th><th
scope="col">State</th><th scope="col" class="number">Sent</th><th scope="col"
class="number">Failed</th><th scope="col" class="number">Open</th><th scope="col"><span
class="unseen-text">Actions</span></th></tr></thead>${rows.map((one) =>
    receiver(site, reader, one, now),
  )}</table></div>`;
}

function receiver(
  site: Site,
  reader: Reader,
  { name, ways, routes }: ReceiverRow,
  now: Instant,
): Html {
  const test = html`<form method="post" action="${site.prefix}/notifications/test">${formKeys(
    reader,
  )}<input type="hidden" name="receiver" value="${name}"><button aria-label="Send a test to
${name}">Send a test</button></form>`;
  const head = html`<td class="nowrap"><b>${name}</b><br><span class="quiet">${
    routes === 0 ? 'no route names it' : `named by ${counted(routes, 'route')}`
  }</span></td>`;
  const last = html`<td class="nowrap">${mayAct(reader) && ways.length > 0 && test}</td>`;
  return html`<tbody id="${receiverAnchor(name)}">${
    ways.length === 0
      ? html`<tr>${head}<td colspan="5"
class="bad">It has no way out: it tells nobody.</td>${last}</tr>`
      : ways.map(
          (way, i) =>
            html`<tr>${i === 0 ? head : html`<td></td>`}${wayCells(way, now)}${
              i === 0 ? last : html`<td></td>`
            }</tr>`,
        )
  }</tbody>`;
}

const MARKS: Readonly<Record<WayRow['state'], string>> = {
  shadow: '◌',
  'never used': '○',
  delivering: '●',
  failing: '▲',
  paused: '■',
};

function wayCells(w: WayRow, now: Instant): Html {
  const bad = w.lastError !== '';
  return html`<td class="nowrap">${w.kind}[${w.index}]</td><td class="${
    bad ? 'bad' : w.state === 'delivering' && 'good'
  }"><span aria-hidden="true">${MARKS[w.state]}</span> ${phrase(w.says, now)}${
    bad && html`<br><span class="says-why">${w.lastError}</span>`
  }</td><td class="number" data-h="Sent">${grouped(w.sent)}</td><td
class="number${w.failed > 0 && ' bad'}" data-h="Failed">${grouped(w.failed)}</td><td
class="number" data-h="Open">${grouped(w.open)}</td>`;
}

const whyOpen = ({ says, dueAt }: OpenDeliveries['deliveries'][number], now: Instant): Html =>
  phrase(says.length > 0 ? says : ['next try ', { at: dueAt, as: 'left' }], now);

function openTable({ deliveries, total }: OpenDeliveries, now: Instant): Html {
  const rows = deliveries.map(
    (d) => html`<tr><td class="nowrap"><b>${d.way}</b>${
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
scope="col">Of</th><th scope="col" class="number">Try</th><th
scope="col">Result</th><th scope="col">What the far side
said</th><th scope="col" class="number">Took</th></tr></thead><tbody>${attempts.map(
  (a) => html`<tr><td>${timeTag(a.at, 'ago', now)}</td><td class="nowrap">${a.way}</td><td
data-h="Of">${a.href === '' ? a.about : html`<a href="${a.href}">${a.about}</a>`}</td><td
class="number" data-h="Try">${a.attempt}</td><td class="${
    RESULT_TONES[a.result]
  }">${RESULTS[a.result]}</td><td>${a.detail}</td><td
class="number nowrap" data-h="Took">${grouped(Math.round(a.tookMs))} ms</td></tr>`,
)}</tbody></table></div>`;
