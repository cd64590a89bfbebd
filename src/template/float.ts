/**
 * Go's strconv.FormatFloat for float64. `precision` -1 is the shortest text that reads back the
 * same.
 */
export function floatText(
  value: number,
  format: 'e' | 'f' | 'g' | 'G' | 'E',
  precision: number,
): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const size = Math.abs(value);
  const lower = format.toLowerCase();
  const text =
    lower === 'f'
      ? fixed(size, precision)
      : lower === 'e'
        ? exponent(size, precision)
        : general(size, precision, precision < 0 ? 6 : precision || 1);
  return sign + (lower === format ? text : text.toUpperCase());
}

/** toFixed ends at 100 digits and gives up above 1e21; BigInt does not. */
function fixed(size: number, precision: number): string {
  if (precision < 0) return plain(size);
  if (size < 1e21) {
    const digits = Math.min(precision, 100);
    return toEven(size.toFixed(digits), size.toFixed(100)) + '0'.repeat(precision - digits);
  }
  return `${BigInt(size)}${precision > 0 ? `.${'0'.repeat(precision)}` : ''}`;
}

/** The shortest digits, without an exponent. */
function plain(size: number): string {
  const [digits = '', power = '0'] = size.toExponential().split('e');
  const bare = digits.replace('.', '');
  const point = Number(power) + 1;
  if (point <= 0) return `0.${'0'.repeat(-point)}${bare}`.replace(/^0\.0$/, '0');
  if (bare.length <= point) return bare.padEnd(point, '0');
  return `${bare.slice(0, point)}.${bare.slice(point)}`;
}

function exponent(size: number, precision: number): string {
  const digits = Math.min(precision, 100);
  const text = precision < 0 ? size.toExponential() : rounded(size, digits);
  const [mantissa = '', power = '+0'] = text.split('e');
  const more = '0'.repeat(Math.max(0, precision - 100));
  return `${mantissa}${more}e${power[0]}${power.slice(1).padStart(2, '0')}`;
}

function general(size: number, precision: number, exponentFrom: number): string {
  if (size === 0) return '0';
  const digits = Math.min(Math.max(precision, 1), 100);
  const text = precision < 0 ? size.toExponential() : rounded(size, digits - 1);
  const [mantissa = '', power = '0'] = text.split('e');
  const short = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
  if (Number(power) < -4 || Number(power) >= exponentFrom) {
    const digits = power.slice(1).padStart(2, '0');
    return `${short}e${power[0]}${digits}`;
  }
  return plain(Number(`${short}e${power}`));
}

/** toExponential, with halves going to the even digit. */
function rounded(size: number, digits: number): string {
  const [mantissa = '', power = '0'] = size.toExponential(digits).split('e');
  const [exact = '', other] = size.toExponential(100).split('e');
  return `${other === power ? toEven(mantissa, exact) : mantissa}e${power}`;
}

/** JavaScript rounds an exact half up, Go to the even digit: then the last digit is one less. */
function toEven(text: string, exact: string): string {
  const kept = text.includes('.') ? text.length : text.length + 1;
  const last = Number(text.at(-1));
  const isHalf = /^50*$/.test(exact.slice(kept)) && exact.slice(0, text.length) !== text;
  return isHalf && last % 2 === 1 ? text.slice(0, -1) + String(last - 1) : text;
}
