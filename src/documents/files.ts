import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FORMATS, type Format, type RenderedFile } from '../domain/document/document.ts';

export const FILES_LIMITS = {
  /** Of all documents together; beyond, the oldest go, and are rendered again when asked for. */
  bytes_max: 512 * 1024 * 1024,
} as const;

const ENDINGS: Readonly<Record<Format, string>> = { markdown: 'md', html: 'html', pdf: 'pdf' };

/** What the folder holds is named by its content: `3f2a….pdf`. */
const nameOf = (format: Format, sha256: string): string => `${sha256}.${ENDINGS[format]}`;

const isOurs = (name: string): boolean =>
  /^[0-9a-f]{64}\.\w+$/.test(name) && FORMATS.some((one) => name.endsWith(`.${ENDINGS[one]}`));

const TEMPORARY = /^[0-9a-f]{64}\.\w+\.new$/;

/** Renderings beside the store. Nothing is lost with them: they are made again from the values. */
export class RenderedFolder {
  readonly #folder: string;
  readonly #bytesMax: number;

  constructor(folder: string, bytesMax: number = FILES_LIMITS.bytes_max) {
    this.#folder = folder;
    this.#bytesMax = bytesMax;
  }

  /** On the disk when it resolves, whole or not at all. */
  async put(format: Format, content: Uint8Array): Promise<RenderedFile> {
    const sha256 = createHash('sha256').update(content).digest('hex');
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, nameOf(format, sha256));
    const file = await open(`${path}.new`, 'w');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${path}.new`, path);
    return { sha256, bytes: content.length };
  }

  /** Undefined when it is not there, or is not what its name says. */
  async get(format: Format, { sha256 }: RenderedFile): Promise<Buffer | undefined> {
    const content = await readFile(join(this.#folder, nameOf(format, sha256))).catch(
      () => undefined,
    );
    if (!content) return undefined;
    return createHash('sha256').update(content).digest('hex') === sha256 ? content : undefined;
  }

  /** What no document has any more goes; then the oldest, until the rest fits. Tells how many. */
  async sweep(wanted: ReadonlySet<string>): Promise<number> {
    const names = await readdir(this.#folder).catch(() => []);
    const files: { name: string; at: number; bytes: number }[] = [];
    let gone = 0;
    const drop = async (name: string): Promise<void> => {
      await rm(join(this.#folder, name), { force: true });
      gone++;
    };
    for (const name of names) {
      const isLeft = isOurs(name) && !wanted.has(name.slice(0, 64));
      if (isLeft || TEMPORARY.test(name)) await drop(name);
      else if (isOurs(name)) {
        const { mtimeMs, size } = await stat(join(this.#folder, name));
        files.push({ name, at: mtimeMs, bytes: size });
      }
    }
    files.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const file of files) {
      if (bytes <= this.#bytesMax) break;
      await drop(file.name);
      bytes -= file.bytes;
    }
    return gone;
  }
}
