import { scanXml } from './xml.ts';

const DAY_MS = 86_400_000;

/** The day a workbook counts from. 1900 is held to be a leap year: from March on this is right. */
const EPOCH_1900_MS = Date.UTC(1899, 11, 30);
const EPOCH_1904_MS = Date.UTC(1904, 0, 1);

/** Built-in formats of dates and times (ECMA-376 part 1, 18.8.30). */
const BUILT_IN: readonly (readonly [first: number, last: number])[] = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
];

/** Which cell styles, by their numbers, show a number as a date. */
export function dateStyles(styles: string): ReadonlySet<number> {
  const formats = new Set<number>();
  const found = new Set<number>();
  let count = -1;
  scanXml(styles, {
    open(name, attribute) {
      if (name === 'numFmt' && isDateFormat(attribute('formatCode'))) {
        formats.add(Number(attribute('numFmtId')));
      } else if (name === 'cellXfs') count = 0;
      else if (name === 'xf' && count >= 0) {
        const format = Number(attribute('numFmtId'));
        const isBuiltIn = BUILT_IN.some(([first, last]) => format >= first && format <= last);
        if (isBuiltIn || formats.has(format)) found.add(count);
        count++;
      }
    },
    close(name) {
      if (name === 'cellXfs') count = -1;
    },
    text: () => undefined,
  });
  return found;
}

/** `yyyy-mm-dd` and `[h]:mm` are; `0.00`, `"day" 0` and `[Red]0` are not. */
function isDateFormat(code: string): boolean {
  const [first = ''] = code.replace(/"[^"]*"|\\./g, '').split(';');
  const bare = first.replace(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '');
  return /[dmyhs]/i.test(bare) && !/[0#?]/.test(bare.replace(/s\.0+/gi, 's'));
}

/** A count of days as a date, to the millisecond; undefined for what no calendar has. */
export function dateOf(days: number, from1904: boolean): Date | undefined {
  // What is written with 15 digits is some microseconds beside what was meant.
  const ms = Math.round((days * DAY_MS) / 10) * 10 + (from1904 ? EPOCH_1904_MS : EPOCH_1900_MS);
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
