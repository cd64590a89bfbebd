/** Go's strconv.Quote: printable text stays, the rest is escaped; `ascii` escapes all else. */
export function quoted(text: string, quote: '"' | "'", ascii = false): string {
  let out = quote as string;
  for (const char of text) out += escaped(char, quote, ascii);
  return out + quote;
}

const SHORT: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
};

function escaped(char: string, quote: string, ascii: boolean): string {
  const short = SHORT[char];
  if (short !== undefined) return short;
  if (char === quote) return `\\${quote}`;
  const code = char.codePointAt(0) ?? 0;
  if (code >= 0x20 && code < 0x7f) return char;
  if (!ascii && code > 0xa0 && /[\p{L}\p{M}\p{N}\p{P}\p{S}]/u.test(char)) return char;
  const hex = code.toString(16);
  if (code < 0x20 || code === 0x7f) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
