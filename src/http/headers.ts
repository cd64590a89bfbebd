import type { ServerResponse } from 'node:http';
import { isSecure } from './cookie.ts';
import type { HttpSettings } from './settings.ts';

/** Nothing from elsewhere, nothing inline: what is injected into a page has no way to run. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

const HSTS_SECONDS = 31_536_000;

/** On every answer; a handler may set its own `cache-control`. */
export function setSafeHeaders(response: ServerResponse, settings: HttpSettings): void {
  response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'same-origin');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cache-control', 'no-store');
  if (isSecure(settings))
    response.setHeader('strict-transport-security', `max-age=${HSTS_SECONDS}`);
}
