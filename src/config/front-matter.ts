import { parseYaml, type YamlFile } from './yaml-file.ts';

interface Fault {
  readonly line: number;
  readonly why: string;
}

export interface Fronted {
  readonly front: YamlFile;
  /** What follows the front matter, line by line. */
  readonly body: readonly string[];
  /** Line of the file, from 1, that is the body's first. */
  readonly first: number;
}

/**
 * Takes a Markdown file apart: front matter in YAML between two lines `---`, then the body. Total.
 * `what` is what the file is called where it is too long: `a runbook`.
 */
export function readFronted(
  text: string,
  file: string,
  what: string,
  chars_max: number,
): Fronted | { readonly faults: readonly Fault[] } {
  const at = (line: number, why: string) => ({ faults: [{ line, why }] });
  if (text.length > chars_max) return at(1, `${what} has at most ${chars_max} characters`);
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  if (lines[0] !== '---') return at(1, 'the first line is --- and the front matter follows');
  const end = lines.indexOf('---', 1);
  if (end < 0) return at(1, 'the front matter has no end: ---');
  const front = parseYaml(lines.slice(1, end).join('\n'), file);
  if ('faults' in front) return { faults: front.faults.map(moved) };
  return { front, body: lines.slice(end + 1), first: end + 2 };
}

/** A fault of the front matter by its line in the file: the line before it counts too. */
export const moved = ({ line, why }: Fault): Fault => ({ line: line + 1, why });
