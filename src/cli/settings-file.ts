import { isMap, type Node } from 'yaml';
import type { DeskError } from '../base/errors.ts';
import { meant } from '../base/near.ts';
import {
  entriesOf,
  fileFailure,
  itemsOf,
  parseYaml,
  textOf,
  type YamlFile,
} from '../config/yaml-file.ts';

/** Tocsin's own settings (tocsin.yml), before each part is checked by whoever declared it. */
export interface SettingsFile {
  /** A section as plain data with references resolved; undefined when it is not there. */
  section(name: string): unknown;
  /** A fault with file, line and column of what stands at `path`: `['sources', 'snmp', 'port']`. */
  fault(path: readonly (string | number)[], why: string): DeskError;
}

/** Sections of tocsin.yml. */
export const SETTINGS_SECTIONS = [
  'sources',
  'labels',
  'alarms',
  'health',
  'sign_in',
  'notifications',
];

/** Where `${env:NAME}` and `${file:PATH}` are looked up. */
export interface References {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a file; undefined when it cannot be read. */
  readonly file: (path: string) => string | undefined;
}

const DEPTH_MAX = 32;

/** Reads the file; `sections` are the names there are. Throws DeskError SETTINGS_INVALID. */
export function readSettingsFile(
  text: string,
  file: string,
  sections: readonly string[],
  references: References,
): SettingsFile {
  const yaml = parseYaml(text, file);
  if ('faults' in yaml) throw fileFailure(file, yaml.faults);
  if (yaml.duplicates.length > 0) throw fileFailure(file, yaml.duplicates);
  if (yaml.root !== undefined && !isMap(yaml.root) && textOf(yaml.root) !== undefined)
    throw fileFailure(file, [yaml.fault(yaml.root, `expected ${sections.join(', ')}`)]);
  const top = entriesOf(yaml, yaml.root);
  const faults = top
    .filter(({ key }) => !sections.includes(key))
    .map(({ key, keyNode }) =>
      yaml.fault(keyNode, `there is no section "${key}"${meant(key, sections)}`),
    );
  if (faults.length > 0) throw fileFailure(file, faults);
  return {
    section: (name) => {
      const found = top.find((e) => e.key === name);
      return found && plain(yaml, found.value, references, 0);
    },
    fault: (path, why) => {
      const at = nodeAt(yaml, path);
      const name = path.join('.');
      return fileFailure(file, [yaml.fault(at, name === '' ? why : `${name}: ${why}`)]);
    },
  };
}

function nodeAt(yaml: YamlFile, path: readonly (string | number)[]): unknown {
  let at: unknown = yaml.root;
  for (const part of path) {
    const found =
      typeof part === 'number' || /^\d+$/.test(part) ? itemsOf(yaml, at)[Number(part)] : undefined;
    const entry = entriesOf(yaml, at).find((e) => e.key === String(part));
    const next = found ?? entry?.value ?? entry?.keyNode;
    if (next === undefined) return at; // a missing field: its parent is where to look
    at = next;
  }
  return at;
}

function plain(yaml: YamlFile, node: Node | undefined, from: References, depth: number): unknown {
  if (depth > DEPTH_MAX) throw fileFailure(yaml.file, [yaml.fault(node, 'nested too deep')]);
  const items = itemsOf(yaml, node);
  if (items.length > 0) return items.map((item) => plain(yaml, item, from, depth + 1));
  if (isMap(node))
    return Object.fromEntries(
      entriesOf(yaml, node).map((e) => [e.key, plain(yaml, e.value, from, depth + 1)]),
    );
  const value = node?.toJSON() as unknown;
  return typeof value === 'string' ? resolved(yaml, node, value, from) : value;
}

/** `${env:NAME}` and `${file:/path}` as a whole value, so that no secret is in the file itself. */
function resolved(yaml: YamlFile, node: Node | undefined, text: string, from: References): string {
  const found = /^\$\{(env|file):([^}]+)\}$/.exec(text);
  if (!found) return text;
  const [, kind, name = ''] = found;
  const value = kind === 'env' ? from.env[name] : from.file(name)?.trim();
  if (value !== undefined) return value;
  const why =
    kind === 'env' ? `the variable ${name} is not set` : `the file ${name} cannot be read`;
  throw fileFailure(yaml.file, [yaml.fault(node, why)]);
}
