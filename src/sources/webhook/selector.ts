import { cut } from '../../base/text.ts';
import { textOf, withMember } from './path.ts';

export const SELECTOR_LIMITS = {
  chars_max: 512,
  steps_max: 32,
  /** Values one selector with `[]` may come to; the rest is left out. */
  values_max: 10_000,
  /** Of several values joined for a text. */
  joined_chars_max: 4_096,
} as const;

/** One step: a member's name, a place in a list, or each of a list. */
export type Step = string | number | '[]';

const EACH = Symbol('each');

/**
 * Where a value stands: `labels.host`, `alerts[0].name`, `tags[].name`, `"a.b".c`. A path begins at
 * the item; with `$.` it begins at the body; `@door`, `@from`, `@type` and `@body` are what is
 * known of the request itself.
 */
export interface Selector {
  readonly text: string;
  readonly from: 'item' | 'body' | 'request';
  readonly steps: readonly (string | number | typeof EACH)[];
}

/** What a selector looks at. */
export interface Scope {
  readonly item: unknown;
  readonly body: unknown;
  readonly request: Readonly<Record<string, string>>;
}

/** What is known of a request, by the names after the `@`. */
export const REQUEST_FIELDS = ['door', 'from', 'type', 'body'] as const;

/** A name, plain or in double quotes, or something in brackets; sticky. */
const STEP = /(?:\.?"((?:[^"\\]|\\["\\])*)"|\.?([^.[\]"{}\s]+)|\[(\d{1,6})?\])/y;

/** Total: what is no selector comes back as `error`, in words for whoever wrote it. */
export function parseSelector(text: string): Selector | { readonly error: string } {
  if (text.length > SELECTOR_LIMITS.chars_max) {
    return { error: `a path has at most ${SELECTOR_LIMITS.chars_max} characters` };
  }
  if (text.startsWith('@')) return requestField(text);
  if (text === '$' || text === '') return { text, from: text === '' ? 'item' : 'body', steps: [] };
  const fromBody = text.startsWith('$.') || text.startsWith('$[');
  const rest = fromBody ? text.slice(1) : text;
  const steps: (string | number | typeof EACH)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < rest.length) {
    const at = STEP.lastIndex;
    const found = STEP.exec(rest);
    const misses = found && at > 0 && !/^[.[]/.test(found[0]);
    const leads = found && at === 0 && found[0].startsWith('.') && !fromBody;
    if (!found || misses || leads)
      return { error: strangeAt(text, at + text.length - rest.length) };
    const [all, quoted, plain, index] = found;
    if (quoted !== undefined) steps.push(quoted.replace(/\\(["\\])/g, '$1'));
    else if (plain !== undefined) steps.push(plain);
    else steps.push(all === '[]' ? EACH : Number(index));
  }
  if (steps.length > SELECTOR_LIMITS.steps_max) {
    return { error: `a path has at most ${SELECTOR_LIMITS.steps_max} steps` };
  }
  return { text, from: fromBody ? 'body' : 'item', steps };
}

function requestField(text: string): Selector | { readonly error: string } {
  const name = text.slice(1);
  if ((REQUEST_FIELDS as readonly string[]).includes(name)) {
    return { text, from: 'request', steps: [name] };
  }
  return { error: `there is no ${text}; of a request ${told} are known` };
}

const told = REQUEST_FIELDS.map((name) => `@${name}`).join(', ');

const strangeAt = (text: string, at: number): string =>
  `${JSON.stringify(text)} is no path: ${JSON.stringify(cut(text.slice(at), 20))} cannot stand ` +
  'there. Write names.with.dots, list[0], list[] for each, "names with. signs" in quotes';

/** Every value it stands for; none when there is nothing. Own members only. */
export function selectAll(selector: Selector, scope: Scope): readonly unknown[] {
  const start =
    selector.from === 'item' ? scope.item : selector.from === 'body' ? scope.body : scope.request;
  let values: unknown[] = [start];
  for (const step of selector.steps) {
    const next: unknown[] = [];
    for (const value of values) {
      if (step === EACH) {
        if (!Array.isArray(value)) continue;
        for (const one of value) {
          if (next.length >= SELECTOR_LIMITS.values_max) break;
          next.push(one);
        }
      } else if (typeof value === 'object' && value !== null && Object.hasOwn(value, step)) {
        next.push((value as Readonly<Record<string | number, unknown>>)[step]);
      }
    }
    values = next;
  }
  return values;
}

export const hasEach = ({ steps }: Selector): boolean => steps.includes(EACH);

/** Its text; several are joined by `, `. '' where there is nothing that has a text. */
export function selectText(selector: Selector, scope: Scope): string {
  const all = selectAll(selector, scope);
  if (!hasEach(selector)) return textOf(all[0])?.trim() ?? '';
  const texts: string[] = [];
  let chars = 0;
  for (const value of all) {
    const text = textOf(value)?.trim() ?? '';
    if (text === '') continue;
    chars += text.length + 2;
    if (chars > SELECTOR_LIMITS.joined_chars_max) break;
    texts.push(text);
  }
  return texts.join(', ');
}

/** As matchers see it: an object is `{}`, a list `[]`, so that one can ask whether it is there. */
export function selectForMatcher(selector: Selector, scope: Scope): string {
  const [first] = hasEach(selector) ? [] : selectAll(selector, scope);
  if (typeof first === 'object' && first !== null) return Array.isArray(first) ? '[]' : '{}';
  return selectText(selector, scope);
}

/**
 * The same value with only those items left that `keeps` says yes to, counted in the order in which
 * `selectAll` finds them. What stands beside the lists is kept.
 */
export function keepItems(
  value: unknown,
  { steps }: Selector,
  keeps: (index: number) => boolean,
): unknown {
  let index = 0;
  const rebuilt = (
    part: unknown,
    at: number,
  ): { readonly value: unknown; readonly any: boolean } => {
    const step = steps[at];
    if (step === undefined) return { value: part, any: keeps(index++) };
    if (step === EACH) {
      if (!Array.isArray(part)) return { value: part, any: false };
      const kept = part.map((one) => rebuilt(one, at + 1)).filter(({ any }) => any);
      return { value: kept.map((one) => one.value), any: kept.length > 0 };
    }
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, step)) {
      return { value: part, any: false };
    }
    const inner = rebuilt((part as Record<string | number, unknown>)[step], at + 1);
    const copy: unknown = Array.isArray(part)
      ? part.map((one, i) => (i === step ? inner.value : one))
      : withMember(part, String(step), inner.value);
    return { value: copy, any: inner.any };
  };
  return rebuilt(value, 0).value;
}

/** A name as a path writes it. */
export const nameText = (name: string): string =>
  /^[^.[\]"{}\s@$=][^.[\]"{}\s]*$/.test(name)
    ? name
    : JSON.stringify(name).replace(/\\[^"\\]/g, '?');
