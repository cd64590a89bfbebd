/**
 * What the reader looks at in a TypeBox schema. The marks below the line are ours: they go into
 * the JSON Schema for editors as they are, which skips names it does not know.
 */
export interface Shape {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  /** What faults call a mapping: `a route`. */
  readonly title?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Shape[];
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: boolean | Shape;
  readonly items?: Shape;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  // ----
  /** Never shown, moved to the secret store. */
  readonly secret?: boolean;
  /** Go template, filled in for each notice. */
  readonly template?: 'text' | 'html';
  /** Field of `global` that stands in where this one is absent. */
  readonly global?: string;
  /** Written fields that keep `global` from standing in. */
  readonly globalUnless?: readonly string[];
  /** Kept and shown, does nothing: keys in it that sound like secrets are hidden. */
  readonly unused?: boolean;
  /** A list in which an item may be left empty. */
  readonly emptyItems?: boolean;
  /** Not Alertmanager's: left out of what its own tools read. */
  readonly ours?: boolean;
}

export type Kind = 'mapping' | 'list' | 'text';

/** Which kind of YAML node a shape takes; undefined takes any. */
export function kindOf(shape: Shape): Kind | undefined {
  if (shape.properties || shape.patternProperties || shape.type === 'object') return 'mapping';
  if (shape.type === 'array') return 'list';
  return isChoice(shape) || shape.type !== undefined ? 'text' : undefined;
}

/** One of a few words: a const, an enum, or several consts. */
export const isChoice = (shape: Shape): boolean => choicesOf(shape).length > 0;

export function choicesOf(shape: Shape): readonly unknown[] {
  if (shape.enum) return shape.enum;
  if (shape.const !== undefined) return [shape.const];
  const { anyOf = [] } = shape;
  return anyOf.length > 0 && anyOf.every((one) => one.const !== undefined)
    ? anyOf.map((one) => one.const)
    : [];
}

/** What stands in for a value that is absent; undefined when nothing does. */
export function defaultOf(shape: Shape): unknown {
  if (shape.default === undefined) return undefined;
  return filled(shape, structuredClone(shape.default));
}

/** The same value with the defaults of what it leaves out. */
export function filled(shape: Shape, value: unknown): unknown {
  if (!shape.properties || typeof value !== 'object' || value === null) return value;
  const out = { ...value } as Record<string, unknown>;
  for (const [key, field] of Object.entries(shape.properties)) {
    const given = out[key] === undefined ? defaultOf(field) : filled(field, out[key]);
    if (given !== undefined) out[key] = given;
  }
  return out;
}
