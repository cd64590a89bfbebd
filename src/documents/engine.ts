import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { after, type Instant, seconds } from '../base/time.ts';
import {
  type Document,
  FORMATS,
  type Format,
  type RenderedFile,
  type RenderedFiles,
  type RenderTold,
} from '../domain/document/document.ts';
import type { RenderJob } from './job.ts';
import type { Render } from './thread.ts';

/** What the desk could not be told is told again after so long. */
const TELL_AGAIN = seconds(1);

export interface EngineParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly render: Render;
  readonly files: {
    put(format: Format, content: Uint8Array): Promise<RenderedFile>;
    get(format: Format, file: RenderedFile): Promise<Uint8Array | undefined>;
    sweep(wanted: ReadonlySet<string>): Promise<number>;
  };
  readonly jobOf: (document: Document) => RenderJob | undefined;
  /** The next that waits to be rendered, oldest first; undefined when none does. */
  readonly next: () => Document | undefined;
  /** Content of every document there is. */
  readonly wanted: () => ReadonlySet<string>;
  /** Resolves when it is on disk and applied; false: not now. */
  readonly tell: (document: Document, told: RenderTold) => Promise<boolean>;
}

/**
 * Renders what the desk's memory says is wanted, one after the other. The files are on the disk
 * before the desk is told; a process that died between is followed by one that renders again, to
 * the same bytes, and tells it once.
 */
export class DocumentEngine {
  readonly #parts: EngineParts;
  readonly #leave = new AbortController();
  #busy: Promise<void> | undefined;

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** Call it whenever documents may have changed. */
  look(): void {
    if (this.#busy || this.#leave.signal.aborted || !this.#parts.next()) return;
    this.#busy = this.#goOn()
      .catch((error: unknown) => this.#parts.log.error('document.broken', { error }))
      .finally(() => {
        this.#busy = undefined;
        this.look();
      });
  }

  async stop(): Promise<void> {
    this.#leave.abort();
    await this.#busy;
  }

  /** A rendering, made again from the frozen values when its file is gone. */
  async file(document: Document, format: Format): Promise<Uint8Array | undefined> {
    const { files, render, jobOf } = this.#parts;
    const known = document.files?.[format];
    if (!known) return undefined;
    const held = await files.get(format, known);
    if (held) return held;
    const job = jobOf(document);
    if (!job) return undefined;
    const rendered = await render(job, this.#leave.signal);
    if (rendered.is === 'failed') return undefined;
    await this.#kept(rendered.files);
    return rendered.files[format];
  }

  async #goOn(): Promise<void> {
    const { next, log, jobOf, render, files, wanted } = this.#parts;
    const { signal } = this.#leave;
    for (let document = next(); document && !signal.aborted; document = next()) {
      const { id, attempt = 1 } = document;
      const job = jobOf(document);
      const why = 'it is from before values were frozen: ask for it anew';
      const rendered = job ? await render(job, signal) : { is: 'failed' as const, why };
      if (signal.aborted) return;
      const told: RenderTold =
        rendered.is === 'failed'
          ? { says: 'failed', attempt, detail: rendered.why, files: {} }
          : { says: 'rendered', attempt, detail: '', files: await this.#kept(rendered.files) };
      if (!(await this.#tell(document, told))) return;
      if (told.says === 'rendered') log.info('document.rendered', { document: id });
      else log.warn('document.failed', { document: id, attempt, why: told.detail });
      const gone = await files.sweep(wanted());
      if (gone > 0) log.info('document.swept', { files: gone });
    }
  }

  async #kept(rendered: Readonly<Record<Format, Uint8Array>>): Promise<RenderedFiles> {
    const kept: Partial<Record<Format, RenderedFile>> = {};
    for (const format of FORMATS)
      kept[format] = await this.#parts.files.put(format, rendered[format]);
    return kept;
  }

  async #tell(document: Document, told: RenderTold): Promise<boolean> {
    const { signal } = this.#leave;
    while (!signal.aborted) {
      if (await this.#parts.tell(document, told)) return true;
      await this.#until(after(this.#parts.clock.now(), TELL_AGAIN));
    }
    return false;
  }

  #until(at: Instant): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.at(at, resolve);
      this.#leave.signal.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }
}
