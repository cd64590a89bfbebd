import { type Instant, seconds } from '../base/time.ts';
import { lineOf } from './alarm-line.ts';
import { alarmOf, objectOf } from './answers.ts';
import { type Client, parsedFrom, Refused } from './client.ts';
import type { Given, World } from './command.ts';
import { pause } from './pause.ts';
import { type Message, readMessages } from './sse.ts';
import { paintFor } from './terminal.ts';

const AGAIN_AFTER = seconds(2);

/** Follows the event stream until Ctrl-C; a connection that was cut is taken up where it ended. */
export async function watch(
  client: Client,
  given: Given,
  world: World,
  list: () => Promise<void>,
): Promise<number> {
  let last: string | undefined;
  let first = true;
  while (!world.signal.aborted) {
    try {
      const query = given.all('filter').map((matcher) => ['filter', matcher] as const);
      const answer = await client.open('/api/v1/events', query, {
        accept: 'text/event-stream',
        ...(last === undefined ? {} : { 'last-event-id': last }),
      });
      if (first) await list(); // after the stream is open, so that nothing falls between the two
      first = false;
      if (answer.body === null) continue;
      for await (const message of readMessages(answer.body)) {
        if (message.id !== '') last = message.id;
        await tell(client, given, world, message, list);
      }
    } catch (error) {
      if (world.signal.aborted) return 0;
      if (first || error instanceof Refused) throw error;
    }
    if (world.signal.aborted) return 0;
    world.stderr.write('The connection was cut; trying again.\n');
    await pause(world, AGAIN_AFTER);
  }
  return 0;
}

async function tell(
  client: Client,
  given: Given,
  world: World,
  message: Message,
  list: () => Promise<void>,
): Promise<void> {
  if (message.event === 'gap') {
    world.stderr.write('Some changes were missed; this is how it is now:\n');
    await list();
  }
  if (message.event !== 'alarm') return;
  if (given.flag('json')) {
    world.stdout.write(`${message.data}\n`);
    return;
  }
  const { alarm, changes } = objectOf(client, parsedFrom(client, message.data), 'a message');
  const paint = paintFor(world.stdout, world.env);
  const now = world.clock.now();
  const what = whatHappened(changes);
  const text = lineOf(alarmOf(client, alarm), paint);
  world.stdout.write(`${paint('dim', timeOfDay(now))}  ${what.padEnd(14)} ${text}\n`);
}

/** Words of the newest line of the timeline; a change without one is a repeat. */
function whatHappened(changes: unknown): string {
  const last = Array.isArray(changes) ? (changes.at(-1) as { what?: unknown } | undefined) : null;
  return typeof last?.what === 'string' ? last.what : 'heard';
}

const timeOfDay = (at: Instant): string => {
  const date = new Date(at);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
};
