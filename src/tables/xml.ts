/** What a scan tells of: the names are without their prefixes, text is with its entities read. */
export interface XmlEars {
  /** `attribute` gives '' for one that is not there. */
  open(name: string, attribute: (name: string) => string): void;
  close(name: string): void;
  text(text: string): void;
}

/** The text stops being XML here. */
export class XmlFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'XmlFault';
  }
}

/**
 * Tells what stands in a document, in one pass, in time linear in its length. It is for files that
 * programs write: it follows no DTD, resolves nothing but the five entities and characters by
 * number, and does not ask whether tags are closed in order.
 */
export function scanXml(text: string, ears: XmlEars): void {
  let at = 0;
  for (;;) {
    const open = text.indexOf('<', at);
    if (open < 0) return;
    if (open > at) ears.text(plain(text.slice(at, open)));
    if (text.startsWith('<!--', open)) at = after(text, '-->', open);
    else if (text.startsWith('<![CDATA[', open)) {
      at = after(text, ']]>', open);
      ears.text(text.slice(open + '<![CDATA['.length, at - ']]>'.length));
    } else {
      at = after(text, '>', open);
      const next = text[open + 1];
      if (next === '/') ears.close(nameIn(text, open + 2, at - 1));
      else if (next !== '?' && next !== '!') opened(text, open + 1, at - 1, ears);
    }
  }
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  if (found < 0) throw new XmlFault('it is cut short: a tag does not end');
  return found + mark.length;
}

function opened(text: string, from: number, end: number, ears: XmlEars): void {
  const isEmpty = text[end - 1] === '/';
  const name = nameIn(text, from, isEmpty ? end - 1 : end);
  // Of the tag alone: a search that ran on to the next = or " would read the document each time.
  ears.open(name, (wanted) => attributeIn(text.slice(from, end), wanted));
  if (isEmpty) ears.close(name);
}

const isSpace = (text: string, at: number): boolean => text.charCodeAt(at) <= 32;

function nameIn(text: string, from: number, end: number): string {
  let at = from;
  while (at < end && !isSpace(text, at)) at++;
  return withoutPrefix(text.slice(from, at));
}

const withoutPrefix = (name: string): string => name.slice(name.indexOf(':') + 1);

/** The value of `wanted`, with or without a prefix, in a tag. */
function attributeIn(tag: string, wanted: string): string {
  let at = 0;
  for (;;) {
    const equals = tag.indexOf('=', at);
    if (equals < 0) return '';
    let last = equals;
    while (last > at && isSpace(tag, last - 1)) last--;
    let first = last;
    while (first > at && !isSpace(tag, first - 1)) first--;
    let quote = equals + 1;
    while (isSpace(tag, quote)) quote++;
    const close = tag.indexOf(tag[quote] === "'" ? "'" : '"', quote + 1);
    if (close < 0) return '';
    const name = tag.slice(first, last);
    if (name === wanted || withoutPrefix(name) === wanted) {
      return plain(tag.slice(quote + 1, close));
    }
    at = close + 1;
  }
}

const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** With its entities read; one that is not known stays as it is written. */
function plain(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g, entity);
}

function entity(whole: string, name?: string, decimal?: string, hex?: string): string {
  if (name !== undefined) return NAMED[name] ?? whole;
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
  return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
}
