import type { Clock } from '../base/clock.ts';
import { after, type Instant, type Millis } from '../base/time.ts';
import type { Desk } from '../desk/desk.ts';
import { type Reading, readFilter } from '../desk/views/filter.ts';
import { readQuery } from '../desk/views/query.ts';
import { type Alarm, standing } from '../domain/alarm/alarm.ts';
import { parseSeverity, rank, SEVERITIES, type Severity } from '../domain/alarm/severity.ts';
import { Audience } from './audience.ts';
import { eventBytes } from './live-stream.ts';
import type { Reader } from './reader.ts';

export const NEWS_LIMITS = {
  /** Views that one stream may be told of. */
  per_stream_max: 5,
  /** Different views at once, of all readers together; the stream names those not told. */
  kept_max: 100,
  text_chars_max: 2_048,
  /** Alarms held against one view in a second; what is beyond is told as "and more". */
  looked_max: 2_000,
  /** What comes within this time is told together. */
  gather_ms: 100 as Millis,
  /** Between two tellings of one view. */
  gap_ms: 1_000 as Millis,
} as const;

/** What newly waits on one view, as told to everybody who asked for it. */
interface News {
  /** The text with which it was asked for. */
  readonly watch: string;
  readonly count: number;
  /** More than was looked at: there may be others. */
  readonly more: boolean;
  readonly worst: Severity | '';
  /** The worst of them, and where it stands. */
  readonly says: string;
}

interface Watch {
  readonly text: string;
  readonly fits: (alarm: Alarm) => boolean;
  readonly readers: Audience;
  count: number;
  /** Alarms looked at since `lookedSince`, and whether one was not. */
  looked: number;
  lookedSince: Instant;
  more: boolean;
  worst: Alarm | undefined;
  sentAt: Instant;
  cancel: (() => void) | undefined;
}

/** `major?q=site%3D"nbg"`: a severity, and the view of a list. Undefined when it is neither. */
function readWatch(text: string, reading: Reading): Watch['fits'] | undefined {
  const cut = text.indexOf('?');
  const from = parseSeverity(cut < 0 ? text : text.slice(0, cut));
  const query = readQuery(new URLSearchParams(cut < 0 ? '' : text.slice(cut + 1)));
  const filter = readFilter(query.filter, reading);
  if (from === undefined || 'why' in filter) return undefined;
  const severities = new Set(SEVERITIES.filter((s) => rank(s) >= rank(from)));
  const { passes = () => true } = filter;
  return (a) =>
    severities.has(a.severity) &&
    query.severities.includes(a.severity) &&
    standing(a) === 'waiting' &&
    passes(a);
}

interface NewsParts {
  readonly desk: Pick<Desk, 'watch'>;
  readonly clock: Clock;
  readonly readingNow: Reading;
}

/**
 * Tells streams what newly waits on views that their reader chose: for a sound, or a notice on the
 * desktop. Each view is looked at once for all its readers, and told at most once a second.
 */
export function openNews({ desk, clock, readingNow }: NewsParts) {
  const watches = new Map<string, Watch>();
  const tell = (watch: Watch): void => {
    watch.cancel = undefined;
    watch.sentAt = clock.now();
    const bytes = eventBytes('news', newsOf(watch));
    [watch.count, watch.more, watch.worst] = [0, false, undefined];
    watch.readers.tell(bytes);
  };
  const tellSoon = (watch: Watch): void => {
    const { gather_ms, gap_ms } = NEWS_LIMITS;
    const soon = after(clock.now(), gather_ms);
    const next = after(watch.sentAt, gap_ms);
    watch.cancel ??= clock.at(soon > next ? soon : next, () => {
      watch.readers.whenTold(() => tell(watch)); // what comes until then is told together
    });
  };
  const look = (watch: Watch, was: Alarm | undefined, is: Alarm): void => {
    if (standing(is) !== 'waiting') return;
    if (clock.now() >= after(watch.lookedSince, NEWS_LIMITS.gap_ms)) {
      [watch.looked, watch.lookedSince] = [0, clock.now()];
    }
    if (watch.looked >= NEWS_LIMITS.looked_max) {
      watch.more = true;
      return tellSoon(watch);
    }
    watch.looked++;
    if (!watch.fits(is)) return;
    if (was && was.episode === is.episode && watch.fits(was)) return;
    watch.count++;
    if (!watch.worst || rank(is.severity) > rank(watch.worst.severity)) watch.worst = is;
    tellSoon(watch);
  };
  const unwatch = desk.watch(({ alarms }) => {
    if (watches.size === 0) return;
    for (const [was, is] of alarms) {
      if (is) for (const watch of watches.values()) look(watch, was, is);
    }
  });
  return {
    /** Tells this stream what it asked for; names what cannot be told. */
    add(texts: readonly string[], reader: Reader): void {
      const untold = texts.filter(
        (text, n) => !take(watches, text, n, { reader, reading: readingNow }),
      );
      if (untold.length > 0) reader.write(eventBytes('untold', { watches: untold }));
    },
    close(): void {
      unwatch();
      for (const watch of watches.values()) watch.cancel?.();
    },
  };
}

function newsOf({ text, count, more, worst }: Watch): News {
  return {
    watch: text,
    count,
    more,
    worst: worst?.severity ?? '',
    says: worst ? `${worst.resource}: ${worst.text}` : '',
  };
}

/** False when it cannot be told. */
function take(
  watches: Map<string, Watch>,
  text: string,
  n: number,
  { reader, reading }: { readonly reader: Reader; readonly reading: Reading },
): boolean {
  if (n >= NEWS_LIMITS.per_stream_max || text.length > NEWS_LIMITS.text_chars_max) return false;
  const found = watches.get(text);
  const fits = found?.fits ?? readWatch(text, reading);
  if (!fits || (!found && watches.size >= NEWS_LIMITS.kept_max)) return false;
  const watch = found ?? {
    ...{ text, fits, readers: new Audience(), count: 0, looked: 0, more: false },
    ...{ worst: undefined, lookedSince: 0 as Instant, sentAt: 0 as Instant, cancel: undefined },
  };
  watches.set(text, watch);
  watch.readers.add(reader, () => {
    if (watch.readers.size > 0) return;
    watch.cancel?.();
    watches.delete(text);
  });
  return true;
}
