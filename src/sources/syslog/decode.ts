import { isAscii, isUtf8 } from 'node:buffer';

/**
 * Text of a message: UTF-8 where it is that, else Latin-1, which has a character for every byte: a
 * sender with another encoding loses an accent, never a line. Total.
 */
export function decoded(bytes: Uint8Array): string {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer.toString(!isAscii(buffer) && isUtf8(buffer) ? 'utf8' : 'latin1');
}

/** The length without the line ends and NULs that frames leave at the end. */
export function trimmedEnd(bytes: Uint8Array): number {
  let end = bytes.length;
  while (end > 0 && isFrameEnd(bytes[end - 1] ?? 0)) end--;
  return end;
}

const isFrameEnd = (byte: number): boolean => byte === 0x0a || byte === 0x0d || byte === 0;

/** What has no shape on a screen becomes a space; a line feed inside a message does too. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u001f\u007f-\u009f\ufeff]/.test(text)
    ? // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
      text.replace(/[\u0000-\u001f\u007f-\u009f\ufeff]+/g, ' ')
    : text;
