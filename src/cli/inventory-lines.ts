import { parseInstant } from '../base/time.ts';
import type { Somebody } from './answers.ts';
import { type Paint, printable } from './terminal.ts';
import { whenText } from './when.ts';

/** What the commands read of the API's answers; shapes of src/http/api/inventory-shapes.ts. */
export interface ThingAnswer {
  readonly key: string;
  readonly kind: string;
  readonly id: string;
  readonly title?: string;
  readonly names?: readonly string[];
  readonly attributes?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly partOf?: string;
  readonly owner?: string;
}

export interface CountsAnswer {
  readonly things: number;
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

export interface VersionAnswer {
  readonly id: string;
  readonly at: string;
  readonly by: Somebody | null;
  readonly from: string;
  readonly why: string;
  readonly restores: string | null;
  readonly inForce: boolean;
  readonly counts: CountsAnswer;
}

export interface ReportAnswer {
  readonly rows: number;
  readonly things: number;
  readonly leftOut: number;
  readonly faults: readonly {
    readonly line: number;
    readonly thing: string;
    readonly wrong: string;
    readonly expected: string;
    readonly done: string;
  }[];
  readonly faultsTotal: number;
}

export interface ChangeAnswer {
  readonly key: string;
  readonly what: 'added' | 'changed' | 'removed';
  readonly was: ThingAnswer | null;
  readonly is: ThingAnswer | null;
}

export function countsText({ things, added, changed, removed }: CountsAnswer): string {
  const many = things === 1 ? 'thing' : 'things';
  return `${things} ${many}: ${added} added, ${changed} changed, ${removed} removed`;
}

/** One line for each row that was not as it should be, as compilers write it. */
export function reportText(file: string, report: ReportAnswer): string {
  const lines = report.faults.map(({ line, thing, wrong, expected, done }) => {
    const about = thing === '' ? '' : `${thing}: `;
    return printable(`${file}:${line}: ${about}${wrong}; expected ${expected} (${done})`);
  });
  const more = report.faultsTotal - report.faults.length;
  if (more > 0) lines.push(`and ${more} more`);
  return lines.map((line) => `${line}\n`).join('');
}

/** `+ device:rt1`, `~ device:rt2  site: osl -> bgo`, `- device:rt3`. */
export function changesText(changes: readonly ChangeAnswer[], paint: Paint): string {
  return changes
    .map(({ key, what, was, is }) => {
      if (what === 'added') return paint('good', printable(`+ ${key}`));
      if (what === 'removed') return paint('major', printable(`- ${key}`));
      const said = was && is ? fieldsChanged(was, is).join('; ') : '';
      return paint('minor', printable(`~ ${key}  ${said}`));
    })
    .map((line) => `${line}\n`)
    .join('');
}

function fieldsChanged(was: ThingAnswer, is: ThingAnswer): readonly string[] {
  const [before, after] = [flat(was), flat(is)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => `${name}: ${before.get(name) ?? 'none'} -> ${after.get(name) ?? 'none'}`);
}

function flat(thing: ThingAnswer): ReadonlyMap<string, string> {
  const { attributes = {}, labels = {}, ...rest } = thing;
  return new Map([
    ...Object.entries(rest).map(([name, value]) => [name, textOf(value)] as const),
    ...Object.entries(attributes),
    ...Object.entries(labels).map(([name, value]) => [`label ${name}`, value] as const),
  ]);
}

const textOf = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : `${value}`);

export interface EffectAnswer {
  readonly open: number;
  readonly affected: number;
  readonly items: readonly {
    readonly resource: string;
    readonly type: string;
    readonly was: Readonly<Record<string, string>>;
    readonly is: Readonly<Record<string, string>>;
  }[];
}

/** `rt1/xe-1 link.down  customer: none -> ACME`, for each open alarm that would learn otherwise. */
export function effectText({ open, affected, items }: EffectAnswer): string {
  const lines = items.map(({ resource, type, was, is }) => {
    const said = Object.keys(is).map(
      (name) => `${name}: ${was[name] || 'none'} -> ${is[name] || 'none'}`,
    );
    return printable(`  ${resource} ${type}  ${said.join('; ')}`);
  });
  if (affected > items.length) lines.push(`  and ${affected - items.length} more`);
  lines.unshift(`${affected} of ${open} open alarms would have other labels`);
  return lines.map((line) => `${line}\n`).join('');
}

/** `v12 (Nora Lind, 2026-03-01 06:00, from network.yml: new ring)`. */
export function versionText(version: VersionAnswer): string {
  const { id, by, from, why } = version;
  const at = parseInstant(version.at);
  const when = at === undefined ? version.at : whenText(at);
  return printable(`${id} (${by?.name ?? 'nobody'}, ${when}, from ${from}: ${why})`);
}
