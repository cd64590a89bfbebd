import { lineOf } from './bounded.ts';

/** Reading of the API's answers that takes what is there and stumbles over nothing. */
export type Json = Readonly<Record<string, unknown>>;

export const fieldIn = (value: unknown, name: string): unknown => objectOf(value)[name];

export const objectIn = (value: unknown, name: string): Json => objectOf(objectOf(value)[name]);

const objectOf = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};

export function listIn(value: unknown, name: string): readonly Json[] {
  const list = objectOf(value)[name];
  return Array.isArray(list) ? list.map(objectOf) : [];
}

/** A field as one line of text; '' for what is not there. */
export function textIn(value: unknown, name: string): string {
  const field = objectOf(value)[name];
  if (field === undefined || field === null || typeof field === 'object') return '';
  return lineOf(String(field));
}

/** Only these fields: what an answer of the API has beyond them stays in the desk. */
export function picked(value: unknown, names: readonly string[]): Json {
  const object = objectOf(value);
  return Object.fromEntries(names.filter((n) => n in object).map((n) => [n, object[n]]));
}

/** The name of somebody, or of each in a list. */
export const nameIn = (value: unknown, name: string): string =>
  textIn(objectIn(value, name), 'name');
export const namesIn = (value: unknown, name: string): string =>
  listIn(value, name)
    .map((one) => textIn(one, 'name'))
    .join(', ');
