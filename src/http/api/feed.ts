import type { Clock } from '../../base/clock.ts';
import { DeskError } from '../../base/errors.ts';
import { after, type Instant, millis, seconds } from '../../base/time.ts';
import { type Matcher, matchesAlarm } from '../../domain/alarm/matcher.ts';
import type { Recent, RecentChange } from './recent.ts';

export const FEED_LIMITS = {
  streams_max: 1_000,
  /** Sent but not taken by the reader; beyond it the ring of recent changes is its buffer. */
  waiting_bytes_max: 1_048_576,
  /** A reader that takes nothing for so long is gone. */
  stall_ms_max: 30_000,
  /** Changes looked at for one reader in one go: the next one waits that long. */
  batch_changes_max: 2_000,
} as const;

/** Changes that come together go out together. */
const FLUSH_AFTER = millis(25);
const HEARTBEAT_EVERY = seconds(15);

/** Where a stream goes: a response, or a list in a test. */
export interface Sink {
  write(text: string): void;
  /** Bytes written and not yet taken. */
  waiting(): number;
  end(): void;
}

interface Reader {
  readonly sink: Sink;
  readonly matchers: readonly Matcher[];
  /** Number of the next change to look at. */
  next: number;
  stalledSince: Instant | undefined;
}

/** The event stream: one message for each changed alarm, to every reader whose filter fits. */
export interface Feed {
  readonly readers: number;
  /** Throws BUSY when there are too many. The returned function leaves. */
  join(sink: Sink, matchers: readonly Matcher[], lastEventId: string | undefined): () => void;
  close(): void;
}

export interface FeedParts {
  readonly recent: Recent;
  readonly clock: Clock;
  /** Journal position now. */
  readonly position: () => number;
  /** A change as the text of an SSE message. Called once for each change. */
  readonly drawn: (change: RecentChange) => string;
}

export function openFeed(parts: FeedParts): Feed {
  const { recent, clock } = parts;
  const readers = new Set<Reader>();
  const texts = new WeakMap<RecentChange, string>();
  let cancelFlush: (() => void) | undefined;
  let cancelBeat: (() => void) | undefined;

  const textOf = (change: RecentChange): string => {
    const text = texts.get(change) ?? parts.drawn(change);
    texts.set(change, text);
    return text;
  };
  const flush = () => {
    cancelFlush = undefined;
    let behind = false;
    for (const reader of readers) {
      if (!isTaking(reader, clock.now(), readers)) continue;
      advance(reader, recent, textOf, parts.position());
      behind ||= reader.next < recent.head;
    }
    if (behind) wantFlush();
  };
  const wantFlush = () => {
    if (readers.size > 0) cancelFlush ??= clock.at(after(clock.now(), FLUSH_AFTER), flush);
  };
  const beat = () => {
    cancelBeat = undefined;
    for (const reader of readers) {
      if (isTaking(reader, clock.now(), readers)) reader.sink.write(': still here\n\n');
    }
    if (readers.size > 0) wantFlush();
    if (readers.size > 0) cancelBeat = clock.at(after(clock.now(), HEARTBEAT_EVERY), beat);
  };
  const unwatch = recent.onChange(wantFlush);

  return {
    get readers() {
      return readers.size;
    },
    join(sink, matchers, lastEventId) {
      if (readers.size >= FEED_LIMITS.streams_max)
        throw new DeskError('BUSY', { why: `${FEED_LIMITS.streams_max} event streams are open` });
      const next = begin(sink, recent, parts.position(), lastEventId);
      const reader: Reader = { sink, matchers, next, stalledSince: undefined };
      readers.add(reader);
      wantFlush();
      cancelBeat ??= clock.at(after(clock.now(), HEARTBEAT_EVERY), beat);
      return () => readers.delete(reader);
    },
    close() {
      unwatch();
      cancelFlush?.();
      cancelBeat?.();
      for (const { sink } of readers) sink.end();
      readers.clear();
    },
  };
}

/** A reader that does not take what was sent gets no more; after a while it is sent away. */
function isTaking(reader: Reader, now: Instant, readers: Set<Reader>): boolean {
  if (reader.sink.waiting() <= FEED_LIMITS.waiting_bytes_max) {
    reader.stalledSince = undefined;
    return true;
  }
  reader.stalledSince ??= now;
  if (now >= after(reader.stalledSince, millis(FEED_LIMITS.stall_ms_max))) {
    reader.sink.end();
    readers.delete(reader);
  }
  return false;
}

/** Everything up to `position` is known: (position + 1, 0) is where reading goes on. */
const hereMessage = (event: 'position' | 'gap', position: number): string =>
  `event: ${event}\nid: ${position + 1}.-1\ndata: {"position":${position}}\n\n`;

/** Says where the stream begins, and returns the number of the first change to send. */
function begin(
  sink: Sink,
  recent: Recent,
  position: number,
  lastEventId: string | undefined,
): number {
  const found = /^(\d{1,15})\.(-1|\d{1,9})$/.exec(lastEventId ?? '');
  const [at, index] = [Number(found?.[1]), Number(found?.[2])];
  // An id from ahead of us is of another journal, or of this one before it was restored.
  const ours = at <= position || (at === position + 1 && index === -1);
  const known = found && ours ? recent.after(at, index) : undefined;
  if (known !== undefined) return known;
  sink.write(hereMessage(lastEventId === undefined ? 'position' : 'gap', position));
  return recent.head;
}

function advance(
  reader: Reader,
  recent: Recent,
  textOf: (change: RecentChange) => string,
  position: number,
): void {
  const { sink, matchers } = reader;
  if (reader.next < recent.tail) {
    sink.write(hereMessage('gap', position));
    reader.next = recent.head;
    return;
  }
  const end = Math.min(recent.head, reader.next + FEED_LIMITS.batch_changes_max);
  let text = '';
  for (; reader.next < end; reader.next++) {
    const change = recent.get(reader.next);
    if (change && concerns(change, matchers)) text += textOf(change);
  }
  if (text !== '') sink.write(text);
}

/** It fits, or fitted until now: who filters has to hear that it left. */
const concerns = ({ was, alarm }: RecentChange, matchers: readonly Matcher[]): boolean =>
  (was !== undefined && matchesAlarm(matchers, was)) ||
  (alarm !== undefined && matchesAlarm(matchers, alarm));
