import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { type Static, Type } from 'typebox';
import { after, type Millis, millis } from '../../base/time.ts';
import { durationOf } from '../../net/duration.ts';
import { hostAndPort, reachable } from '../../net/host.ts';
import { secretOr } from '../../net/secret.ts';
import { SendFault } from '../../net/send-fault.ts';
import { eitherFault, fileFor, plain, secretText, templated } from '../../net/settings.ts';
import { talk } from '../../net/talk.ts';
import type { Channel, SendResult, SendWorld } from '../../ports/channel.ts';
import { type Trap, trapsOf } from './alarm-mib.ts';
import { answerIn, integer, octets, sequence } from './ber.ts';

const settings = Type.Object(
  {
    address: plain('Trap receiver, host:port; usually port 162.'),
    community: secretText('Community; `public` when neither it nor its file is set.'),
    community_file: fileFor('community'),
    kind: Type.Enum(['trap', 'inform'], {
      default: 'trap',
      description: 'trap: sent and not confirmed; inform: sent until the receiver confirms.',
    }),
    inform_timeout: Type.String({
      default: '2s',
      maxLength: 64,
      format: 'duration',
      description: 'How long one inform waits for its answer.',
    }),
    inform_retries: Type.Integer({
      default: 3,
      minimum: 0,
      maximum: 10,
      description: 'How often an inform without an answer is sent again, within one try.',
    }),
    list_name: templated('alarmListName: the name of this desk among others.', 'tocsin'),
    resource_oid: plain(
      'OID below which resources are named. The default is kept for examples (RFC 5612): take ' +
        'one of your own enterprise.',
      { default: '1.3.6.1.4.1.32473.1' },
    ),
  },
  { additionalProperties: false },
);
type TrapSettings = Static<typeof settings>;

export interface TrapMessage {
  readonly traps: readonly Trap[];
}

/** Each alarm as alarmActiveState or alarmClearState of ALARM-MIB, over SNMPv2c. */
export const snmptrap: Channel<TrapSettings, TrapMessage> = {
  name: 'snmptrap',
  summary: 'Sends each alarm as an SNMPv2c trap or inform in the terms of ALARM-MIB (RFC 3877).',
  tried: 'real counterpart',
  settings,
  sendResolved: true,
  faults(set) {
    const found: (readonly [string, string])[] = [];
    if (!hostAndPort(set.address)) found.push(['address', 'host:port is expected']);
    if (!subidsOf(set.resource_oid)) found.push(['resource_oid', 'an OID is expected']);
    if (!durationOf(set.inform_timeout))
      found.push(['inform_timeout', 'a duration such as 2s is expected, longer than nothing']);
    return [...found, ...eitherFault(set, 'community', 'community_file', false)];
  },
  render: (notice, set, rendering) => ({
    traps: trapsOf(notice, {
      kind: set.kind,
      listName: rendering.text(set.list_name),
      resources: subidsOf(set.resource_oid) ?? [0, 0],
    }),
  }),
  send: (message, set, world) =>
    talk(settings, { ...set, http_config: {} }, world, millis(0), ({ world: own }) =>
      sendAll(message, set, own),
    ),
};

const OID_SUBIDS_MAX = 40; // with a resource's name below it, far from the 128 of RFC 2578

function subidsOf(text: string): readonly number[] | undefined {
  if (!/^[012](\.\d{1,10})+$/.test(text)) return undefined;
  const subids = text.split('.').map(Number);
  const bad = subids.length > OID_SUBIDS_MAX || subids.some((n) => n >= 2 ** 32);
  return bad || (subids[1] ?? 0) > 39 ? undefined : subids;
}

async function sendAll(
  { traps }: TrapMessage,
  set: TrapSettings,
  world: SendWorld,
): Promise<SendResult> {
  const community = (await secretOr(set.community, set.community_file, world)) || 'public';
  const { host, port } = await reachable('address', set.address, world);
  const socket = createSocket(isIP(host) === 6 ? 'udp6' : 'udp4');
  const end = ending(socket, world.signal);
  try {
    // Connected: answers of others are not taken, and a closed port is told.
    await Promise.race([connected(socket, host, port), end.promise]);
    for (const trap of traps) {
      const message = bytesOf(trap, community);
      if (set.kind === 'inform')
        await Promise.race([inform(socket, trap, message, set, world), end.promise]);
      else await Promise.race([sent(socket, message), end.promise]);
    }
  } finally {
    end.done();
    socket.close();
  }
  const words = `${traps.length} ${set.kind}${traps.length === 1 ? '' : 's'}`;
  const detail = set.kind === 'inform' ? `${words} confirmed` : `${words}; nobody confirms it`;
  return { is: 'sent', detail };
}

const bytesOf = ({ pdu }: Trap, community: string): Uint8Array =>
  sequence(integer(1), octets(community), Buffer.from(pdu, 'base64')); // 1: SNMPv2c

async function connected(socket: Socket, host: string, port: number): Promise<void> {
  socket.connect(port, host);
  await once(socket, 'connect');
}

const sent = (socket: Socket, message: Uint8Array): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.send(message, (error) => (error ? reject(error) : resolve()));
  });

/** Rejects when the socket fails or the time is over. */
function ending(socket: Socket, signal: AbortSignal) {
  let done = () => {};
  const promise = new Promise<never>((_, reject) => {
    const abort = () => reject(new SendFault('no answer in time', false));
    socket.on('error', reject); // stays: an error after the end must not be uncaught
    signal.addEventListener('abort', abort, { once: true });
    done = () => signal.removeEventListener('abort', abort);
    if (signal.aborted) abort();
  });
  promise.catch(() => {}); // it may fail when nobody waits any more
  return { promise, done: () => done() };
}

/** Sent again, byte for byte, until the receiver answers (RFC 3416 §4.2.7) or we give up. */
async function inform(
  socket: Socket,
  trap: Trap,
  message: Uint8Array,
  set: TrapSettings,
  world: SendWorld,
): Promise<void> {
  const wait = durationOf(set.inform_timeout) ?? millis(2_000);
  for (let tries = 0; tries <= set.inform_retries; tries++) {
    const answer = answered(socket, trap.requestId, wait, world);
    await sent(socket, message);
    const status = await answer;
    if (status === 0) return;
    if (status !== undefined)
      throw new SendFault(`the receiver refuses the inform: error-status ${status}`, true);
  }
  throw new SendFault(`no answer to an inform sent ${set.inform_retries + 1} times`, false);
}

/** The error-status of the answer to this request; undefined when none comes in time. */
function answered(
  socket: Socket,
  requestId: number,
  wait: Millis,
  world: SendWorld,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const end = (status: number | undefined) => {
      socket.off('message', take);
      cancel();
      resolve(status);
    };
    const take = (datagram: Uint8Array) => {
      const answer = answerIn(datagram);
      if (answer?.requestId === requestId) end(answer.errorStatus);
    };
    const cancel = world.clock.at(after(world.clock.now(), wait), () => end(undefined));
    socket.on('message', take);
  });
}
