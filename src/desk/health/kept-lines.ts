import type { KeptTalker } from './hearing.ts';

/** A talker as a line of the file that keeps habits over a restart. */
export const lineOf = (talker: KeptTalker): string => JSON.stringify(talker);

const ROW_NUMBERS = 8;

/** Undefined for a line that no program of ours wrote: it is learned anew. */
export function talkerOf(line: string): KeptTalker | undefined {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!Array.isArray(read)) return undefined;
  const [source, device, row] = read as readonly unknown[];
  const isRow =
    Array.isArray(row) &&
    row.length === ROW_NUMBERS &&
    row.every((n) => typeof n === 'number' && Number.isFinite(n) && n >= 0);
  const isNamed = typeof source === 'string' && typeof device === 'string' && source !== '';
  return isRow && isNamed ? (read as unknown as KeptTalker) : undefined;
}
