import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { Swap } from '../desk/rota-acts.ts';
import type { NameOf } from '../desk/views/words.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { formKeys, timeTag } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

/** A request with its times as the schedule's clock shows them: `2026-03-01T22:00`. */
export interface SwapView {
  readonly swap: Swap;
  readonly from: string;
  readonly to: string;
}

export interface SwapsView {
  readonly schedule: string;
  readonly swaps: readonly SwapView[];
  /** Whose page it is. */
  readonly me: UserId;
  /** Do they have turns here? */
  readonly isMember: boolean;
  /** What the form begins with: the reader's next shift. */
  readonly from: string;
  readonly to: string;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/** Requests to swap of one schedule, and a form for one more. */
export function swapsPart(site: Site, reader: Reader, view: SwapsView): Html {
  const { swaps, isMember } = view;
  return html`${swaps.length > 0 && swapTable(site, reader, view)}
${isMember && mayAct(reader) && askForm(site, reader, view)}`;
}

function swapTable(site: Site, reader: Reader, view: SwapsView): Html {
  const { nameOf, now } = view;
  return html`<h3>Swaps</h3><div class="scroll"><table class="table"><caption
class="unseen-text">Requests to swap</caption><thead><tr><th scope="col">Who asks</th><th
scope="col">From</th><th scope="col">Until</th><th scope="col">Why</th><th scope="col">Taken
by</th><th scope="col"><span class="unseen-text">Actions</span></th></tr></thead>
<tbody>${view.swaps.map(
    ({ swap, from, to }) => html`<tr id="${swap.id}"><td><b>${nameOf(swap.person)}</b></td>
<td data-h="From">${timeTag(swap.from, 'clock', now)}</td>
<td data-h="Until">${timeTag(swap.to, 'clock', now)}</td>
<td>${swap.reason}</td><td data-h="Taken by">${
      swap.taken ? html`<b>${nameOf(swap.taken.by)}</b>` : 'nobody yet'
    }</td>
<td>${!swap.taken && mayAct(reader) && actions(site, reader, view, { swap, from, to })}</td></tr>`,
  )}</tbody></table></div>`;
}

function actions(site: Site, reader: Reader, view: SwapsView, { swap, from, to }: SwapView): Html {
  const path = `${site.prefix}/oncall/swaps/${swap.id}`;
  return swap.person === view.me || !view.isMember
    ? html`<details><summary>Withdraw</summary><form method="post"
action="${path}/withdraw">${formKeys(reader)}<label class="field">Why <input name="reason" required
maxlength="4096" autocomplete="off"></label>
<button aria-label="Withdraw request ${swap.id}">Withdraw</button></form></details>`
    : html`<details><summary>I take it</summary><form method="post"
action="${path}/take">${formKeys(reader)}<label class="field">From, by the schedule’s clock <input
type="datetime-local" name="from" required value="${from}"></label><label class="field">Until <input
type="datetime-local" name="to" required value="${to}"></label>
<button class="main" aria-label="I take request ${swap.id}">I take it</button></form></details>`;
}

function askForm(site: Site, reader: Reader, { schedule, from, to }: SwapsView): Html {
  return html`<details><summary>Ask for a swap</summary><form method="post"
action="${site.prefix}/oncall/swaps" class="form silence-form">${formKeys(reader)}<input
type="hidden" name="schedule" value="${schedule}">
<label class="field">From, by the schedule’s clock <input type="datetime-local" name="from" required
value="${from}"></label>
<label class="field">Until <input type="datetime-local" name="to" required value="${to}"></label>
<label class="field wide">Why: for everybody who sees it <input name="reason" required
maxlength="4096" autocomplete="off"></label>
<div class="verbs"><button class="main">Ask</button></div></form></details>`;
}
