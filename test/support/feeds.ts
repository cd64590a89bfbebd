import type { ReadFeedText } from '../../src/domain/inventory/feed.ts';
import { readText } from '../../src/inventory/read-text.ts';

/** Reads feeds here and now: the thread has a test of its own. */
export const readFeed: ReadFeedText = async (text, others) => readText(text, others);
