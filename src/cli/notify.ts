import { after, millis } from '../base/time.ts';
import { listOf, objectOf } from './answers.ts';
import { type Client, connect } from './client.ts';
import type { Command, Given, World } from './command.ts';
import { DESK_OPTIONS } from './find-desk.ts';
import { localTimes } from './local-times.ts';
import { JSON_OPTION } from './options.ts';
import { usage } from './parse.ts';
import { pause } from './pause.ts';
import { paintFor, printable, table, widthOf } from './terminal.ts';

/** Looked at so often while a test is on its way. */
const LOOK_MS = 250;
const WAIT_DEFAULT = '30s';
const EXIT_NOT_DELIVERED = 6;

const test: Command = {
  name: 'test',
  summary: 'Sends a test notice to every way of a receiver, and says how it went.',
  about: 'It goes through the same outbox as everything else, and says that nothing is wrong.',
  args: [{ name: 'RECEIVER', help: 'As the configuration calls it.' }],
  options: [
    {
      name: 'wait',
      type: 'duration',
      default: WAIT_DEFAULT,
      help: 'How long to wait for the far side; 0s does not wait.',
    },
    { name: 'json', type: 'flag', help: 'One JSON line for each way.' },
    ...DESK_OPTIONS,
  ],
  examples: [{ line: 'tocsin notify test on-call', does: 'Exit code 6 unless all of it arrived.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const [receiver = ''] = given.args;
    const path = `/api/v1/receivers/${encodeURIComponent(receiver)}/test`;
    const deliveries = listOf<string>(client, await client.send('POST', path, {}), 'deliveries');
    const until = after(world.clock.now(), given.duration('wait') ?? millis(0));
    let isDone = true;
    for (const id of deliveries) {
      const ended = await endOf(client, world, id, until);
      tell(given, world, ended);
      isDone &&= ended.result === 'sent';
    }
    return isDone ? 0 : EXIT_NOT_DELIVERED;
  },
};

interface Ended {
  readonly delivery: string;
  readonly way: string;
  readonly result: string;
  readonly detail: string;
}

interface AttemptAnswer {
  readonly way: string;
  readonly result: string;
  readonly detail: string;
}

/** How the delivery ended, or how its last try did when the time is over. */
async function endOf(client: Client, world: World, id: string, until: number): Promise<Ended> {
  for (;;) {
    const answer = await client.get(`/api/v1/deliveries/${encodeURIComponent(id)}`);
    const [last] = listOf<AttemptAnswer>(client, answer, 'attempts');
    const { open } = objectOf(client, answer, 'the answer');
    if (open === null && last) return { delivery: id, ...last };
    if (world.clock.now() >= until) {
      const { way = id, says = '' } = (open ?? {}) as { way?: string; says?: string };
      const why = last?.detail ?? (says || 'no answer yet');
      const detail = localTimes(why, world.clock.now());
      return { delivery: id, way, result: 'open', detail };
    }
    await pause(world, LOOK_MS);
  }
}

const SAYS: Readonly<Record<string, string>> = {
  sent: 'arrived',
  never: 'refused',
  open: 'not yet',
  withdrawn: 'withdrawn',
};

function tell(given: Given, world: World, ended: Ended): void {
  if (given.flag('json')) {
    world.stdout.write(`${JSON.stringify(ended)}\n`);
    return;
  }
  const paint = paintFor(world.stdout, world.env);
  const says = paint(
    ended.result === 'sent' ? 'good' : 'major',
    SAYS[ended.result] ?? ended.result,
  );
  world.stdout.write(`${says}  ${printable(`${ended.way}: ${ended.detail}`)}\n`);
}

const list: Command = {
  name: 'list',
  summary: 'Lists receivers, and how each of their ways does.',
  args: [],
  options: [JSON_OPTION, ...DESK_OPTIONS],
  examples: [{ line: 'tocsin notify list', does: 'Who could be reached, and who could not.' }],
  async run(given, world) {
    const client = await connect(given, world);
    const told = await client.get('/api/v1/receivers');
    if (given.flag('json')) world.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
    else world.stdout.write(drawn(client, told, world));
    return 0;
  },
};

interface ReceiverAnswer {
  readonly name: string;
  readonly ways: readonly {
    readonly way: string;
    readonly says: string;
    readonly sent: number;
    readonly failed: number;
    readonly open: number;
    readonly lastError: string;
  }[];
}

function drawn(client: Client, told: unknown, world: World): string {
  const receivers = listOf<ReceiverAnswer>(client, told, 'items');
  if (receivers.length === 0) return 'There is no routing: apply a configuration.\n';
  const now = world.clock.now();
  const columns = ['WAY', 'SENT', 'FAILED', 'OPEN', 'STATE', 'LAST ERROR'];
  const rows = receivers.flatMap(({ name, ways }) =>
    ways.length === 0
      ? [[name, '', '', '', 'tells nobody', '']]
      : ways.map((w) => [
          w.way,
          `${w.sent}`,
          `${w.failed}`,
          `${w.open}`,
          localTimes(w.says, now),
          w.lastError,
        ]),
  );
  const paint = paintFor(world.stdout, world.env);
  const titled = columns.map((title) => ({ title }));
  return table(titled, rows, widthOf(world.stdout), paint);
}

export const notify: Command = {
  name: 'notify',
  summary: 'The ways out: list, test.',
  args: [],
  options: [],
  examples: [{ line: 'tocsin notify test on-call', does: 'See notify test --help.' }],
  below: [list, test],
  run: () => Promise.reject(usage('tocsin notify needs a command')),
};
