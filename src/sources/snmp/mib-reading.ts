import { DeskError } from '../../base/errors.ts';
import { compile, type MibReport } from './mib-compile.ts';
import { readFolder } from './mib-folder.ts';
import type { MibIndex, MibType } from './mib-info.ts';
import { type Named, Names } from './mib-names.ts';

/** A folder of modules read for a person: what is wrong with them, and what they say. */
export interface MibReading {
  readonly report: MibReport;
  find(asked: string): readonly MibFound[];
}

export interface MibFound {
  readonly oid: string;
  readonly name: string;
  readonly facts: readonly (readonly [title: string, text: string])[];
}

/** Throws DeskError when there is no such folder. `shown` is how the person wrote it. */
export function readMibs(folder: string, shown: string): MibReading {
  const { image, report } = compile(folder, folderAt(folder, shown));
  const names = Names.open(image);
  return { report, find: (asked) => (names === undefined ? [] : found(names, asked)) };
}

function folderAt(folder: string, shown: string) {
  try {
    return readFolder(folder);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such folder',
      ENOTDIR: 'it is a file; a folder of modules expected',
      EACCES: 'it may not be read',
    };
    throw new DeskError('SETTINGS_INVALID', { file: shown, why: `${reasons[code] ?? code}.` });
  }
}

function found(names: Names, asked: string): readonly MibFound[] {
  const oid = asked.replace(/^\./, '');
  if (/^\d+(?:\.\d+)*$/.test(oid)) {
    const named = names.of(oid);
    return named === undefined ? [] : [shownAs(named, oid)];
  }
  const [, module = '', name = ''] = /^(?:([\w-]+)::)?(.*)$/.exec(asked) ?? [];
  const exact = names.find(name, false);
  return (exact.length > 0 ? exact : names.find(name, true))
    .filter((one) => module === '' || one.module === module)
    .map((one) => shownAs(one, one.oid));
}

function shownAs(named: Named, oid: string): MibFound {
  const { name, module, rest, info, entry } = named;
  const whole = `${module === '' ? '' : `${module}::`}${name}${rest === '' ? '' : `.${rest}`}`;
  const facts: [string, string][] = [];
  if (info?.is === 'object') {
    facts.push(['type', typeText(info.type)]);
    if (info.type.hint !== undefined) facts.push(['shown as', info.type.hint]);
    if (info.units !== undefined) facts.push(['unit', info.units]);
  }
  if (info?.is === 'notification') {
    if (info.objects.length > 0) facts.push(['carries', info.objects.join(', ')]);
    if (info.about !== '') facts.push(['means', info.about]);
  }
  const index = info?.is === 'entry' ? info.index : entry?.index;
  if (index !== undefined && index.length > 0) facts.push(['index', indexText(index)]);
  return { oid, name: whole, facts };
}

function typeText({ name, kind, words, size }: MibType): string {
  const values = Object.entries(words ?? {}).map(([number, word]) => `${word}(${number})`);
  return [
    kind === 'unknown' ? `${name} (not defined in these modules)` : name,
    ...(size === undefined ? [] : [`of ${size} bytes`]),
    ...(values.length === 0 ? [] : [values.join(' ')]),
  ].join(' ');
}

const indexText = (index: readonly MibIndex[]): string =>
  index
    .map(({ object, name, implied }) => `${object} (${name}${implied ? ', IMPLIED' : ''})`)
    .join(', ');
