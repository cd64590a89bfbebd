/** One part of a DISPLAY-HINT for octets: RFC 2579 §3.1 (2). */
const SPEC = /(\*?)(\d{1,5})([xdoat])([^\d*]?)([^\d*]?)/y;
const BASES: ReadonlyMap<string, number> = new Map([
  ['x', 16],
  ['o', 8],
  ['b', 2],
  ['d', 10],
]);
const SHOWN_CHARS_MAX = 1_024;

/**
 * A number as its DISPLAY-HINT wants it (RFC 2579 §3.1 (1)): `d-2` puts a point before the last two
 * digits. Undefined for a hint that is none.
 */
export function hintedNumber(hint: string, number: number): string | undefined {
  const sign = number < 0 ? '-' : '';
  const whole = Math.abs(number);
  const base = BASES.get(hint);
  if (base !== undefined) return `${sign}${whole.toString(base)}`;
  const places = Number(/^d-(\d{1,2})$/.exec(hint)?.[1] ?? Number.NaN);
  if (!(places > 0)) return undefined;
  const digits = String(whole).padStart(places + 1, '0');
  return `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Octets as their DISPLAY-HINT wants them; undefined for a hint that is none. */
export function hintedOctets(hint: string, octets: ArrayLike<number>): string | undefined {
  const specs = specsOf(hint);
  const last = specs?.at(-1);
  if (specs === undefined || last === undefined) return undefined;
  let shown = '';
  let at = 0;
  for (let i = 0; at < octets.length && shown.length < SHOWN_CHARS_MAX; i++) {
    // The last one is repeated until the value ends.
    const { repeat, size, format, separator, terminator } = specs[i] ?? last;
    const times = repeat ? (octets[at++] ?? 0) : 1;
    for (let n = 0; n < times && at < octets.length; n++) {
      const end = Math.min(octets.length, at + size);
      shown += octetText(octets, at, end, format);
      at = end;
      const ends = repeat && n === times - 1 && terminator !== '';
      if (at < octets.length && !ends) shown += separator;
    }
    if (repeat && at < octets.length) shown += terminator;
    if (size === 0 && i >= specs.length) break; // a last part of no octets would never end
  }
  return shown.slice(0, SHOWN_CHARS_MAX);
}

interface Spec {
  readonly repeat: boolean;
  readonly size: number;
  readonly format: string;
  readonly separator: string;
  readonly terminator: string;
}

function specsOf(hint: string): readonly Spec[] | undefined {
  const specs: Spec[] = [];
  for (let at = 0; at < hint.length; ) {
    SPEC.lastIndex = at;
    const found = SPEC.exec(hint);
    if (found === null) return undefined;
    const [all, star, size, format = '', separator = '', after = ''] = found;
    // Only a repeated part has a terminator; else that character belongs to nobody.
    const terminator = star === '*' ? after : '';
    if (star !== '*' && after !== '') return undefined;
    specs.push({ repeat: star === '*', size: Number(size), format, separator, terminator });
    at += all.length;
  }
  return specs;
}

function octetText(octets: ArrayLike<number>, from: number, to: number, format: string): string {
  const bytes = Uint8Array.from({ length: to - from }, (_, i) => octets[from + i] ?? 0);
  if (format === 'a' || format === 't') {
    const text = Buffer.from(bytes).toString(format === 'a' ? 'latin1' : 'utf8');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be shown
    return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
  }
  if (format === 'x') return Buffer.from(bytes).toString('hex');
  let number = 0n;
  for (const byte of bytes) number = number * 256n + BigInt(byte);
  return number.toString(format === 'o' ? 8 : 10);
}
