import { isAscii } from 'node:buffer';
import { LINE_BYTES_MAX, lineText } from './parse.ts';

/** Bytes of one frame that are kept; RFC 5425 §4.3.1 asks for 8,192. What is beyond is skipped. */
export const FRAME_BYTES_MAX = LINE_BYTES_MAX;
/** A count of more bytes than this is no syslog: the connection is closed. */
export const COUNT_BYTES_MAX = 16 * 1024 * 1024;

const LF = 0x0a;
const NUL = 0;
const CR = 0x0d;
const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;
const COUNT_DIGITS_MAX = 8;

/**
 * Cuts a stream into messages (RFC 6587). Each frame decides for itself how it is framed, since
 * senders that change from one to the other have been seen (§3.4.3): digits and a space are a
 * count of bytes, anything else ends at a line feed or NUL.
 */
export class Frames {
  /** The beginning of a frame whose end has not come; grows to FRAME_BYTES_MAX at most. */
  #buffer = NOTHING;
  #kept = 0;
  /** Bytes of a counted frame still to come; 0: between frames; -1: until a line end. */
  #left = 0;
  /** Digits of a count that have come so far. */
  #digits = '';
  /** Messages that were whole since the beginning. */
  #ended = 0;
  /** Frames whose end was cut off since the last look. */
  #cut = 0;
  #isCut = false;
  /** Is there a NUL in what came last? Then each line is looked through for one. */
  #hasNul = false;
  /** Is what came last plain ASCII? Then its texts need no closer look. */
  #isAscii = false;

  /** Is a frame begun and not ended? */
  get open(): boolean {
    return this.#left !== 0 || this.#digits !== '';
  }

  get ended(): number {
    return this.#ended;
  }

  takeCut(): number {
    const cut = this.#cut;
    this.#cut = 0;
    return cut;
  }

  /** Takes what came; calls `line` for each message that is whole. A text: why it cannot go on. */
  push(chunk: Buffer, line: (text: string) => void): string | undefined {
    let at = 0;
    this.#hasNul = chunk.includes(NUL);
    this.#isAscii = isAscii(chunk);
    while (at < chunk.length) {
      if (this.#left > 0) at = this.#counted(chunk, at, line);
      else if (this.#left < 0) at = this.#delimited(chunk, at, line);
      else {
        const next = this.#begin(chunk, at);
        if (typeof next === 'string') return next;
        at = next;
      }
    }
    return undefined;
  }

  /**
   * The connection ended. A line without a line end is a message where the sender closed in good
   * order; anything else that was begun is half a message: a port in it may be another port.
   * False: half a message was thrown away.
   */
  end(inGoodOrder: boolean, line: (text: string) => void): boolean {
    const isWhole = inGoodOrder && this.#left <= 0;
    const isEmpty = this.#kept === 0 && this.#digits === '' && this.#left <= 0;
    if (isWhole && this.#digits !== '') this.#asText(0);
    if (isWhole && this.#kept > 0) this.#flush(line);
    [this.#left, this.#kept, this.#digits, this.#buffer] = [0, 0, '', NOTHING];
    return isWhole || isEmpty;
  }

  #begin(chunk: Buffer, from: number): number | string {
    let at = from;
    for (; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (this.#digits === '' && (byte === LF || byte === CR || byte === NUL || byte === SPACE)) {
        continue;
      }
      const isDigit = byte >= ZERO && byte <= NINE;
      if (isDigit && (this.#digits !== '' || byte !== ZERO)) {
        if (this.#digits.length === COUNT_DIGITS_MAX) return this.#asText(at);
        this.#digits += String.fromCharCode(byte);
        continue;
      }
      if (byte !== SPACE || this.#digits === '') return this.#asText(at);
      const count = Number(this.#digits);
      if (count > COUNT_BYTES_MAX) {
        return `a frame of ${count} bytes announced, at most ${COUNT_BYTES_MAX} expected`;
      }
      this.#digits = '';
      this.#left = count;
      return at + 1;
    }
    return at;
  }

  /** The digits were no count but the beginning of a line. */
  #asText(at: number): number {
    this.#left = -1;
    if (this.#digits === '') return at;
    const digits = Buffer.from(this.#digits);
    this.#digits = '';
    this.#keep(digits, 0, digits.length);
    return at;
  }

  #counted(chunk: Buffer, at: number, line: (text: string) => void): number {
    const to = Math.min(chunk.length, at + this.#left);
    if (this.#kept === 0 && to - at === this.#left && this.#left <= FRAME_BYTES_MAX) {
      this.#left = 0;
      this.#ended++;
      line(this.#text(chunk, at, to));
      return to;
    }
    this.#keep(chunk, at, to);
    this.#left -= to - at;
    if (this.#left === 0) this.#flush(line);
    return to;
  }

  #delimited(chunk: Buffer, at: number, line: (text: string) => void): number {
    const lf = chunk.indexOf(LF, at);
    const last = lf < 0 ? chunk.length : lf;
    // Within the line only: else each line would look at all that came.
    const nul = this.#hasNul ? chunk.subarray(at, last).indexOf(NUL) : -1;
    const to = nul < 0 ? last : at + nul;
    const end = nul < 0 ? lf : to;
    if (end >= 0 && this.#kept === 0 && to - at <= FRAME_BYTES_MAX) {
      this.#left = 0;
      this.#ended++;
      if (to > at) line(this.#text(chunk, at, to));
      return to + 1;
    }
    this.#keep(chunk, at, to);
    if (end < 0) return to;
    this.#left = 0;
    this.#flush(line);
    return to + 1;
  }

  #text(chunk: Buffer, from: number, to: number): string {
    if (!this.#isAscii) return lineText(chunk.subarray(from, to));
    return chunk.toString('latin1', from, chunk[to - 1] === CR ? to - 1 : to);
  }

  #keep(chunk: Buffer, from: number, to: number): void {
    const size = Math.min(to - from, FRAME_BYTES_MAX - this.#kept);
    if (size < to - from) this.#isCut = true;
    if (size <= 0) return;
    if (this.#kept + size > this.#buffer.length) {
      const grown = new Uint8Array(Math.min(FRAME_BYTES_MAX, 2 * (this.#kept + size)));
      grown.set(this.#buffer.subarray(0, this.#kept));
      this.#buffer = grown;
    }
    this.#buffer.set(chunk.subarray(from, from + size), this.#kept);
    this.#kept += size;
  }

  #flush(line: (text: string) => void): void {
    const frame = this.#buffer.subarray(0, this.#kept);
    this.#buffer = NOTHING;
    this.#kept = 0;
    this.#ended++;
    if (this.#isCut) this.#cut++;
    this.#isCut = false;
    if (frame.length > 0) line(lineText(frame));
  }
}

const NOTHING = new Uint8Array(0);
