import type { Sink } from './execute.ts';
import type { Meter } from './fault.ts';
import { Output } from './output.ts';
import { printed } from './print.ts';
import { durationText } from './time.ts';
import { Duration, List, Safe, Struct, Time, type Value } from './value.ts';

/** What is not shown of a list, by the list. */
export type More = ReadonlyMap<List, number>;

/**
 * Markdown: what the template wrote stays as it is, what it did not is escaped, so that no value
 * makes a heading, a row or a link. A list of rows is a table, any other list has a line for each.
 */
export function markdownSink(meter: Meter, more: More): Sink {
  const output = new Output();
  const inline = (value: Value): string => {
    if (value instanceof Safe) return value.text;
    if (value instanceof Time) return `${minuteText(value)} UTC`;
    if (value instanceof Duration) return shortLength(value);
    if (value === null) return '';
    return escaped(printed(value, meter));
  };
  const cell = (value: Value): string =>
    value instanceof Time ? minuteText(value) : inline(value).replaceAll('\n', ' ');
  return {
    text: (text) => output.put(text),
    value: (value: Value) => {
      if (!(value instanceof List)) return output.put(inline(value));
      if (value.type === 'template.Strings') return output.put(value.items.map(inline).join(', '));
      output.put(blockOf(value, cell));
      const rest = more.get(value) ?? 0;
      if (rest > 0) output.put(`\n\nAnd ${rest} more, not shown here.`);
    },
    done: () => output.text(),
  };
}

const isRow = (value: Value | undefined): value is Struct => value instanceof Struct;

function blockOf({ items }: List, cell: (value: Value) => string): string {
  if (items.length === 0) return 'None.';
  const [first] = items;
  if (!isRow(first)) return items.map((item) => `- ${cell(item)}`).join('\n');
  const rows = items.filter(isRow);
  const columns = [...first.fields.keys()];
  const isTime = (name: string): boolean => rows.some((r) => r.fields.get(name) instanceof Time);
  const head = columns.map((name) => `${headText(name)}${isTime(name) ? ' (UTC)' : ''}`);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const drawn = rows.map(({ fields }) => line(columns.map((n) => cell(fields.get(n) ?? ''))));
  return [line(head), line(columns.map(() => '---')), ...drawn].join('\n');
}

const headText = (name: string): string =>
  escaped(`${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll('_', ' ')}`);

/** `2026-03-01 02:00` */
const minuteText = ({ ns }: Time): string => {
  const at = new Date(Number(ns / 1_000_000n));
  return Number.isNaN(at.getTime()) ? '' : at.toISOString().slice(0, 16).replace('T', ' ');
};

/** `1h5m`: without seconds once there are minutes. */
const shortLength = (length: Duration): string =>
  durationText(length).replace(/(?<=m)\d+(?:\.\d+)?s$/, '');

/**
 * Text that Markdown shows as it is. Line ends inside a paragraph stay line ends; what would begin
 * a block at the begin of a line does not.
 */
export const escaped = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[\\`*[\]<>|~]|(?<!\w)_|_(?!\w)|&(?=#?\w{1,32};)/g, '\\$&')
    .split('\n')
    .map((line) =>
      line
        .trim()
        .replace(/^[#+=-]/, '\\$&')
        .replace(/^(\d{1,9})([.)])/, '$1\\$2'),
    )
    .join('\n')
    .replace(/([^\n])\n(?=[^\n])/g, '$1\\\n');
