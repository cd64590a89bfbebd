/** Steps of one path; a body nested deeper than a person would write is not looked into. */
export const PATH_STEPS_MAX = 32;

/** The value at `alert.host`, `alerts.0.name`, or `/a~1b/c` (RFC 6901) for names with dots. */
export function valueAt(item: unknown, path: string): unknown {
  const steps = stepsOf(path);
  if (steps.length > PATH_STEPS_MAX) return undefined;
  let value = item;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
}

function stepsOf(path: string): readonly string[] {
  if (path === '') return [];
  return path.startsWith('/') ? path.slice(1).split('/').map(unescaped) : path.split('.');
}

/** The same item with another value at a path that `valueAt` finds. */
export function withValueAt(item: unknown, path: string, value: unknown): unknown {
  const replaced = (part: unknown, [step, ...rest]: readonly string[]): unknown => {
    if (step === undefined) return value;
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, step)) return part;
    const inner = replaced((part as Readonly<Record<string, unknown>>)[step], rest);
    return Array.isArray(part)
      ? part.map((one, i) => (String(i) === step ? inner : one))
      : withMember(part, step, inner);
  };
  return replaced(item, stepsOf(path));
}

/** The same object with one member changed. `__proto__` is a name like any other. */
export function withMember(object: object, name: string, value: unknown): object {
  const copy = Object.fromEntries(Object.entries(object));
  const member = { value, enumerable: true, configurable: true, writable: true };
  return Object.defineProperty(copy, name, member);
}

const unescaped = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~');

/** Text of a plain value; undefined for objects, lists, null and nothing. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

/** The first of the fields that has something to say; '' when none has. */
export function fieldText(item: unknown, fields: readonly string[]): string {
  for (const field of fields) {
    const text = oneField(item, field);
    if (text !== '') return text;
  }
  return '';
}

function oneField(item: unknown, field: string): string {
  if (field.startsWith('=')) return field.slice(1);
  if (!field.includes('{')) return textOf(valueAt(item, field))?.trim() ?? '';
  let whole = true;
  const text = field.replace(/\{([^{}]*)\}/g, (_, path: string) => {
    const part = textOf(valueAt(item, path))?.trim() ?? '';
    if (part === '') whole = false;
    return part;
  });
  return whole ? text : '';
}
