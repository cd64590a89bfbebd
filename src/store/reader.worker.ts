import { parentPort, workerData } from 'node:worker_threads';
import type { KpiAsk } from '../domain/kpi/period.ts';
import type { AlarmSearch, TurnsAsk } from '../ports/store.ts';
import type { AuditAsk } from './audit-reads.ts';
import { copyCheckpoint } from './copy-checkpoint.ts';
import type { NoticeAsk } from './notice-reads.ts';
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
  | { readonly read: 'turns'; readonly id: string; readonly ask: TurnsAsk }
  | {
      readonly read: 'search';
      readonly search: Omit<AlarmSearch, 'cursor'>;
      readonly before: number;
    }
  | { readonly read: 'audit'; readonly ask: AuditAsk }
  | { readonly read: 'decisions' | 'attempts'; readonly ask: NoticeAsk }
  | { readonly read: 'kpis'; readonly ask: KpiAsk }
  | { readonly read: 'checkpoint'; readonly to: string };

const file = (workerData as { file: string }).file;
const reads = new Reads(openForReading(file));

/** The value of the answer; a copy of the checkpoint answers by itself. */
function read(ask: Exclude<ReaderAsk, { read: 'checkpoint' }>): unknown {
  switch (ask.read) {
    case 'alarm':
      return reads.alarm(ask.id);
    case 'evidence':
      return reads.evidence(ask.id);
    case 'timeline':
      return reads.timeline(ask.id, ask.position, ask.index, ask.limit);
    case 'turns':
      return reads.turns(ask.id, ask.ask);
    case 'search':
      return reads.search(ask.search, ask.before);
    case 'audit':
      return reads.audit(ask.ask);
    case 'decisions':
      return reads.decisions(ask.ask);
    case 'attempts':
      return reads.attempts(ask.ask);
    case 'kpis':
      return reads.kpis(ask.ask);
  }
}

const answer = (a: Answer): void => parentPort?.postMessage(a);

parentPort?.on('message', ({ id, ask }: Ask & { ask: ReaderAsk }) => {
  if (id === undefined) return;
  const done = (value: unknown): void => answer({ id, ok: true, value });
  const failed = (error: unknown): void => answer({ id, ok: false, error: sentError(error) });
  try {
    if (ask.read === 'checkpoint') copyCheckpoint(file, ask.to, done, failed);
    else done(read(ask));
  } catch (error) {
    failed(error);
  }
});
