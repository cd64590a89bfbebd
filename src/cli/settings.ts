import { DeskError } from '../base/errors.ts';
import { type Millis, millis } from '../base/time.ts';

/** A place to listen on. Port 0: the system picks one. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const UNITS_MS: readonly (readonly [unit: string, ms: number])[] = [
  ['y', 365 * 86_400_000],
  ['w', 7 * 86_400_000],
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
];

/** A hundred years: longer is a slip of the finger, and sums with an instant stay readable. */
export const DURATION_MAX_MS = 100 * 365 * 86_400_000;

const PIECE = /(\d+(?:\.\d+)?)(ms|[ywdhms])/y;

/**
 * A length of time as Prometheus and Go write it: `90s`, `1h30m`, `30d`, `0`. Units from large to
 * small, each once; fractions as Go takes them (`1.5h`). `undefined` when it is none.
 */
export function parseDuration(text: string): Millis | undefined {
  if (text === '0') return millis(0);
  let total = 0;
  let unitBefore = -1;
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const found = PIECE.exec(text);
    if (!found) return undefined;
    const unit = UNITS_MS.findIndex(([name]) => name === found[2]);
    if (unit <= unitBefore) return undefined;
    unitBefore = unit;
    total += Number(found[1]) * (UNITS_MS[unit]?.[1] ?? 0);
  }
  return text !== '' && total <= DURATION_MAX_MS ? millis(Math.round(total)) : undefined;
}

/** The shortest exact way to write a length of time: `1h30m`. */
export function durationText(length: Millis): string {
  let rest = Math.max(0, Math.round(length));
  let out = '';
  for (const [unit, ms] of UNITS_MS) {
    if (unit === 'y' || unit === 'w') continue; // days are what people compare
    const count = Math.floor(rest / ms);
    rest -= count * ms;
    if (count > 0) out += `${count}${unit}`;
  }
  return out === '' ? '0s' : out;
}

export const durationExpected = 'a number with a unit: 90s, 5m, 1h30m, 30d, 2w';

const ADDRESS = /^(?:\[([0-9a-fA-F:.%a-z]+)\]|([^:[\]]*)):(\d{1,5})$/;

/**
 * `HOST:PORT`, `[IPV6]:PORT` or `:PORT`. Departing from Alertmanager, `:PORT` means this machine
 * only: a desk is reached from outside when somebody wrote so (`0.0.0.0:9093`), never by leaving
 * something out. `undefined` when it is not an address.
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  const found = ADDRESS.exec(text);
  if (!found) return undefined;
  const [, six, name, digits = ''] = found;
  const port = Number(digits);
  const host = six ?? (name === '' ? '127.0.0.1' : name);
  return host === undefined || port > 65_535 || /\s/.test(host) ? undefined : { host, port };
}

export const addressExpected =
  'HOST:PORT such as 127.0.0.1:9093, [::1]:9093, or 0.0.0.0:9093 for all networks';

export const addressText = ({ host, port }: ListenAddress): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** True for addresses that only this machine reaches. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

/** Where people reach the desk, and below which path it answers. */
export interface Mount {
  /** Without a slash at the end; '' when it follows from the address that was bound. */
  readonly externalUrl: string;
  /** '' or `/path`, without a slash at the end. */
  readonly routePrefix: string;
}

/**
 * As Alertmanager does it: the path of the external URL is the route prefix unless one is given
 * (`--web.route-prefix=/` for a proxy that strips the path).
 */
export function mountOf(externalUrl: string, routePrefix: string): Mount {
  if (externalUrl === '') return { externalUrl: '', routePrefix: trimmedPath(routePrefix) };
  const url = URL.canParse(externalUrl) ? new URL(externalUrl) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new DeskError('USAGE_INVALID', {
      why: `--web.external-url: "${externalUrl}" is no URL; write https://desk.example.org/path.`,
    });
  const path = trimmedPath(url.pathname);
  return {
    externalUrl: `${url.origin}${path}`,
    routePrefix: routePrefix === '' ? path : trimmedPath(routePrefix),
  };
}

const trimmedPath = (path: string): string => {
  const inner = path.replace(/^\/+|\/+$/g, '');
  return inner === '' ? '' : `/${inner}`;
};

/** The address people type when no external URL was given. `bound` is what the socket says. */
export function externalUrlOf(mount: Mount, bound: ListenAddress): string {
  if (mount.externalUrl !== '') return mount.externalUrl;
  const host = bound.host === '0.0.0.0' || bound.host === '::' ? '127.0.0.1' : bound.host;
  return `http://${addressText({ host, port: bound.port })}${mount.routePrefix}`;
}
