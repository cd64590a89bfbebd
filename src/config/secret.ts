import type { Node } from 'yaml';
import type { SecretRef } from '../ports/secrets.ts';

/** Stands in texts in the place of a secret; Alertmanager's own word for it. */
export const HIDDEN = '<secret>';

/** A secret as it was read, until it goes to the secret store. */
export class Secret {
  readonly value: string;
  /** What stands for it where Alertmanager's own tools must be able to read it. */
  readonly shown: string;
  /** Where it was written. */
  readonly node: Node | undefined;

  constructor(value: string, shown: string, node: Node | undefined) {
    this.value = value;
    this.shown = shown;
    this.node = node;
  }
}

/** Alertmanager's tools before 0.26 want an address where it is one; Go takes this for one. */
export const HIDDEN_URL = 'http://<secret>';

type Tree = unknown;
export type Path = readonly (string | number)[];

/** The same tree with another thing in the place of each secret. */
export function withSecrets(
  tree: Tree,
  change: (secret: Secret, path: Path) => unknown,
  path: Path = [],
): unknown {
  if (tree instanceof Secret) return change(tree, path);
  if (Array.isArray(tree)) return tree.map((item, i) => withSecrets(item, change, [...path, i]));
  if (typeof tree !== 'object' || tree === null) return tree;
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(tree))
    out[key] = withSecrets(value, change, [...path, key]);
  return out;
}

/** With the values themselves: for checks, never for keeping. `<secret>` is any good value. */
export const opened = (tree: Tree): unknown =>
  withSecrets(tree, ({ value, shown }) => (value === HIDDEN ? shown : value));

/** With what may be shown. */
export const shown = (tree: Tree): unknown => withSecrets(tree, (secret) => secret.shown);

const isRef = (value: unknown): value is SecretRef =>
  typeof value === 'object' && value !== null && typeof (value as SecretRef).$secret === 'string';

/** References in a document: what the secret store must retain for it. */
export function refsIn(tree: Tree, found: Set<string> = new Set()): Set<string> {
  if (isRef(tree)) found.add(tree.$secret);
  else if (typeof tree === 'object' && tree !== null)
    for (const value of Object.values(tree)) refsIn(value, found);
  return found;
}

/** The reference at the same place of a tree that was applied before. */
export function refAt(tree: unknown, path: Path): SecretRef | undefined {
  let at = tree;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Record<string | number, unknown>)[part];
  }
  return isRef(at) ? at : undefined;
}
