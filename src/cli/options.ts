import { instantText } from '../base/time.ts';
import type { Given, Option, World } from './command.ts';
import { usage } from './parse.ts';
import { parseWhen, whenExpected } from './when.ts';

/** Options that mean the same at every command that has them, and how they are read. */

export const JSON_OPTION: Option = { name: 'json', type: 'flag', help: 'One JSON document.' };

export const REASON: Option = {
  name: 'reason',
  short: 'r',
  type: 'text',
  value: 'TEXT',
  help: 'Why, for whoever sees it next. Needed.',
};

/** An option that must be there. */
export function needed(given: Given, name: string): string {
  const text = given.text(name).trim();
  if (text === '') throw usage(`say --${name}`);
  return text;
}

/** A time given by an option, as the API wants it; undefined when it was not given. */
export function timeOf(given: Given, world: World, name: string): string | undefined {
  const text = given.text(name);
  return text === '' ? undefined : timeIn(text, world, name);
}

export const neededTime = (given: Given, world: World, name: string): string =>
  timeIn(needed(given, name), world, name);

function timeIn(text: string, world: World, name: string): string {
  const at = parseWhen(text, world.clock.now());
  if (at === undefined) throw usage(`--${name}: "${text}" is not a time; write ${whenExpected}`);
  return instantText(at);
}
