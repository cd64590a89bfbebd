import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { SendFault } from './send-fault.ts';

/**
 * Keeps addresses that came over the console or the API away from what only this machine may
 * reach. The name is resolved first, every address it has is judged, and the connection goes to
 * the address that was judged: a name that answers differently the next time gains nothing.
 */
interface Guard {
  /** CIDR networks let through although they are private. Metadata services never are. */
  readonly allowed: readonly string[];
  /** Replaceable for tests. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
}

const NETWORKS: readonly (readonly [why: string, networks: string])[] = [
  ['this machine', '127.0.0.0/8 ::1/128'],
  ['unspecified', '0.0.0.0/8 ::/128'],
  ['link-local', '169.254.0.0/16 fe80::/10 fec0::/10'],
  ['private', '10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7'],
  ['shared by a carrier', '100.64.0.0/10'],
  ['multicast or reserved', '224.0.0.0/4 240.0.0.0/4 ff00::/8'],
  ['kept for protocols', '192.0.0.0/24 192.88.99.0/24 198.18.0.0/15 2001::/23 100::/64 5f00::/16'],
  ['kept for examples', '192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 2001:db8::/32 3fff::/20'],
  ['a translated address', '64:ff9b:1::/48 ::/96'],
];

/** Where clouds hand credentials to whoever asks from inside. */
const METADATA = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2:0:0:0:0:0:254',
]);

const REFUSED = NETWORKS.map(([why, networks]) => ({
  why,
  list: blockList(networks.split(' ')),
}));

/** Throws for what is no CIDR network. */
export function blockList(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = ''] = network.split('/');
    const family = isIP(address);
    const most = family === 4 ? 32 : 128;
    if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > most)
      throw new SendFault(`"${network}" is no network such as 10.1.0.0/16`, true);
    list.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
}

const within = (list: BlockList, address: string): boolean =>
  list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

const NEVER_ALLOWED = 'a metadata service';

/** Why this address may not be reached; undefined when it may. */
export function refusal(address: string, allowed: readonly string[]): string | undefined {
  const bare = embedded(address.replace(/%.*$/, ''));
  const plain =
    isIP(bare) === 6
      ? groupsOf(bare)
          .map((g) => g.toString(16))
          .join(':')
      : bare;
  if (METADATA.has(plain)) return NEVER_ALLOWED;
  if (allowed.length > 0 && within(blockList(allowed), plain)) return undefined;
  return REFUSED.find(({ list }) => within(list, plain))?.why;
}

/**
 * The IPv4 address inside an IPv6 one: mapped (::ffff:0:0/96), SIIT (::ffff:0:0:0/96), NAT64
 * (64:ff9b::/96, RFC 6052) and 6to4 (2002::/16); else the address as it is.
 */
function embedded(address: string): string {
  if (isIP(address) !== 6) return address;
  const g = groupsOf(address);
  const head = g.slice(0, 6).join(',');
  const last = [g[6] ?? 0, g[7] ?? 0];
  if (['0,0,0,0,0,65535', '0,0,0,0,65535,0', '100,65435,0,0,0,0'].includes(head))
    return dotted(last);
  return g[0] === 0x2002 ? dotted([g[1] ?? 0, g[2] ?? 0]) : address;
}

const dotted = ([high = 0, low = 0]: readonly number[]): string =>
  [high >>> 8, high & 255, low >>> 8, low & 255].join('.');

/** The eight groups of an IPv6 address that `isIP` took. */
function groupsOf(address: string): readonly number[] {
  const text = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...n: string[]) => {
    const [a = 0, b = 0, c = 0, d = 0] = n.slice(0, 4).map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [left = '', right] = text.split('::');
  const numbers = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const [front, back] = [numbers(left), numbers(right ?? '')];
  const gap = right === undefined ? 0 : 8 - front.length - back.length;
  return [...front, ...Array<number>(gap).fill(0), ...back];
}

const byName = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true })).map(({ address }) => address);

const HOW_ALLOWED = 'notifications.allow_private_addresses can allow it';

/** The address to connect to. Throws a final SendFault for one that may not be reached. */
export async function guarded(host: string, guard: Guard): Promise<string> {
  const bare = host.replace(/^\[|\]$/g, '');
  const addresses = isIP(bare) ? [bare] : await (guard.resolve ?? byName)(bare);
  for (const address of addresses) {
    const why = refusal(address, guard.allowed);
    if (why === undefined) continue;
    const hint = why === NEVER_ALLOWED ? '' : `; ${HOW_ALLOWED}`;
    throw new SendFault(`${host} is not allowed: ${address} is ${why}${hint}`, true);
  }
  const [first] = addresses;
  if (first === undefined) throw new SendFault(`${host} has no address`, false);
  return first;
}
