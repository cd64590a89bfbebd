import { type Html, html } from '../base/html.ts';
import type { Instant } from '../base/time.ts';
import type { Memory } from '../desk/desk.ts';
import type { Muted } from '../desk/views/muted.ts';
import { whyMute } from '../desk/views/why-mutes.ts';
import { type NameOf, type Phrase, phraseText } from '../desk/views/words.ts';
import type { Alarm } from '../domain/alarm/alarm.ts';
import { glyph, phrase } from './parts.ts';

interface Context {
  readonly memory: Pick<Memory, 'get'>;
  readonly nameOf: NameOf;
  readonly now: Instant;
}

/** By whom or what, until when and why: each silence, then the alarm that inhibits it. */
export const mutedPhrase = (
  { memory, nameOf }: Pick<Context, 'memory' | 'nameOf'>,
  alarm: Alarm,
  { mutes }: Muted,
): Phrase =>
  mutes.flatMap((mute, i) => [i > 0 ? '; ' : '', ...whyMute(memory, mute, alarm, nameOf).says]);

/** Nobody is told of it now: a shape, a word, and the whole of it for pointers and readers. */
export function mutedTag(context: Context, alarm: Alarm, muted: Muted | undefined): Html | false {
  if (!muted) return false;
  const says = mutedPhrase(context, alarm, muted);
  const [first = '', ...rest] = says.filter((part) => part !== '');
  const after = typeof first === 'string' ? first.slice(muted.is.length) : first;
  return html`<span class="tag ${muted.is}" title="${phraseText(says)}">${glyph(
    muted.is,
  )}${muted.is}<span class="unseen-text">${phrase([after, ...rest], context.now)}</span></span> `;
}
