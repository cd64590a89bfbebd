import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TObject } from 'typebox';
import { Value } from 'typebox/value';
import { type Instant, parseInstant } from '../../src/base/time.ts';
import type { Received } from '../../src/ports/source.ts';

/** When and from where every fixture arrives. */
export const FIXTURE_AT = parseInstant('2026-01-01T00:00:00Z') as Instant;
export const FIXTURE_FROM = '192.0.2.1';

export const folderOf = (source: string): string =>
  fileURLToPath(new URL(`../../fixtures/${source}/`, import.meta.url));

/** Names of the inputs, without `.in`; empty when there is no folder. */
export function fixtureNames(source: string): string[] {
  try {
    const files = readdirSync(folderOf(source)).filter((file) => file.endsWith('.in'));
    return files.map((file) => file.slice(0, -'.in'.length)).sort();
  } catch {
    return [];
  }
}

export const readInput = (source: string, name: string): Received =>
  parseInput(readFileSync(`${folderOf(source)}${name}.in`, 'utf8'));

/** What an `.in` file stands for (docs/spec/source.md §5). */
export function parseInput(text: string): Received {
  let [rest, contentType, hex] = [text, '', false];
  const params: Record<string, string> = {};
  for (;;) {
    const line = /^# (hex|http ([a-z-]+): ([^\n]*))\n/.exec(rest);
    if (!line) break;
    rest = rest.slice(line[0].length);
    if (line[1] === 'hex') hex = true;
    else if (line[2] === 'content-type') contentType = line[3] ?? '';
    else params[line[2] ?? ''] = line[3] ?? '';
  }
  const body = hex
    ? Buffer.from(rest.replace(/\s+/g, ''), 'hex')
    : Buffer.from(rest.replace(/\n$/, ''));
  return { body, at: FIXTURE_AT, from: FIXTURE_FROM, contentType, params };
}

/** The settings of a source that was told nothing. */
export const defaultsOf = (settings: TObject): unknown => Value.Default(settings, {});
