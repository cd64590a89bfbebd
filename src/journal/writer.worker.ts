import { workerData } from 'node:worker_threads';
import { serve, tell } from './thread.ts';
import { type AppendCall, type Commit, Writer, type WriterData } from './writer.ts';

/** The writer's thread: commits block, waits for the disk, and never keeps anyone else waiting. */
export type WriterCalls = {
  start: (call: { readonly atMs: number }) => ReturnType<Writer['start']>;
  append: (call: AppendCall) => ReturnType<Writer['append']>;
  settle: (call: AppendCall) => ReturnType<Writer['settle']>;
  letGo: (call: { readonly path: string }) => void;
  finishCheckpoint: (call: object) => void;
  close: (call: object) => void;
};

const data = workerData as WriterData;
const around = data.commitModule
  ? ((await import(data.commitModule)) as { commit: Commit }).commit
  : undefined;
const writer = new Writer(data, (reserve) => tell({ reserve }), around);

serve<WriterCalls>({
  start: ({ atMs }) => writer.start(atMs),
  append: (call) => writer.append(call),
  settle: (call) => writer.settle(call),
  letGo: ({ path }) => writer.letGo(path),
  finishCheckpoint: () => writer.finishCheckpoint(),
  close: () => writer.close(),
});
