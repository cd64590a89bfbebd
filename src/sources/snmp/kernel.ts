import { readFileSync, readlinkSync } from 'node:fs';

/** Linux tells per socket how many datagrams it dropped for want of room. */
const TABLES = { udp4: '/proc/net/udp', udp6: '/proc/net/udp6' } as const;
const COUNTER_MAX = 0x1_0000_0000;

/**
 * The `drops` column, summed over the sockets bound to this port and address (hexadecimal, as the
 * table has it); undefined when there is none.
 */
export function dropsIn(table: string, address: string, port: number): number | undefined {
  const local = `${address}:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  let found: number | undefined;
  for (const line of table.split('\n')) {
    const fields = line.trim().split(/\s+/);
    const drops = Number(fields[12]);
    if (fields[1] === local && Number.isInteger(drops)) found = (found ?? 0) + drops;
  }
  return found;
}

/** An IPv4 address as /proc/net/udp on a little-endian machine writes it. */
export const procAddress = (address: string): string =>
  address
    .split('.')
    .reverse()
    .map((part) => Number(part).toString(16).toUpperCase().padStart(2, '0'))
    .join('');

/** How many more datagrams the kernel dropped since the last call; 0 where it does not say. */
export function kernelDrops(kind: 'udp4' | 'udp6', address: string, port: number): () => number {
  let last: number | undefined;
  const read = (): number | undefined => {
    try {
      const table = readFileSync(TABLES[kind], 'latin1');
      return kind === 'udp4'
        ? dropsIn(table, procAddress(address), port)
        : dropsOnPort(table, port);
    } catch {
      return undefined; // no Linux, or no /proc: the count stays 0, as the start-up line says
    }
  };
  last = read();
  return () => {
    const now = read();
    if (now === undefined) return 0;
    const more = last === undefined ? now : now - last;
    last = now;
    return more < 0 ? more + COUNTER_MAX : more;
  };
}

/** Is a socket that was handed over one of IPv6? Its inode is then in that table. */
export function isIpv6(fd: number): boolean {
  try {
    const inode = /\d+/.exec(readlinkSync(`/proc/self/fd/${fd}`))?.[0] ?? '';
    const table = readFileSync(TABLES.udp6, 'latin1');
    return table.split('\n').some((line) => line.trim().split(/\s+/)[9] === inode);
  } catch {
    return false; // no Linux: then nothing hands over sockets either
  }
}

/** IPv6 addresses are written in words of the machine's byte order; the port is enough for us. */
function dropsOnPort(table: string, port: number): number | undefined {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const mine = table.split('\n').filter((line) => line.trim().split(/\s+/)[1]?.endsWith(end));
  const drops = mine.map((line) => Number(line.trim().split(/\s+/)[12])).filter(Number.isInteger);
  return drops.length === 0 ? undefined : drops.reduce((sum, n) => sum + n, 0);
}
