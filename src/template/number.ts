import { SyntaxFault } from './lex.ts';

const INT_MAX = 9_223_372_036_854_775_807n;

/** A number as Go reads it: an integer is a bigint, a float a number. Throws SyntaxFault. */
export function numberOf(text: string, at: number): bigint | number {
  const bad = () => new SyntaxFault(at, `${text} is no number`);
  if (text.endsWith('i')) throw new SyntaxFault(at, 'complex numbers are not supported');
  const sign = text.startsWith('-') ? -1n : 1n;
  const digits = text.replace(/^[+-]/, '');
  if (!/^(?:0[xXbBoO]_?)?[0-9a-fA-F.pP+-]+(?:_[0-9a-fA-F.pP+-]+)*$/.test(digits)) throw bad();
  const plain = digits.replaceAll('_', '').toLowerCase();
  if (/^0x/.test(plain) && /[.p]/.test(plain)) return hexFloat(plain, bad) * Number(sign);
  const isInt = /^(?:0[xbo][0-9a-f]+|[0-9]+)$/.test(plain);
  if (!isInt) {
    if (!/^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?$/.test(plain)) throw bad();
    return Number(plain) * Number(sign);
  }
  const octal = /^0[0-9]+$/.test(plain);
  if (octal && /[89]/.test(plain)) throw bad();
  const value = octal ? BigInt(`0o${plain}`) : BigInt(plain);
  if (value > INT_MAX + (sign < 0n ? 1n : 0n)) throw new SyntaxFault(at, `${text} is too large`);
  return value * sign;
}

function hexFloat(text: string, bad: () => Error): number {
  const found = /^0x([0-9a-f]*)\.?([0-9a-f]*)p([+-]?[0-9]+)$/.exec(text);
  const [, whole = '', part = '', exponent = '0'] = found ?? [];
  if (!found || whole + part === '') throw bad();
  return Number(`0x${whole}${part}`) * 2 ** (Number(exponent) - 4 * part.length);
}
