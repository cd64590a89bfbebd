import { randomBytes } from 'node:crypto';
import { type Reader, THEMES } from '../console/site.ts';
import type { Accounts } from '../desk/accounts.ts';
import { byOf } from './api/parts.ts';
import { readCookie } from './cookie.ts';
import type { Asked } from './route.ts';
import type { HttpSettings } from './settings.ts';

export const THEME_COOKIE = 'tocsin_theme';

/** Who reads the page that is about to be drawn. The door has let nobody else in. */
export function readerOf(asked: Asked, accounts: Accounts, settings: HttpSettings): Reader {
  const { actor, headers, raw } = asked;
  const chosen = readCookie(headers.cookie, THEME_COOKIE, settings);
  const url = raw.request.url ?? '/';
  return {
    name: accounts.name(byOf(actor)),
    role: actor.is === 'nobody' ? 'viewer' : actor.role,
    csrf: actor.is === 'user' ? actor.csrf : '',
    theme: THEMES.find((t) => t === chosen) ?? 'auto',
    here: withoutTold(url.slice(settings.routePrefix.length) || '/'),
    once: randomBytes(12).toString('base64url'),
  };
}

/** The page without what was told on it: told once is enough. */
export function withoutTold(here: string): string {
  const [path = '/', query = ''] = here.split('?', 2);
  const params = new URLSearchParams(query);
  params.delete('told');
  return params.size === 0 ? path : `${path}?${params}`;
}

/** The same without blanks around it. */
export const textOf = ({ json }: Asked, name: string): string => field(json, name).trim();

/** One field of a posted form; '' when it is not there. */
export function field(json: unknown, name: string): string {
  const value = typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined;
  if (Array.isArray(value)) return String(value[0] ?? '');
  return typeof value === 'string' ? value : '';
}

/** Every value of a field that may come more than once. */
export function fields(json: unknown, name: string): readonly string[] {
  const value = typeof json === 'object' && json !== null ? Reflect.get(json, name) : undefined;
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' ? [value] : [];
}
