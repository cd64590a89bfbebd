export type Path = readonly (string | number)[];

/** A change that names a place that is not there, or not of its kind. */
export class PathFault extends Error {}

/** The change of a YAML text, as far as plain data knows of it. */
type TreeEdit =
  | { readonly is: 'set'; readonly path: Path; readonly value: unknown }
  | { readonly is: 'remove'; readonly path: Path }
  | { readonly is: 'insert'; readonly path: Path; readonly at: number; readonly value: unknown }
  | { readonly is: 'swap'; readonly path: Path; readonly at: number };

type Holder = Record<string | number, unknown>;

/** The same data with one change. Throws PathFault. */
export function applied(tree: unknown, edit: TreeEdit): unknown {
  const copy = structuredClone(tree);
  switch (edit.is) {
    case 'set':
      return setAt(copy, edit.path, edit.value);
    case 'remove':
      return removedAt(copy, edit.path);
    case 'insert': {
      const list = valueAt(copy, edit.path);
      if (!Array.isArray(list)) return setAt(copy, edit.path, [edit.value]);
      list.splice(edit.at, 0, edit.value);
      return copy;
    }
    case 'swap': {
      const list = valueAt(copy, edit.path);
      if (!Array.isArray(list)) throw new PathFault('there is no list');
      list.splice(edit.at, 2, list[edit.at + 1], list[edit.at]);
      return copy;
    }
  }
}

/** Undefined when nothing stands there. */
export function valueAt(tree: unknown, path: Path): unknown {
  let at = tree;
  for (const part of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as Holder)[part];
  }
  return at;
}

function setAt(tree: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  const holder = tree ?? (typeof part === 'number' ? [] : {});
  if (typeof holder !== 'object') throw new PathFault('there is something else in its place');
  (holder as Holder)[part] = setAt((holder as Holder)[part], rest, value);
  return holder;
}

function removedAt(tree: unknown, path: Path): unknown {
  const last = path.at(-1);
  const holder = valueAt(tree, path.slice(0, -1));
  if (last === undefined || typeof holder !== 'object' || holder === null)
    throw new PathFault('there is nothing to remove');
  if (!Object.hasOwn(holder, last)) throw new PathFault('there is nothing to remove');
  if (Object.keys(holder).length === 1 && path.length > 1)
    return removedAt(tree, path.slice(0, -1));
  if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete (holder as Holder)[last];
  return tree;
}
