import type { Instant } from '../../base/time.ts';
import type { Received, Source, Translated } from '../../ports/source.ts';
import { AlertReader } from './alert.ts';
import { answer, bodyNotParsed, mediaNotTaken, schemaBroken } from './answer.ts';
import { type AlertmanagerSettings, settings } from './settings.ts';

/** Prometheus sends 64 to 256 alerts at once; a request beyond this is refused whole. */
export const ALERTS_PER_REQUEST_MAX = 50_000;
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/**
 * `POST /api/v2/alerts`, as Prometheus, vmalert, Loki, amtool and scripts send it. An alert is its
 * label set; firing again is a renewal, an end in the past a clear, and no end a lease.
 */
export const alertmanager: Source<AlertmanagerSettings> = {
  name: 'alertmanager',
  summary: 'Takes alerts as Alertmanager does (API v2), so that Prometheus can send them here.',
  settings,
  translate,
  http: {
    method: 'POST',
    path: () => '/api/v2/alerts',
    bodyBytesMax: BODY_BYTES_MAX,
    answer,
  },
};

function translate(input: Received, settings: AlertmanagerSettings): Translated {
  if (input.contentType !== 'application/json') return refusedMedia(input.contentType);
  return translateBody(input.body, input.at, settings);
}

/** What the server's fast lane calls: the body's bytes, the time of receipt, the settings. */
export function translateBody(
  body: Uint8Array,
  at: Instant,
  settings: AlertmanagerSettings,
): Translated {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  if (text === '') return refusedWhole(schemaBroken('alerts', 'is required'));
  // Half a surrogate pair can only come as an escape: only then every text is looked at.
  const wary = text.includes('\\ud') || text.includes('\\uD');
  const alerts = parsed(text, wary);
  if (typeof alerts === 'string') return refusedWhole(bodyNotParsed(alerts));
  if (alerts.length > ALERTS_PER_REQUEST_MAX) {
    return refusedWhole(
      `more than ${ALERTS_PER_REQUEST_MAX} alerts in one request: send less at once`,
    );
  }
  const reader = new AlertReader(at, settings, wary);
  for (let i = 0; i < alerts.length; i++) reader.read(alerts[i], i);
  reader.end();
  return { events: reader.events, refused: reader.refused };
}

/**
 * No type at all is no JSON either, as in Alertmanager: a page of a foreign site can send that, but
 * not JSON, and alarms from this machine need no token.
 */
export const refusedMedia = (contentType: string): Translated =>
  refusedWhole(mediaNotTaken(contentType || 'application/octet-stream'));

const refusedWhole = (why: string): Translated => ({ events: [], refused: [{ field: '', why }] });

/** The list of alerts; a text says why there is none. `null` is an empty list, as in Go. */
function parsed(text: string, wary: boolean): readonly unknown[] | string {
  try {
    const value: unknown = wary ? JSON.parse(text, wellFormed) : JSON.parse(text);
    if (value === null) return [];
    return Array.isArray(value) ? value : 'it is not an array of alerts';
  } catch (error) {
    // SyntaxError, or RangeError for brackets nested beyond the stack.
    return error instanceof SyntaxError ? error.message : 'it is nested too deep';
  }
}

const wellFormed = (_name: string, value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed() : value;
