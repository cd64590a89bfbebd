import { DeskError } from '../base/errors.ts';

/** Longest cursor we read; ours have some 40 characters. */
const CURSOR_CHARS_MAX = 128;

/** A page as JSON text, put together from the JSON that is stored: read once, on the other side. */
export interface PageText {
  readonly items: string;
  readonly next: string | undefined;
  readonly asOf: number;
}

/** A place in a list as opaque text: the list's name and the numbers that its order is made of. */
export const cursorAt = (list: string, ...place: readonly number[]): string =>
  Buffer.from([list, ...place].join(':')).toString('base64url');

/**
 * The numbers of a cursor that `cursorAt` made for this list. Throws CURSOR_INVALID on any other
 * text, a cursor of another list included.
 */
export function readCursor(list: string, cursor: string, numbers: number): readonly number[] {
  const text = cursor.length <= CURSOR_CHARS_MAX ? Buffer.from(cursor, 'base64url').toString() : '';
  const [name, ...digits] = text.split(':');
  const place = digits.map(Number);
  const sound = name === list && place.length === numbers && place.every(Number.isSafeInteger);
  // Decoding is lenient with stray characters; only our own spelling is a cursor.
  if (!sound || cursorAt(list, ...place) !== cursor) throw new DeskError('CURSOR_INVALID');
  return place;
}
