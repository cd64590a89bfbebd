import type { Node } from 'yaml';
import { HIDDEN } from './secret.ts';

/** The text with every secret replaced where it stands, so that comments and order stay. */
export function hiddenText(text: string, secrets: readonly Node[]): string {
  const ranges = secrets
    .flatMap(({ range }) => (range ? [[range[0], range[1]] as const] : []))
    .sort(([a], [b]) => a - b);
  let out = '';
  let at = 0;
  for (const [from, to] of ranges) {
    if (from < at) continue; // an alias: the same place again
    const tail = text.slice(from, to);
    out += `${text.slice(at, from)}${HIDDEN}${/\n$/.test(tail) ? '\n' : ''}`;
    at = to;
  }
  return out + text.slice(at);
}
