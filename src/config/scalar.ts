import { nearest } from '../base/near.ts';
import { parseMatchers } from '../domain/alarm/matcher.ts';
import { compilePattern } from '../domain/alarm/pattern.ts';
import { anyDuration, durationExpected } from './duration.ts';
import { HIDDEN, HIDDEN_URL } from './secret.ts';
import { choicesOf, type Shape } from './shape.ts';

/** A value, with what may be shown of it if it is a secret; or why it is none. */
export type ReadText =
  | { readonly value: unknown; readonly shown?: string }
  | { readonly why: string };

/** YAML 1.1, which Alertmanager reads: `yes` and `off` are what they were. */
const TRUE = /^(?:y|Y|yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const FALSE = /^(?:n|N|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const INTEGER = /^[-+]?\d{1,15}$/;
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;

/** What a scalar says by its schema. `plain`: it was written without quotes. */
export function readText(shape: Shape, text: string, plain: boolean): ReadText {
  const choices = choicesOf(shape);
  if (choices.length > 0) return choice(choices, text);
  switch (shape.type) {
    case 'boolean':
      if (plain && TRUE.test(text)) return { value: true };
      return plain && FALSE.test(text) ? { value: false } : { why: 'is not true or false' };
    case 'integer':
      return INTEGER.test(text) ? inRange(shape, Number(text)) : { why: 'is not a whole number' };
    case 'number':
      return NUMBER.test(text) ? inRange(shape, Number(text)) : { why: 'is not a number' };
    default:
      return words(shape, text);
  }
}

function choice(choices: readonly unknown[], text: string): ReadText {
  const value = choices.find((one) => String(one) === text);
  if (value !== undefined) return { value };
  const names = choices.map(String);
  const near = nearest(text, names);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return { why: `is not one of ${names.join(', ')}${hint}` };
}

function inRange({ minimum, maximum }: Shape, value: number): ReadText {
  if (minimum !== undefined && value < minimum) return { why: `is less than ${minimum}` };
  if (maximum !== undefined && value > maximum) return { why: `is more than ${maximum}` };
  return { value };
}

function words(shape: Shape, text: string): ReadText {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = shape;
  if (text.length < minLength)
    return { why: minLength === 1 ? 'is empty' : `is shorter than ${minLength} characters` };
  if (text.length > maxLength) return { why: `is longer than ${maxLength} characters` };
  // An address with a password in it was hidden whole, be it a secret by its schema or not.
  const maySee = shape.secret !== true && shape.format !== 'url';
  if (text === HIDDEN && !maySee) return { value: text, shown: shownOf(shape) };
  const why = text === '' ? undefined : formatFault(shape, text);
  if (why !== undefined) return { why };
  if (shape.secret) return { value: text, shown: shownOf(shape) };
  const open = shape.format === 'url' ? withoutPassword(text) : undefined;
  return open === undefined ? { value: text } : { value: text, shown: open };
}

const shownOf = (shape: Shape): string => (shape.format === 'url' ? HIDDEN_URL : HIDDEN);

/** Texts with `{{ }}` are known only when they are filled in. */
function formatFault(shape: Shape, text: string): string | undefined {
  if (text.includes('{{') && (shape.template !== undefined || shape.format === 'url')) return;
  switch (shape.format) {
    case 'duration':
      return anyDuration(text) === undefined ? `is not ${durationExpected}` : undefined;
    case 'url':
      return isUrl(text) ? undefined : 'is not an address such as https://example.org/path';
    case 'regex': {
      const pattern = compilePattern(text);
      return 'error' in pattern ? `is no pattern: ${pattern.error}` : undefined;
    }
    case 'matcher': {
      const read = parseMatchers(text);
      return 'error' in read ? `is no matcher: ${read.error}` : undefined;
    }
    default:
      return undefined;
  }
}

function isUrl(text: string): boolean {
  if (!/^https?:\/\/[^/]/i.test(text)) return false;
  return URL.canParse(text);
}

/** Undefined when the address holds no password. */
function withoutPassword(text: string): string | undefined {
  if (!text.includes('@') || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.password === '') return undefined;
  url.password = 'xxxxx';
  return url.href;
}
