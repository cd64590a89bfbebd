import type { Screen, World } from './command.ts';

/** Escape sequences of the terminal, by what they mean here. */
const STYLES = {
  bold: '1',
  dim: '2',
  critical: '1;97;41',
  major: '1;31',
  minor: '33',
  warning: '36',
  indeterminate: '35',
  good: '32',
} as const;

export type Style = keyof typeof STYLES;

/** Colours text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** No colour in a pipe, and none where NO_COLOR is set to anything (no-color.org). */
export function paintFor(screen: Screen, env: World['env']): Paint {
  const plain = !screen.isTerminal || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb';
  return plain ? (_, text) => text : (style, text) => `\u001b[${STYLES[style]}m${text}\u001b[0m`;
}

/** How wide a screen of unknown width is taken to be. */
export const COLUMNS_DEFAULT = 100;
const COLUMNS_MIN = 40;

/** Width to fit into; undefined (as wide as it comes) when nobody sits before it. */
export const widthOf = (screen: Screen): number | undefined =>
  screen.isTerminal ? Math.max(COLUMNS_MIN, screen.columns ?? COLUMNS_DEFAULT) : undefined;

/**
 * Text from outside made harmless on a terminal: control characters become visible, so that no
 * alarm can move the cursor or change a title.
 */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through
  text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (c) => (c === '\n' || c === '\t' ? ' ' : '\ufffd'));

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const EAST_ASIAN =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f]/;
const FULL_WIDTH = /^(?:[\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic})/u;
const isWide = (segment: string): boolean => EAST_ASIAN.test(segment) || FULL_WIDTH.test(segment);

/** Places the text takes on a terminal. */
export function widthOfText(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += isWide(segment) ? 2 : 1;
  return width;
}

/** Cut to `width` places, with `…` where something is missing. */
export function cut(text: string, width: number): string {
  if (widthOfText(text) <= width) return text;
  let out = '';
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const more = isWide(segment) ? 2 : 1;
    if (used + more > width - 1) break;
    out += segment;
    used += more;
  }
  return width > 0 ? `${out}…` : '';
}

export interface Column {
  readonly title: string;
  /** Narrower than this a column says nothing. */
  readonly least?: number;
  /** Colour of a cell; the width is measured without it. */
  readonly paint?: (cell: string, row: number) => string;
}

/**
 * A table that fits into `width` places: the last column gives way first, then the widest one. Two
 * spaces between columns, no rules, so that it can be cut with ordinary tools.
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
  paint: Paint,
): string {
  const cells = rows.map((row) => row.map(printable));
  const widths = columns.map((column, i) =>
    Math.max(widthOfText(column.title), ...cells.map((row) => widthOfText(row[i] ?? ''))),
  );
  if (width !== undefined) narrow(columns, widths, width);
  const line = (row: readonly string[], drawn: (cell: string, i: number) => string): string =>
    row
      .map((cell, i) => {
        const text = cut(cell, widths[i] ?? 0);
        const gap = ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOfText(text)));
        return drawn(text, i) + (i === row.length - 1 ? '' : gap);
      })
      .join('  ')
      .trimEnd();
  const head = line(
    columns.map((c) => c.title),
    (text) => paint('dim', text),
  );
  const body = cells.map((row, n) => line(row, (text, i) => columns[i]?.paint?.(text, n) ?? text));
  return `${[head, ...body].join('\n')}\n`;
}

const LEAST_DEFAULT = 8;

function narrow(columns: readonly Column[], widths: number[], width: number): void {
  const leasts = columns.map((c, i) => Math.min(c.least ?? LEAST_DEFAULT, widths[i] ?? 0));
  const total = (): number => widths.reduce((sum, w) => sum + w + 2, -2);
  const last = columns.length - 1;
  const half = Math.max(leasts[last] ?? 0, Math.floor(width / 3));
  widths[last] = Math.max(
    Math.min(half, widths[last] ?? 0),
    (widths[last] ?? 0) - (total() - width),
  );
  while (total() > width) {
    let widest = -1;
    widths.forEach((w, i) => {
      if (w > (leasts[i] ?? 0) && w > (widths[widest] ?? -1)) widest = i;
    });
    if (widest < 0) return;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
}

const AGES: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** How long ago, in the largest unit that says enough: `3d 4h`, `12m`, `5s`. */
export function ageText(ms: number): string {
  const i = AGES.findIndex(([, size]) => ms >= size);
  const [unit, size] = AGES[i] ?? ['s', 1_000];
  const count = Math.max(0, Math.floor(ms / size));
  const [under, underSize] = AGES[i + 1] ?? ['', 0];
  const rest = under === '' || under === 's' ? 0 : Math.floor((ms % size) / underSize);
  return rest > 0 ? `${count}${unit} ${rest}${under}` : `${count}${unit}`;
}

/** Text broken at spaces into lines of at most `width` places. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (const word of paragraph.split(' ')) {
      if (line !== '' && widthOfText(line) + 1 + widthOfText(word) > width) {
        lines.push(line);
        line = word;
      } else line = line === '' ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines;
}

/**
 * A stream of the process as a screen. Who reads may leave early (`tocsin alarms | head -1`): what
 * is written after that goes nowhere, and `left` is called once, so that a watch can end.
 */
export function screenOf(stream: NodeJS.WriteStream, left: () => void = () => {}): Screen {
  let isGone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (!isGone) left();
    isGone = true;
  });
  return {
    write(text) {
      if (!isGone) stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    columns: stream.columns,
  };
}

/** Everything a stream has, for secrets piped in. */
export async function allOf(stream: NodeJS.ReadStream): Promise<string> {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}

/** Writes a table of plain columns to standard output, as wide as the terminal is. */
export const drawTable = (
  { stdout, env }: Pick<World, 'stdout' | 'env'>,
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): void =>
  stdout.write(
    table(
      titles.map((title) => ({ title })),
      rows,
      widthOf(stdout),
      paintFor(stdout, env),
    ),
  );
