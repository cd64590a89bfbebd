import type { RuleField } from '../../ports/source.ts';
import type { Documents } from './documents.ts';
import { textOf } from './path.ts';
import { nameText, SELECTOR_LIMITS } from './selector.ts';

const FIELDS_MAX = 400;
/** Items of a list that are listed one by one. */
const ITEMS_SHOWN_MAX = 3;

/** The plain values of the first document, each with the path that names it. */
export function fieldsOf(documents: Documents): readonly RuleField[] {
  const found: RuleField[] = [];
  const walk = (value: unknown, path: string, depth: number): void => {
    if (found.length >= FIELDS_MAX || depth > SELECTOR_LIMITS.steps_max) return;
    const text = textOf(value);
    if (text !== undefined) {
      if (path !== '') found.push({ selector: path, value: text });
    } else if (Array.isArray(value)) {
      value.slice(0, ITEMS_SHOWN_MAX).forEach((one, i) => {
        walk(one, `${path}[${i}]`, depth + 1);
      });
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, member] of Object.entries(value)) {
        walk(member, path === '' ? nameText(name) : `${path}.${nameText(name)}`, depth + 1);
      }
    }
  };
  if ('all' in documents) walk(documents.all[0], '', 0);
  return found;
}
