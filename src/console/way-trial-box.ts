import { type Html, html } from '../base/html.ts';
import type { Ended } from '../desk/outbox-try.ts';

/** What came of a test, in a line: `Delivered in 34 ms: HTTP 200.` */
export function trialLine({ is, detail, tookMs, asked }: Ended): string {
  const said = detail.replace(/\.$/, '');
  if (is === 'sent') return `Delivered in ${tookMs} ms: ${said}.`;
  if (!asked) return `Nothing was sent: ${said}. Mend it in the form, then send again.`;
  return is === 'later'
    ? `Not delivered after ${tookMs} ms: ${said}. ${TRY_AGAIN}`
    : `The other side will not have it: ${said}. ${MEND}`;
}

const TRY_AGAIN = 'Look whether the address is right and the other side is up, then send again.';
const MEND = 'Look at the address, and at what it wants to let the desk in, then send again.';

/** The same as a box, for who has no scripts. */
export const trialSentBox = (ended: Ended): Html => html`<section class="card preview"
aria-labelledby="sent-title"><h2 id="sent-title">What came of the test</h2>
<p role="status"${ended.is !== 'sent' && html` class="bad"`}><b>${trialLine(ended)}</b></p>
<p class="quiet small">A secret that you typed was used, and is not kept in the form: type it once
more before you keep this in the draft.</p></section>`;
