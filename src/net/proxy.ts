import { isIP } from 'node:net';
import type { SendWorld } from '../ports/channel.ts';
import { blockList } from './guard.ts';
import type { ProxyConfig } from './http-config.ts';
import { SendFault } from './send-fault.ts';

/** The proxy to take to `url`; undefined to go straight. */
export function proxyFor(url: URL, config: ProxyConfig, world: SendWorld): URL | undefined {
  if (config.proxy_url)
    return isExempt(url, config.no_proxy ?? '') ? undefined : parsed(config.proxy_url);
  if (!config.proxy_from_environment || !world.proxies) return undefined;
  const { http, https, none } = world.proxies;
  const named = url.protocol === 'https:' ? https : http;
  return named === '' || isExempt(url, none) || isHere(url) ? undefined : parsed(named);
}

function parsed(text: string): URL {
  const full = /^[a-z0-9+.-]+:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new SendFault('the proxy must be an http:// or https:// address', true);
  return url;
}

const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');

/** An environment's proxy is never asked for what runs on this machine, as Go has it. */
function isHere(url: URL): boolean {
  const host = bareHost(url);
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** NO_PROXY: `*`, names and all below, `.below`, addresses, networks; each may have a port. */
function isExempt(url: URL, list: string): boolean {
  const host = bareHost(url);
  return list
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== '')
    .some((part) => matches(part, host, portOf(url)));
}

function matches(part: string, host: string, port: string): boolean {
  if (part === '*') return true;
  if (part.includes('/')) return isIP(host) !== 0 && inNetwork(part, host);
  const [, name = part, onPort] = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(part) ?? [];
  if (onPort !== undefined && onPort !== port) return false;
  const bare = name.replace(/^\[|\]$/g, '').replace(/^\*(?=\.)/, '');
  if (bare.startsWith('.')) return host.endsWith(bare);
  return host === bare || (isIP(host) === 0 && host.endsWith(`.${bare}`));
}

function inNetwork(network: string, host: string): boolean {
  try {
    return blockList([network]).check(host, isIP(host) === 4 ? 'ipv4' : 'ipv6');
  } catch {
    return false; // what is no network exempts nothing
  }
}

/** Headers for the proxy itself: its password, which never goes further, and configured ones. */
export function proxyHeaders(proxy: URL, config: ProxyConfig): Record<string, string[] | string> {
  const user = decodeURIComponent(proxy.username);
  const password = decodeURIComponent(proxy.password);
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  return {
    ...(proxy.username !== '' && { 'Proxy-Authorization': `Basic ${basic}` }),
    ...config.proxy_connect_header,
  };
}
