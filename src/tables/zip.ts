import { inflateRawSync } from 'node:zlib';

/** One file in an archive. */
export interface Packed {
  readonly name: string;
  readonly method: number;
  readonly packed: Uint8Array;
  /** Its length once unpacked, as the archive says. */
  readonly size: number;
}

export const ZIP_LIMITS = { files_max: 2_048, unpacked_bytes_max: 256 * 1_048_576 } as const;

/** It is no archive, or one that would unpack to too much. */
export class ZipFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ZipFault';
  }
}

/** Parts of an archive: their lengths, and where their fields are (APPNOTE 4.3.7 to 4.3.16). */
const END = { mark: 0x06054b50, length: 22, files: 10, at: 16, comment_max: 65_535 } as const;
const ENTRY = { mark: 0x02014b50, length: 46 } as const;
const LOCAL = { mark: 0x04034b50, length: 30 } as const;
const STORED = 0;
const DEFLATED = 8;

/**
 * The files of an archive, by its directory. Throws ZipFault for what is no archive and for one
 * that says it unpacks to more than `ZIP_LIMITS`; ZIP64 is more than that.
 */
export function filesOf(bytes: Uint8Array): readonly Packed[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = endOf(view);
  const count = view.getUint16(end + END.files, true);
  if (count > ZIP_LIMITS.files_max) {
    throw new ZipFault(`it holds ${count} files; at most ${ZIP_LIMITS.files_max}`);
  }
  const files: Packed[] = [];
  let at = view.getUint32(end + END.at, true);
  for (let i = 0; i < count; i++) {
    const { next, ...file } = entryAt(view, bytes, at);
    files.push(file);
    at = next;
  }
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const max = ZIP_LIMITS.unpacked_bytes_max;
  if (total > max) throw new ZipFault(`it unpacks to ${total} bytes; at most ${max}`);
  return files;
}

function endOf(view: DataView): number {
  const first = Math.max(0, view.byteLength - END.length - END.comment_max);
  for (let at = view.byteLength - END.length; at >= first; at--) {
    if (view.getUint32(at, true) === END.mark) return at;
  }
  throw new ZipFault('it is no ZIP archive');
}

function entryAt(view: DataView, bytes: Uint8Array, at: number): Packed & { next: number } {
  const within = (from: number, length: number): void => {
    if (from + length > view.byteLength) throw new ZipFault('the archive is cut short');
  };
  within(at, ENTRY.length);
  if (view.getUint32(at, true) !== ENTRY.mark) throw new ZipFault('its directory is broken');
  const length = view.getUint32(at + 20, true);
  const nameLength = view.getUint16(at + 28, true);
  const name = at + ENTRY.length;
  const local = view.getUint32(at + 42, true);
  within(local, LOCAL.length);
  if (view.getUint32(local, true) !== LOCAL.mark) throw new ZipFault('its directory is broken');
  const own = view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const from = local + LOCAL.length + own;
  within(from, length);
  return {
    name: new TextDecoder().decode(bytes.subarray(name, name + nameLength)),
    method: view.getUint16(at + 10, true),
    packed: bytes.subarray(from, from + length),
    size: view.getUint32(at + 24, true),
    next: name + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true),
  };
}

/** A file, unpacked to no more than the archive said. */
export function unpacked({ name, method, packed, size }: Packed): Uint8Array {
  if (method === STORED && packed.length === size) return packed;
  if (method !== DEFLATED) throw new ZipFault(`${name} is packed in a way that is not known`);
  let bytes: Uint8Array;
  try {
    bytes = inflateRawSync(packed, { maxOutputLength: Math.max(1, size) });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new ZipFault(`${name} does not unpack to the ${size} bytes it says: ${error.message}`);
  }
  if (bytes.length === size) return bytes;
  throw new ZipFault(`${name} unpacks to ${bytes.length} bytes and says ${size}`);
}
