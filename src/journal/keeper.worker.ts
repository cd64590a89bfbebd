import { workerData } from 'node:worker_threads';
import { Keeper, type ReadCall, type RetainCall } from './keeper.ts';
import { serve } from './thread.ts';

/** The keeper's thread: reading, copying, checkpointing and unlinking, beside the writer. */
export type KeeperCalls = {
  read: (call: ReadCall) => ReturnType<Keeper['read']>;
  checkpoint: (call: object) => ReturnType<Keeper['checkpoint']>;
  seal: (call: { readonly path: string }) => void;
  retain: (call: RetainCall) => ReturnType<Keeper['retain']>;
  copyTo: (call: { readonly folder: string }) => Promise<void>;
  close: (call: object) => void;
};

const keeper = new Keeper((workerData as { readonly folder: string }).folder);

serve<KeeperCalls>({
  read: (call) => keeper.read(call),
  checkpoint: () => keeper.checkpoint(),
  seal: ({ path }) => keeper.seal(path),
  retain: (call) => keeper.retain(call),
  copyTo: ({ folder }) => keeper.copyTo(folder),
  close: () => keeper.close(),
});
