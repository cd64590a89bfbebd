import { parentPort, workerData } from 'node:worker_threads';
import { writeImage } from './mib-cache.ts';
import { compile } from './mib-compile.ts';
import { type MibFolder, readFolder } from './mib-folder.ts';
import { Names } from './mib-names.ts';
import type { FromMibReader, MibTask } from './mib-thread.ts';

/** Reads modules away from the thread that folds; what that took of memory goes with the thread. */
const { folder, have, cacheFile } = workerData as MibTask;
parentPort?.postMessage(answer());

function answer(): FromMibReader {
  let found: MibFolder;
  try {
    found = readFolder(folder);
  } catch (error) {
    return { is: 'unreadable', why: (error as Error).message };
  }
  if (found.fingerprint === have) return { is: 'same' };
  const { image, report } = compile(folder, found);
  return {
    is: 'read',
    image,
    modules: report.modules.length,
    faulty: report.modules.filter((m) => m.faults.length > 0 || m.lostCount > 0).length,
    names: Names.open(image)?.size ?? 0,
    notKept: kept(image),
  };
}

function kept(image: SharedArrayBuffer): string {
  if (cacheFile === '') return '';
  try {
    writeImage(cacheFile, image);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}
