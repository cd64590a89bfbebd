import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { after, seconds } from '../../base/time.ts';
import type { SourceContext } from '../../ports/source.ts';
import { readImage } from './mib-cache.ts';
import { Names } from './mib-names.ts';
import type { FromMibReader, MibTask } from './mib-thread.ts';

/** A module put into the folder is known after so long, and the time it takes to read. */
const LOOK_AGAIN_AFTER = seconds(60);
/** A reader that needs more memory than this ends; the names in use stay. */
const READER_MEGABYTES_MAX = 4_096;

/**
 * The names in use. At a start they are those of the last one, out of the file they are kept in,
 * so that no trap waits and none changes its name because modules are still being read. Then, and
 * every minute, a thread looks whether the folder has changed, and reads it if so.
 */
export class MibKeeper {
  readonly #context: Pick<SourceContext<unknown>, 'clock' | 'log' | 'cacheFolder'>;
  readonly #folder: string;
  readonly #cacheFile: string;
  readonly #changed: (image: SharedArrayBuffer) => void;
  #image: SharedArrayBuffer | undefined;
  #have = '';
  #worker: Worker | undefined;
  #cancel: (() => void) | undefined;
  #stopped = false;
  #told = '';

  constructor(
    context: Pick<SourceContext<unknown>, 'clock' | 'log' | 'cacheFolder'>,
    folder: string,
    changed: (image: SharedArrayBuffer) => void,
  ) {
    this.#context = context;
    this.#folder = resolve(folder);
    const { cacheFolder } = context;
    this.#cacheFile = cacheFolder === undefined ? '' : join(cacheFolder, 'snmp.mibs');
    this.#changed = changed;
    const kept = this.#cacheFile === '' ? undefined : readImage(this.#cacheFile);
    if (kept === undefined) return;
    const names = Names.open(kept);
    if (names !== undefined) [this.#image, this.#have] = [kept, names.fingerprint];
  }

  get image(): SharedArrayBuffer | undefined {
    return this.#image;
  }

  /** Looks at the folder now, and from then on every minute. */
  look(): void {
    if (this.#stopped) return;
    const task: MibTask = {
      folder: this.#folder,
      have: this.#have,
      cacheFile: this.#cacheFile,
    };
    const worker = new Worker(new URL('./mib.worker.ts', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: READER_MEGABYTES_MAX },
    });
    this.#worker = worker;
    worker.on('message', (message: FromMibReader) => this.#hear(message));
    worker.on('error', (error) => {
      this.#context.log.error('snmp.mibs-failed', { folder: this.#folder, error });
    });
    worker.on('exit', () => this.#again());
  }

  #hear(message: FromMibReader): void {
    if (this.#stopped || message.is === 'same') return;
    const { log } = this.#context;
    const folder = this.#folder;
    if (message.is === 'unreadable') {
      // Once, and again when the reason is another: a minute later it is hardly news.
      if (this.#told !== message.why)
        log.warn('snmp.mibs-unreadable', { folder, why: message.why });
      this.#told = message.why;
      return;
    }
    this.#told = '';
    const { image, modules, faulty, names, notKept } = message;
    const opened = Names.open(image);
    if (opened === undefined) return;
    [this.#image, this.#have] = [image, opened.fingerprint];
    log.info('snmp.mibs-read', { folder, modules, faulty, names });
    if (notKept !== '') log.warn('snmp.mibs-not-kept', { file: this.#cacheFile, why: notKept });
    this.#changed(image);
  }

  #again(): void {
    this.#worker = undefined;
    if (this.#stopped) return;
    const { clock } = this.#context;
    this.#cancel = clock.at(after(clock.now(), LOOK_AGAIN_AFTER), () => this.look());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#worker?.terminate();
  }
}
