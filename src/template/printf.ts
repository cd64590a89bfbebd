import type { Meter } from './fault.ts';
import { floatText } from './float.ts';
import { printed } from './print.ts';
import { quoted } from './quote.ts';
import { Dict, Duration, List, Struct, textOf, typeOf, type Value, wholeOf } from './value.ts';

/** Flags, width and precision of one verb. */
interface Form {
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

/** Go refuses larger ones too. */
const WIDTH_MAX = 1_000_000;
const VERB = /%([+\-# 0]*)(\[\d+\])?(\*|\d+)?(?:(\.)(\[\d+\])?(\*|\d*))?(\[\d+\])?([\s\S])?/uy;

/** Go's Sprintf over template values. */
export function sprintf(format: string, values: readonly Value[], meter: Meter): string {
  let out = '';
  const state: Reading = { values, next: 0, reordered: false };
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf('%', at);
    if (percent < 0) break;
    VERB.lastIndex = percent;
    const found = VERB.exec(format);
    if (!found) break;
    out += format.slice(at, percent) + verb(found, state, meter);
    meter.text(out);
    at = percent + found[0].length;
  }
  out += format.slice(at);
  const extra = values.slice(state.next);
  if (!state.reordered && extra.length > 0) {
    const told = extra.map((value) =>
      value === null ? '<nil>' : `${typeOf(value)}=${printed(value, meter)}`,
    );
    out += `%!(EXTRA ${told.join(', ')})`;
  }
  return meter.text(out);
}

/** Which argument comes next. */
interface Reading {
  readonly values: readonly Value[];
  next: number;
  reordered: boolean;
}

function verb(found: RegExpExecArray, reading: Reading, meter: Meter): string {
  const [, flags = '', index1, width, point, index2, precision, index3, letter] = found;
  let bad = '';
  const seek = (index: string | undefined): void => {
    if (index === undefined) return;
    const place = Number(index.slice(1, -1)) - 1;
    reading.reordered = true;
    if (place < 0 || place >= reading.values.length) bad = `%!${letter ?? ''}(BADINDEX)`;
    else reading.next = place;
  };
  const star = (): number | undefined => {
    const value = wholeOf(reading.values[reading.next] ?? null);
    reading.next += 1;
    const size = value === undefined ? undefined : Number(value);
    return size === undefined || Math.abs(size) > WIDTH_MAX ? undefined : size;
  };
  seek(index1);
  let wide = width === '*' ? star() : width === undefined ? undefined : Number(width);
  let told = width !== undefined && (wide === undefined || wide > WIDTH_MAX) ? '%!(BADWIDTH)' : '';
  if (told !== '') wide = undefined;
  seek(index2);
  let digits: number | undefined;
  if (point !== undefined) digits = precision === '*' ? star() : Number(precision ?? 0);
  if (precision === '*' && (digits === undefined || digits < 0)) {
    if (digits === undefined) told += '%!(BADPREC)';
    digits = undefined;
  }
  seek(index3);
  if (letter === undefined) return `${told}%!(NOVERB)`;
  if (letter === '%') return `${told}%`;
  if (bad !== '') return told + bad;
  if (reading.next >= reading.values.length) return `${told}%!${letter}(MISSING)`;
  const value = reading.values[reading.next] ?? null;
  reading.next += 1;
  const minus = flags.includes('-') || (wide !== undefined && wide < 0);
  return (
    told +
    formatted(
      value,
      letter,
      {
        plus: flags.includes('+'),
        minus,
        sharp: flags.includes('#'),
        space: flags.includes(' '),
        zero: flags.includes('0') && !minus,
        width: wide === undefined ? undefined : Math.abs(wide),
        precision: digits,
      },
      meter,
    )
  );
}

function formatted(value: Value, letter: string, form: Form, meter: Meter): string {
  if (letter === 'T') return padded(typeOf(value), form);
  if (letter === 'p') return `%!p(${typeOf(value)}=${printed(value, meter)})`;
  if (value === null) return letter === 'v' ? padded('<nil>', form) : `%!${letter}(<nil>)`;
  if (letter === 'v' && !form.sharp) return plainly(value, form, meter);
  const { is, text } = texts(value, meter);
  if (is && (TEXT_VERBS.has(letter) || (letter === 'v' && form.sharp))) {
    const plain = letter === 'v' ? { ...form, sharp: false } : form;
    return textVerb(text, letter === 'v' ? 'q' : letter, plain, meter);
  }
  if (value instanceof List || value instanceof Dict || value instanceof Struct) {
    return nested(value, letter, form, meter);
  }
  const whole = wholeOf(value);
  if (whole !== undefined && INT_VERBS.has(letter)) return wholeVerb(whole, letter, form);
  if (typeof value === 'number' && FLOAT_VERBS.has(letter)) return floatVerb(value, letter, form);
  if (typeof value === 'boolean' && letter === 't') return padded(String(value), form);
  if (letter === 'v') return plainly(value, form, meter);
  return `%!${letter}(${typeOf(value)}=${printed(value, meter)})`;
}

const TEXT_VERBS = new Set(['s', 'q', 'x', 'X']);
const INT_VERBS = new Set([...'bcdoOqxXU', 'v']);
const FLOAT_VERBS = new Set([...'eEfFgGv']);

/** A text, or what prints as one by Go's Stringer, which `%s`, `%q` and `%x` go by. */
function texts(value: Value, meter: Meter): { is: boolean; text: string } {
  const text = textOf(value);
  if (text !== undefined) return { is: true, text };
  const isStringer =
    (value instanceof Dict && value.type === 'template.KV') ||
    (value instanceof List && value.type === 'template.Pairs') ||
    value instanceof Duration ||
    typeOf(value).startsWith('time.');
  return isStringer ? { is: true, text: printed(value, meter) } : { is: false, text: '' };
}

/** Under `%v`; numbers keep their flags. */
function plainly(value: Value, form: Form, meter: Meter): string {
  if (typeof value === 'bigint') return wholeVerb(value, 'd', form);
  if (typeof value === 'number') return floatVerb(value, 'g', form);
  const text = textOf(value);
  if (text !== undefined) return textVerb(text, 's', form, meter);
  if (value instanceof List || value instanceof Dict || value instanceof Struct) {
    const { is, text: told } = texts(value, meter);
    return is ? textVerb(told, 's', form, meter) : nested(value, 'v', form, meter);
  }
  return padded(printed(value, meter), { ...form, zero: false });
}

/** Go applies the verb to each thing inside. */
function nested(value: List | Dict | Struct, letter: string, form: Form, meter: Meter): string {
  meter.spend(1);
  const inner = (item: Value): string =>
    item === null
      ? letter === 'v'
        ? '<nil>'
        : `%!${letter}(<nil>)`
      : formatted(item, letter, form, meter);
  if (value instanceof List) return meter.text(`[${value.items.map(inner).join(' ')}]`);
  if (value instanceof Dict) {
    const pairs = [...value.entries].map(
      ([k, v]) => `${formatted(k, letter, form, meter)}:${inner(v)}`,
    );
    return meter.text(`map[${pairs.join(' ')}]`);
  }
  const fields = [...value.fields].map(([name, item]) =>
    letter === 'v' && form.plus ? `${name}:${inner(item)}` : inner(item),
  );
  return meter.text(`{${fields.join(' ')}}`);
}

function textVerb(text: string, letter: string, form: Form, meter: Meter): string {
  meter.text(text);
  const { precision } = form;
  if (letter === 'x' || letter === 'X') {
    const bytes = Buffer.from(text).subarray(0, precision ?? Number.MAX_SAFE_INTEGER);
    const separator = form.space ? ' ' : '';
    const start = form.sharp ? '0x' : '';
    const hex = [...bytes].map((b) => b.toString(16).padStart(2, '0'));
    const told = form.space
      ? hex.map((h) => start + h).join(separator)
      : (hex.length > 0 ? start : '') + hex.join('');
    return padded(letter === 'X' ? told.toUpperCase() : told, form);
  }
  const cut = precision === undefined ? text : [...text].slice(0, precision).join('');
  if (letter === 's') return padded(cut, form);
  const raw = form.sharp && !/[`\ufeff]|(?!\t)\p{Cc}/u.test(cut);
  return padded(raw ? `\`${cut}\`` : quoted(cut, '"', form.plus), form);
}

function wholeVerb(value: bigint, letter: string, form: Form): string {
  if (letter === 'c' || letter === 'q' || letter === 'U') return charVerb(value, letter, form);
  const base = { b: 2, o: 8, O: 8, x: 16, X: 16 }[letter] ?? 10;
  const size = value < 0n ? -value : value;
  const sign = value < 0n ? '-' : form.plus ? '+' : form.space ? ' ' : '';
  const sharp = { b: '0b', o: '0', x: '0x', X: '0X' }[letter] ?? '';
  const start = letter === 'O' ? '0o' : form.sharp ? sharp : '';
  let digits = size.toString(base);
  if (letter === 'X') digits = digits.toUpperCase();
  if (form.precision === 0 && value === 0n) return padded('', { ...form, zero: false });
  digits = digits.padStart(Math.min(form.precision ?? 0, WIDTH_MAX), '0');
  if (form.zero && form.precision === undefined && form.width !== undefined) {
    digits = digits.padStart(form.width - sign.length, '0');
  }
  return padded(sign + start + digits, { ...form, zero: false });
}

function charVerb(value: bigint, letter: string, form: Form): string {
  const valid = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value < 0xe000n);
  const char = valid ? String.fromCodePoint(Number(value)) : '\ufffd';
  if (letter === 'c') return padded(char, form);
  if (letter === 'q') return padded(quoted(char, "'", form.plus), form);
  const hex = (value < 0n ? BigInt.asUintN(64, value) : value).toString(16).toUpperCase();
  const told = `U+${hex.padStart(Math.max(4, form.precision ?? 0), '0')}`;
  return padded(form.sharp && valid ? `${told} '${char}'` : told, { ...form, zero: false });
}

function floatVerb(value: number, letter: string, form: Form): string {
  const format = letter === 'F' ? 'f' : letter === 'v' ? 'g' : letter;
  const isGeneral = format === 'g' || format === 'G';
  const precision = Math.min(form.precision ?? (isGeneral ? -1 : 6), WIDTH_MAX);
  const text = floatText(value, format as 'e' | 'f' | 'g' | 'E' | 'G', precision);
  const negative = text.startsWith('-');
  const bare = text.replace(/^[-+]/, '');
  const sign = negative ? '-' : form.plus ? '+' : form.space ? ' ' : '';
  if (!Number.isFinite(value)) {
    const told = Number.isNaN(value) && !form.plus && !form.space ? '' : sign;
    return padded((text.startsWith('+') ? (sign === ' ' ? ' ' : '+') : told) + bare, {
      ...form,
      zero: false,
    });
  }
  const filled =
    form.zero && form.width !== undefined ? bare.padStart(form.width - sign.length, '0') : bare;
  return padded(sign + filled, { ...form, zero: false });
}

/** Widths count characters. */
function padded(text: string, { width, minus, zero }: Form): string {
  if (width === undefined) return text;
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (minus) return text + ' '.repeat(missing);
  return (zero ? '0' : ' ').repeat(missing) + text;
}
