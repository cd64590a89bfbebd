import type { SendWorld } from '../ports/channel.ts';
import { guarded } from './guard.ts';
import { SendFault } from './send-fault.ts';

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** `host:port`; an IPv6 address stands in brackets. Undefined when it is not that. */
export function hostAndPort(text: string): HostAndPort | undefined {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text);
  const host = found?.[1] ?? found?.[2];
  const port = Number(found?.[3]);
  return host && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

/** Where to connect to. Throws a final SendFault for what is no address, or may not be reached. */
export async function reachable(
  field: string,
  text: string,
  world: SendWorld,
): Promise<HostAndPort & { readonly name: string }> {
  const target = hostAndPort(text);
  if (!target) throw new SendFault(`${field}: host:port is expected`, true);
  const { host: name, port } = target;
  if (world.trust === 'file') return { name, host: name, port };
  return { name, host: await guarded(name, { allowed: world.allowedNetworks ?? [] }), port };
}
