import type { Desk } from '../desk/desk.ts';
import {
  checkFeedName,
  compareFeed,
  type FeedChange,
  keysOfOthers,
} from '../desk/inventory-import.ts';
import { type Effect, effectOf } from '../desk/views/inventory-effect.ts';
import type { FeedReport, FeedText, ReadFeedText } from '../domain/inventory/feed.ts';
import { refusal } from './problem.ts';
import { runSliced } from './sliced.ts';

export interface Compared {
  readonly change: FeedChange;
  readonly report: FeedReport;
}

/** Reads a feed and compares it with what holds. Throws FIELD_INVALID and FEED_INVALID. */
export async function readAndCompare(
  { desk, readFeed }: { readonly desk: Desk; readonly readFeed: ReadFeedText },
  feed: string,
  text: FeedText,
): Promise<Compared> {
  checkFeedName(feed);
  const others = await runSliced(keysOfOthers(desk.memory, feed));
  const read = await readFeed(text, others);
  if (!read.ok) throw refusal('FEED_INVALID', { line: read.line, why: read.why });
  const change = await runSliced(compareFeed(desk.memory, feed, read.parts));
  return { change, report: read.report };
}

/** What a change would do to the labels of the alarms that are open. */
export const effectOn = ({ memory }: Desk, change: FeedChange): Promise<Effect> =>
  runSliced(effectOf(memory, change.feed, change));
