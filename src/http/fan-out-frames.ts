/**
 * What the desk and a fan-out process say to each other over their pipe: frames of a length (of
 * all that follows), a kind, a number and perhaps bytes. Sockets go beside it, over the channel
 * that Node keeps for that.
 */
export const FRAMES = {
  /** To a child: these bytes to reader `number`. */
  write: 1,
  /** Ends the stream of reader `number`. */
  end: 2,
  /** Reader in the first four bytes joins room `number`. */
  join: 3,
  /** These bytes to all who are in room `number` now. */
  tell: 4,
  /** Nobody is in room `number` any more. */
  leave: 5,
  /** Keeps bytes in slot `number` for `writeKept`. */
  keep: 6,
  /** Bytes of the slot in the first four bytes to reader `number`. */
  writeKept: 7,
  /** Nothing more will be said of reader `number`. */
  forget: 8,
  /** From a child: it holds the socket of reader `number`. */
  have: 9,
  /** Reader `number` is gone; the desk answers with `forget`. */
  gone: 10,
  /** All in room `number` were written to, of one `tell`; in the order of tells. */
  told: 11,
} as const;

/** Of one frame: a whole page of 500 rows is some 2 MiB. */
export const FRAME_BYTES_MAX = 67_108_864;

const HEAD_BYTES = 9;

export interface Frame {
  readonly kind: number;
  readonly number: number;
  readonly bytes: Buffer;
}

export function frameHead(kind: number, number: number, bytes: number): Buffer {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  head.writeUInt32LE(HEAD_BYTES - 4 + bytes, 0);
  head.writeUInt8(kind, 4);
  head.writeUInt32LE(number, 5);
  return head;
}

export function numberBytes(number: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(number);
  return bytes;
}

/** Makes frames of what comes, in whatever pieces. Throws on a frame that is none. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #bytes = 0;
  #wanted = HEAD_BYTES;

  *take(chunk: Buffer): Generator<Frame> {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#wanted) return;
    const all = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    let at = 0;
    this.#wanted = HEAD_BYTES;
    while (all.length - at >= HEAD_BYTES) {
      const length = all.readUInt32LE(at);
      if (length < HEAD_BYTES - 4 || length > FRAME_BYTES_MAX) throw new Error('no frame');
      const end = at + 4 + length;
      this.#wanted = end - at;
      if (end > all.length) break;
      const bytes = all.subarray(at + HEAD_BYTES, end);
      yield { kind: all.readUInt8(at + 4), number: all.readUInt32LE(at + 5), bytes };
      at = end;
      this.#wanted = HEAD_BYTES;
    }
    this.#chunks = at < all.length ? [all.subarray(at)] : [];
    this.#bytes = all.length - at;
  }
}
