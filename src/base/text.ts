/** At most `max` code units, never half a character; what is cut off is told by `…`. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = isHigh(text.charCodeAt(max - 2)) ? max - 2 : max - 1;
  return `${text.slice(0, end)}…`;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

/** One line a person reads: line ends become spaces, ends are trimmed, at most `max` long. */
export function oneLine(text: string, max: number): string {
  const flat = /[\n\r]/.test(text) ? text.replace(/[ \t]*[\n\r]+[ \t]*/g, ' ') : text;
  return cut(flat.trim(), max);
}
