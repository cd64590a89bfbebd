import { type HeadView, headTitle } from '../console/layout.ts';
import { grouped } from '../desk/views/words.ts';
import { SEVERITIES } from '../domain/alarm/severity.ts';
import { eventText } from './live-stream.ts';

/** The head of every page as an event: the same for everybody, whatever list they look at. */
export interface LiveHead {
  now(): string;
  /** For one who comes: should it be told back to what was sent, that is news to them. */
  greeting(): Buffer;
  /** What it says now; undefined when that was sent. */
  news(): Buffer | undefined;
}

/**
 * Drawn once for each thing it says: with hundreds of views every one asks for it in every tick,
 * and mostly nothing of it is new between two of them.
 */
export function openHead(
  look: () => HeadView,
  draw: (head: HeadView) => string = headEvent,
): LiveHead {
  let drawn: { readonly of: HeadView; readonly text: string } | undefined;
  let sent = '';
  const now = (): string => {
    const head = look();
    if (!drawn || !saysTheSame(drawn.of, head)) drawn = { of: head, text: draw(head) };
    return drawn.text;
  };
  return {
    now,
    greeting() {
      const text = now();
      if (text !== sent) sent = '';
      return Buffer.from(text);
    },
    news() {
      const text = now();
      if (text === sent) return undefined;
      sent = text;
      return Buffer.from(text);
    },
  };
}

/** As far as the event says anything of it. */
const saysTheSame = (a: HeadView, b: HeadView): boolean =>
  a.trouble === b.trouble && SEVERITIES.every((s) => a.waiting[s] === b.waiting[s]);

const headEvent = (head: HeadView): string =>
  eventText('head', {
    worst: head.worst ?? 'calm',
    title: headTitle(head),
    trouble: head.trouble,
    figures: Object.fromEntries(SEVERITIES.map((s) => [`head.${s}`, grouped(head.waiting[s])])),
  });
