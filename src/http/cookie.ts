import { createHmac } from 'node:crypto';
import type { HttpSettings } from './settings.ts';

export const isSecure = ({ externalUrl }: HttpSettings): boolean =>
  externalUrl.startsWith('https:');

/**
 * `__Host-` ties a cookie to this very host, but only over HTTPS and only for the path `/`
 * (RFC 6265bis §4.1.3).
 */
export const cookieName = (name: string, settings: HttpSettings): string =>
  isSecure(settings) && settings.routePrefix === '' ? `__Host-${name}` : name;

export const SESSION_COOKIE = 'tocsin_session';

/** Lax, not Strict: a link in a mail or a chat must open the desk signed in. */
export function setCookie(
  name: string,
  value: string,
  settings: HttpSettings,
  maxAgeSeconds: number,
): string {
  const path = settings.routePrefix || '/';
  const rest = `HttpOnly; SameSite=Lax${isSecure(settings) ? '; Secure' : ''}`;
  const pair = `${cookieName(name, settings)}=${value}`;
  return `${pair}; Path=${path}; Max-Age=${maxAgeSeconds}; ${rest}`;
}

export const dropCookie = (name: string, settings: HttpSettings): string =>
  setCookie(name, '', settings, 0);

/** The first cookie of that name; '' when there is none. */
export function readCookie(
  header: string | undefined,
  name: string,
  settings: HttpSettings,
): string {
  const full = cookieName(name, settings);
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === full) return pair.slice(at + 1).trim();
  }
  return '';
}

/** The form token of a session: derived from its secret, so that it needs no place of its own. */
export const csrfOf = (secret: string): string =>
  createHmac('sha256', secret).update('csrf').digest('base64url');
