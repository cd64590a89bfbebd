import { isMap, isSeq } from 'yaml';
import { entriesOf, itemsOf, parseYaml, textOf, type YamlFile } from '../config/yaml-file.ts';
import { rowsOf, type Value } from './outline.ts';
import type { Rows } from './tables.ts';

/** Deeper is no inventory. */
const DEPTH_MAX = 12;

/** Rows of a YAML text. */
export function rowsOfYaml(text: string): Rows {
  const yaml = parseYaml(text, 'inventory');
  if ('faults' in yaml) {
    const [first] = yaml.faults;
    return { line: first?.line ?? 1, why: first?.why ?? 'it cannot be read' };
  }
  const [twice] = yaml.duplicates;
  if (twice) return { line: twice.line, why: twice.why };
  return rowsOf(treeOf(yaml, yaml.root, 0));
}

function treeOf(yaml: YamlFile, node: unknown, depth: number): Value {
  const real = yaml.real(node);
  const { line } = yaml.fault(real ?? node, '');
  if (depth > DEPTH_MAX) return { is: 'text', line, text: '' };
  if (isSeq(real)) {
    const items = itemsOf(yaml, real).map((item) => treeOf(yaml, item, depth + 1));
    return { is: 'list', line, items };
  }
  if (isMap(real)) {
    const entries = entriesOf(yaml, real).map(
      ({ key, keyNode, value }): readonly [string, Value] => {
        const read = treeOf(yaml, value, depth + 1);
        return [key, { ...read, line: yaml.fault(keyNode, '').line }];
      },
    );
    return { is: 'map', line, entries };
  }
  return { is: 'text', line, text: textOf(real) ?? '' };
}
