import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { FieldErrors } from '../console/form-errors.ts';
import { trialLine, trialSentBox } from '../console/way-trial-box.ts';
import type { WayRef } from '../domain/routing/notice.ts';
import { json } from './answer.ts';
import { byOf } from './api/parts.ts';
import { atFields } from './config-form-parts.ts';
import { putInto, type SentForm, shownAgain } from './config-form-steps.ts';
import { field } from './page-reader.ts';
import type { Answer, Asked } from './route.ts';
import { type Tries, tries } from './tries.ts';

export const WAY_TRIAL_LIMITS = {
  /** Tests of one person in a row; then one more every `refill_seconds`. */
  in_a_row_max: 5,
  refill_seconds: 12,
  /** People whose tests are counted. */
  people_max: 256,
} as const;

/** Counts the tests that people send from forms. */
export const openSendTries = (clock: Clock): Tries => {
  const { in_a_row_max, refill_seconds, people_max } = WAY_TRIAL_LIMITS;
  return tries(clock, in_a_row_max, refill_seconds * 1_000, people_max);
};

/** A test is asked for: as a page, for who has no scripts, or as a line. */
export const isSend = (asked: Asked): boolean =>
  field(asked.json, 'do') === 'send' || isLine(asked);

/** The script asks, and wants a line. */
export const isLine = ({ json: body }: Asked): boolean => field(body, 'do') === 'send-line';

export const MOVED_LINE = json(200, {
  fault:
    'Nothing was sent: the configuration, or your draft, changed since this form was opened. ' +
    'Keep it in the draft to see what changed.',
});

/** Sends a test through the way as it was typed, and says what came back. */
export async function sendTyped(
  form: SentForm,
  text: string,
  to: WayRef,
  sent: Tries,
): Promise<Answer> {
  const { parts, asked, shown } = form;
  const by = byOf(asked.actor);
  const put = putInto(form, text);
  if (!put.ok) return refusedSend(form, atFields(put.errors, shown.fields));
  try {
    sent.check(by);
  } catch (error) {
    if (isLine(asked) || !(error instanceof DeskError)) throw error;
    return shownAgain(form, [{ field: '', why: error.message }], {}, error.status);
  }
  sent.failed(by);
  const tried = await parts.tryWay?.({ text: put.text, to, by });
  if (!tried) return refusedSend(form, [{ field: '', why: 'This desk sends nothing.' }]);
  if (!tried.ok)
    return refusedSend(
      form,
      tried.faults.map(({ why }) => ({ field: '', why })),
    );
  const { ended } = tried;
  if (!isLine(asked)) return shownAgain(form, [], { outcome: () => trialSentBox(ended) });
  return json(200, { [ended.is === 'sent' ? 'says' : 'fault']: trialLine(ended) });
}

/** The form once more, or a line where a line is wanted, says what is wrong. */
export function refusedSend(form: SentForm, errors: FieldErrors): Answer {
  if (!isLine(form.asked)) return shownAgain(form, errors);
  return json(200, { fault: `Nothing was sent: ${errors.map(({ why }) => why).join(' ')}` });
}
