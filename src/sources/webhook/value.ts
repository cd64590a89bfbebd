import { parseSelector, type Scope, type Selector, selectText } from './selector.ts';

export const VALUE_LIMITS = {
  chars_max: 2_048,
  /** Ways to get one value, tried in turn. */
  tries_max: 32,
  parts_max: 64,
} as const;

/** How one text is made: a path, a text with `{paths}` in it, or a fixed text after `=`. */
type Way = readonly (string | Selector)[];

/** Ways tried in turn: the first that has something to say is taken. */
export type Value = readonly Way[];

/** Reads one way. Total. */
export function parseWay(text: string): Way | { readonly error: string } {
  if (text.length > VALUE_LIMITS.chars_max) {
    return { error: `at most ${VALUE_LIMITS.chars_max} characters` };
  }
  if (text.startsWith('=')) return [text.slice(1)];
  if (/[{}]/.test(text)) return parseTemplate(text);
  const selector = parseSelector(text);
  return 'error' in selector ? selector : [selector];
}

/** `{{` and `}}` stand for a brace. */
const PART = /\{\{|\}\}|\{([^{}]*)\}|([^{}]+)|([{}])/g;

function parseTemplate(text: string): Way | { readonly error: string } {
  const way: (string | Selector)[] = [];
  for (const [all, path, plain, brace] of text.matchAll(PART)) {
    if (brace !== undefined) {
      return { error: `a single ${brace}: write {path}, or ${brace}${brace} for the sign itself` };
    }
    if (path === undefined) way.push(plain ?? all.charAt(0));
    else {
      const selector = parseSelector(path.trim());
      if ('error' in selector) return selector;
      way.push(selector);
    }
    if (way.length > VALUE_LIMITS.parts_max) {
      return { error: `at most ${VALUE_LIMITS.parts_max} parts in one text` };
    }
  }
  return way;
}

/** The first way of which every path has something; '' when none has. */
export function valueText(value: Value, scope: Scope): string {
  for (const way of value) {
    let text = '';
    let isWhole = true;
    for (const part of way) {
      const said = typeof part === 'string' ? part : selectText(part, scope);
      if (said === '' && typeof part !== 'string') isWhole = false;
      text += said;
    }
    if (isWhole && text.trim() !== '') return text.trim();
  }
  return '';
}

/** What it looks at, for whoever has to find out why there was nothing. */
export const valueWords = (value: Value): string =>
  value
    .map((way) => way.map((part) => (typeof part === 'string' ? part : part.text)).join(''))
    .join(', ');
