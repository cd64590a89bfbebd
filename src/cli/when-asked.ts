import type { World } from './command.ts';
import { usage } from './parse.ts';
import { parseWhen, whenExpected } from './when.ts';

/** An option that is a time, as part of a query under `name`; nothing when it was not given. */
export function timeAsked(world: World, option: string, name: string, text: string) {
  if (text === '') return [];
  const at = parseWhen(text, world.clock.now());
  if (at === undefined) throw usage(`--${option}: "${text}" is not ${whenExpected}`);
  return [[name, new Date(at).toISOString()] as const];
}
