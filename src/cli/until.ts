import { after, type Instant, instantText } from '../base/time.ts';
import type { Given, Option, World } from './command.ts';
import { usage } from './parse.ts';
import { parseWhen, whenExpected } from './when.ts';

/** The two ways to say when something ends. */
export const END_OPTIONS: readonly Option[] = [
  { name: 'for', type: 'duration', help: 'How long, from now: 30m, 8h, 3d.' },
  {
    name: 'until',
    type: 'text',
    value: 'TIME',
    help: 'Until when: 18:30, "2026-03-01 06:00" (this machine’s clock), or RFC 3339.',
  },
];

/** The end as the API wants it; undefined when none was given. */
export function endOf(given: Given, world: World): string | undefined {
  const length = given.duration('for');
  const until = given.text('until');
  if (length !== undefined && until !== '') throw usage('give --for or --until, not both');
  if (length !== undefined) return instantText(after(world.clock.now(), length));
  if (until === '') return undefined;
  const at: Instant | undefined = parseWhen(until, world.clock.now());
  if (at === undefined) throw usage(`--until: "${until}" is not a time; write ${whenExpected}`);
  return instantText(at);
}
