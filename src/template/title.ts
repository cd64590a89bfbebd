/** A word as Unicode's rules cut it, near enough: letters joined by `'`, `.`, `_` or `:`. */
const WORD = /[\p{L}\p{M}\p{N}_]+(?:['’.:·][\p{L}\p{M}\p{N}_]+)*/gu;

/** Each word with a capital first letter and small ones behind it. */
export const titled = (text: string): string =>
  text.replace(WORD, (word) =>
    word.toLowerCase().replace(/\p{L}/u, (first) => first.toUpperCase()),
  );
