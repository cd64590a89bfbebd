import { parentPort, workerData } from 'node:worker_threads';
import type { FeedText } from '../domain/inventory/feed.ts';
import { readText } from './read-text.ts';

const { text, others } = workerData as {
  readonly text: FeedText;
  readonly others: readonly string[];
};

parentPort?.postMessage(readText(text, others));
