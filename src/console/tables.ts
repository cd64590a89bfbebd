import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import { type NameOf, SUPPRESSION_WORDS } from '../desk/views/words.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { pager, type Stretch } from './pager.ts';
import { formKeys, severityMark, timeTag } from './parts.ts';
import { mayAct, type Reader, type Site } from './site.ts';

/** Rows of the plain pages; more than this is said, not shown. */
export const TABLE_ROWS_MAX = 500;

export interface ShelvesView {
  /** Suppressed alarms, the one that ends first at the top. */
  readonly alarms: Stretch<Alarm>;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/** What is hidden, by whom, why, and until when. */
export function shelvesBody(site: Site, reader: Reader, view: ShelvesView): Html {
  const { alarms, nameOf, now } = view;
  if (alarms.total === 0) {
    return html`<h1>Shelved</h1><div class="card empty"><h2>Nothing is hidden.</h2>
<p>Shelve an alarm that is known and need not be seen for a while. It takes a reason and an end;
its state moves on underneath, and it comes back by itself.</p></div>`;
  }
  const rows = alarms.rows.flatMap((a) =>
    a.suppressions.map(
      (s) => html`<tr><td>${severityMark(a.severity, 'shelved')}</td><td><a
href="${site.prefix}/alarms/${a.id}">${a.resource}</a><br><span
class="quiet">${a.type}</span> ${a.text}</td><td>${a.condition.is}</td>
<td>${SUPPRESSION_WORDS[s.kind]} by ${nameOf(s.by)}<br>${s.reason}</td>
<td>${timeTag(s.until, 'clock', now)}<br><span
class="quiet">${timeTag(s.until, 'left', now)}</span></td>
<td>${
        mayAct(reader) &&
        s.kind === 'shelf' &&
        html`<form method="post"
action="${site.prefix}/act">${formKeys(reader)}<button name="one"
value="unshelve.${a.id}.${a.episode}">Unshelve</button></form>`
      }</td></tr>`,
    ),
  );
  return html`<div class="stack"><div class="title"><h1>Shelved</h1><span class="quiet">Hidden for a
time; the state moves on underneath. What ends first stands first.</span></div>
<div class="scroll"><table class="table"><thead><tr><th scope="col">Severity</th><th
scope="col">Alarm</th><th scope="col">Underneath</th><th scope="col">By whom, and why</th><th
scope="col">Until</th><th scope="col"><span class="unseen-text">Action</span></th></tr></thead>
<tbody>${rows}</tbody></table></div>${pager(site, reader, alarms)}</div>`;
}
