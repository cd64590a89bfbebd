import type { Instant } from '../../base/time.ts';
import { instantText } from '../../base/time.ts';
import { SEVERITIES } from '../../domain/alarm/severity.ts';
import { ageText, type Paint, printable, wrapped } from '../terminal.ts';
import type { Difference } from './seen.ts';

/** A difference, and why it is one. */
export interface Explained {
  readonly difference: Difference;
  readonly why: string;
}

/** What one round of looks found. */
export interface Found {
  readonly standing: readonly Explained[];
  readonly same: number;
  readonly young: number;
  /** Alarms of this desk that come by other sources, and are left aside. */
  readonly aside: number;
  readonly tolerance: string;
}

/** What is missing here first, the worst first. */
const ORDER: readonly Difference['is'][] = ['there only', 'differs', 'here only'];

export function inOrder(list: readonly Explained[]): readonly Explained[] {
  const place = ({ difference: { is, about, severity } }: Explained): number =>
    (about === 'silence' ? 100 : 0) +
    ORDER.indexOf(is) * 10 +
    (severity === undefined ? SEVERITIES.length : SEVERITIES.indexOf(severity));
  return [...list].sort(
    (a, b) => place(a) - place(b) || (a.difference.id < b.difference.id ? -1 : 1),
  );
}

/** Two or three lines: what and where, then why. */
export function blockOf(
  { difference, why }: Explained,
  now: Instant,
  width: number,
  paint: Paint,
): string {
  const { is, severity, since, name, says, about } = difference;
  const where = is.padEnd(10);
  const shade = severity ?? 'dim';
  const what = paint(shade, (about === 'silence' ? about : (severity ?? '-')).padEnd(13));
  const age = (since === undefined ? '' : ageText(Math.max(0, now - since))).padEnd(6);
  const text = [says, why].filter((part) => part !== '').join(': ');
  const lines = wrapped(printable(text), width - INDENT).map((l) => `${' '.repeat(INDENT)}${l}\n`);
  return `${where}  ${what} ${age}  ${printable(name)}\n${text === '' ? '' : lines.join('')}`;
}

const INDENT = 12;

/** One line that says how it is altogether. */
export function summaryOf({ standing, same, young, aside, tolerance }: Found): string {
  const count = (is: Difference['is']): number =>
    standing.filter(({ difference }) => difference.is === is).length;
  const notYet = young === 0 ? '' : ` ${young} more stood for less than ${tolerance}.`;
  const left = aside === 0 ? '' : ` ${aside} here from other sources are not compared.`;
  const rest = `${same} the same.${notYet}${left}`;
  if (standing.length === 0) return `No difference${young > 0 ? ' yet' : ''}; ${rest}\n`;
  return (
    `${standing.length} ${standing.length === 1 ? 'difference' : 'differences'}: ` +
    `${count('there only')} there only, ${count('here only')} here only, ` +
    `${count('differs')} not alike; ${rest}\n`
  );
}

/** A difference for a program. `change`: only when it is followed. */
export function jsonLine({ difference, why }: Explained, change?: 'appeared' | 'gone'): string {
  const { is, about, name, severity, since, says, there, here } = difference;
  return `${JSON.stringify({
    ...(change === undefined ? {} : { change }),
    is,
    about,
    name,
    severity: severity ?? null,
    since: since === undefined ? null : instantText(since),
    differs: says,
    why,
    labels: here?.labels ?? there?.labels ?? null,
    there: there?.key ?? null,
    here: here?.key ?? null,
  })}\n`;
}
