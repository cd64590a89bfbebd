import { compilePattern } from '../alarm/pattern.ts';
import {
  type HttpStep,
  type PageStep,
  type Parameter,
  RUNBOOK_LIMITS,
  SECRET_PREFIX,
} from './runbook.ts';

export type Values = Readonly<Record<string, string>>;

/** Why these values cannot be a run's parameters, all of it at once, by name; '' : of none. */
export function parameterFaults(
  parameters: readonly Parameter[],
  given: Values,
): readonly (readonly [name: string, why: string])[] {
  const known = new Set(parameters.map(({ name }) => name));
  const strangers = Object.keys(given)
    .filter((name) => !known.has(name))
    .map((name) => [name, 'this runbook has no such parameter'] as const);
  const faults = parameters.flatMap((parameter) => {
    const why = whyNot(parameter, given[parameter.name] ?? '');
    return why === undefined ? [] : [[parameter.name, why] as const];
  });
  return [...faults, ...strangers];
}

const NUMBER = /^-?\d{1,15}(?:\.\d{1,9})?$/;

function whyNot(
  { type, required, pattern, choices }: Parameter,
  value: string,
): string | undefined {
  if (value === '') return required ? 'it is needed' : undefined;
  if (value.length > RUNBOOK_LIMITS.value_chars_max)
    return `at most ${RUNBOOK_LIMITS.value_chars_max} characters`;
  if (/\p{Cc}/u.test(value) || !value.isWellFormed()) return 'one line of text expected';
  if (type === 'number' && !NUMBER.test(value)) return 'a number expected';
  if (type === 'choice' && !choices.includes(value)) return `one of ${choices.join(', ')} expected`;
  if (pattern === '') return undefined;
  const compiled = compilePattern(pattern);
  return !('error' in compiled) && compiled.matches(value) ? undefined : `it must match ${pattern}`;
}

/** A request as it goes out, or, without secrets, as it is written down. */
export type Filled = Pick<HttpStep, 'method' | 'url' | 'headers' | 'body'>;

/**
 * Puts the values in. What a person entered stays in its place: it is encoded in an address, and
 * escaped in a body that is JSON. `secret` gives a secret's text; absent, its name stays.
 */
export function fillIn(step: HttpStep, values: Values, secret?: (name: string) => string): Filled {
  const type = Object.entries(step.headers).find(([name]) => /^content-type$/i.test(name))?.[1];
  const isJson = type === undefined ? /^[[{]/.test(step.body) : /json/i.test(type);
  const jsonText = (value: string): string => JSON.stringify(value).slice(1, -1);
  const asIs = (value: string): string => value;
  const put = (template: string, encode: (value: string) => string): string =>
    template.replace(/\{\{\s*([^{}]{0,200}?)\s*\}\}/g, (whole, name: string) => {
      if (!name.startsWith(SECRET_PREFIX)) return encode(values[name] ?? '');
      return secret ? encode(secret(name.slice(SECRET_PREFIX.length))) : whole;
    });
  const headers = Object.entries(step.headers).map(([name, value]) => [name, put(value, asIs)]);
  return {
    method: step.method,
    url: put(step.url, encodeURIComponent),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: put(step.body, isJson ? jsonText : asIs),
  };
}

/** A text with the values in their places, as they are. */
export const filledText = (text: string, values: Values): string =>
  text.replace(/\{\{\s*([^{}]{0,200}?)\s*\}\}/g, (_, name: string) => values[name] ?? '');

/** What whoever is woken reads. */
export const pageText = ({ text }: PageStep, values: Values): string => filledText(text, values);

const SIGNS_IN = /authorization|cookie|token|key|secret|password/i;

/** The request as it is kept: what signs in is masked. */
export function requestText(step: HttpStep, values: Values): string {
  const { method, url, headers, body } = fillIn(step, values);
  const lines = Object.entries(headers).map(
    ([name, value]) => `${name}: ${SIGNS_IN.test(name) ? '<secret>' : value}`,
  );
  return [`${method} ${url}`, ...lines, ...(body === '' ? [] : ['', body])].join('\n');
}
