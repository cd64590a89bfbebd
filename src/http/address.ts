import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { HttpSettings } from './settings.ts';

/** What the door has to know of a request. */
export interface Caller {
  readonly method?: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** `::ffff:1.2.3.4` is 1.2.3.4. */
const plain = (address: string): string =>
  address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;

export const isLoopbackAddress = (address: string): boolean =>
  address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));

const forwardedFor = (request: Caller): string => {
  const field = request.headers['x-forwarded-for'];
  const all = Array.isArray(field) ? field.join(',') : (field ?? '');
  return plain(all.split(',').at(-1)?.trim() ?? '');
};

/** Where a request comes from. A proxy is believed only from this machine, and only if told so. */
export function senderOf(request: Caller, settings: HttpSettings): string {
  const address = plain(request.socket.remoteAddress ?? '');
  const believed = settings.behindProxy && isLoopbackAddress(address);
  const told = believed ? forwardedFor(request) : '';
  return isIP(told) > 0 ? told : address;
}

/**
 * True for a program on this machine itself. What a proxy passed on comes from elsewhere,
 * although its connection begins here.
 */
export function isFromHere(request: Caller): boolean {
  const { headers } = request;
  const passedOn =
    headers['x-forwarded-for'] ?? headers['x-real-ip'] ?? headers.forwarded ?? headers.via;
  return passedOn === undefined && isLoopbackAddress(plain(request.socket.remoteAddress ?? ''));
}

/** What counts as one sender: an address, or a /64 of IPv6, which one household owns whole. */
export const senderKey = (address: string): string => {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const left = head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...right];
  return `${groups.slice(0, 4).join(':')}::/64`;
};

/** `example.org` of `example.org:8080`; `::1` of `[::1]:8080`. */
const nameOf = (host: string): string =>
  /^\[([^\]]*)\]/.exec(host)?.[1] ?? host.replace(/:\d*$/, '').toLowerCase();

const isKnownHost = (host: string, settings: HttpSettings): boolean => {
  const name = nameOf(host);
  if (isIP(name) > 0 || name === 'localhost' || name.endsWith('.localhost')) return true;
  if (settings.hosts.includes(name)) return true;
  return URL.canParse(settings.externalUrl) && new URL(settings.externalUrl).hostname === name;
};

/** Undefined for what is no address: '', and the `null` of a page without an origin. */
const originHost = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;

/**
 * The origin that must not be obeyed, or undefined when the request is none of a browser, or comes
 * from a page of this desk. A name that is ours only because somebody's DNS says so (rebinding)
 * is not ours: addresses are, and names that the settings know.
 */
export function foreignOrigin(request: Caller, settings: HttpSettings): string | undefined {
  const { origin, host = '', 'sec-fetch-site': site } = request.headers;
  if (origin === undefined && site === undefined) return undefined;
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return origin ?? `another site (${site})`;
  if (!isKnownHost(host, settings)) return origin ?? host;
  if (origin === undefined) return undefined;
  const from = originHost(origin);
  const ours = from === host || from === originHost(settings.externalUrl);
  return from !== undefined && ours ? undefined : origin;
}
