import { parentPort, workerData } from 'node:worker_threads';
import type { AlarmSearch } from '../ports/store.ts';
import { Reads } from './reads.ts';
import { openForReading } from './schema.ts';
import { type Answer, type Ask, sentError } from './thread.ts';

export type ReaderAsk =
  | { readonly read: 'alarm'; readonly id: string }
  | { readonly read: 'evidence'; readonly id: string }
  | {
      readonly read: 'timeline';
      readonly id: string;
      readonly position: number;
      readonly index: number;
      readonly limit: number;
    }
  | {
      readonly read: 'search';
      readonly search: Omit<AlarmSearch, 'cursor'>;
      readonly before: number;
    }
  | { readonly read: 'audit'; readonly before: number; readonly limit: number };

const reads = new Reads(openForReading((workerData as { file: string }).file));

function read(ask: ReaderAsk): unknown {
  switch (ask.read) {
    case 'alarm':
      return reads.alarm(ask.id);
    case 'evidence':
      return reads.evidence(ask.id);
    case 'timeline':
      return reads.timeline(ask.id, ask.position, ask.index, ask.limit);
    case 'search':
      return reads.search(ask.search, ask.before);
    case 'audit':
      return reads.audit(ask.before, ask.limit);
  }
}

const answer = (a: Answer): void => parentPort?.postMessage(a);

parentPort?.on('message', ({ id, ask }: Ask & { ask: ReaderAsk }) => {
  if (id === undefined) return;
  try {
    answer({ id, ok: true, value: read(ask) });
  } catch (error) {
    answer({ id, ok: false, error: sentError(error) });
  }
});
