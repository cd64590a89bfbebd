import { parentPort, workerData } from 'node:worker_threads';
import { type Asked, HistoryStore } from './history-store.ts';

const store = new HistoryStore(workerData as string);

parentPort?.on('message', ({ id, ask }: { readonly id: number; readonly ask: Asked }) => {
  try {
    parentPort?.postMessage({ id, value: answer(ask) });
  } catch (error) {
    parentPort?.postMessage({ id, why: error instanceof Error ? error.message : String(error) });
  }
});

function answer(ask: Asked): unknown {
  switch (ask.is) {
    case 'counts':
      return store.countsOf(ask.check);
    case 'ended':
      return store.ended(ask.ended);
    case 'runs':
      return store.runsOf(ask.check, ask.limit);
    case 'points':
      return store.pointsOf(ask.check, ask.limit);
    case 'values':
      return store.valuesAt(ask.check, ask.wanted);
    case 'copy':
      return store.copyTo(ask.folder);
    case 'close':
      return store.close();
  }
}
