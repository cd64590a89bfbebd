import { type Instant, instantText } from '../base/time.ts';

/** One event of a calendar. Half-open; all in UTC. */
export interface IcalEvent {
  readonly uid: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly summary: string;
  readonly description: string;
}

/** A content line has at most so many bytes, its end not counted (RFC 5545 §3.1). */
const LINE_BYTES_MAX = 75;

/** A calendar of events (RFC 5545), for programs that fetch it again and again. */
export function icalText(name: string, events: readonly IcalEvent[], now: Instant): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Tocsin//On call//EN',
    'METHOD:PUBLISH',
    `X-WR-CALNAME:${escaped(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    ...events.flatMap((event) => [
      'BEGIN:VEVENT',
      `UID:${event.uid}`,
      `DTSTAMP:${utc(now)}`,
      `DTSTART:${utc(event.from)}`,
      `DTEND:${utc(event.to)}`,
      `SUMMARY:${escaped(event.summary)}`,
      ...(event.description === '' ? [] : [`DESCRIPTION:${escaped(event.description)}`]),
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}

/** `20260329T010000Z`; the format has no part of a second. */
const utc = (at: Instant): string => `${instantText(at).slice(0, 19).replace(/[-:]/g, '')}Z`;

/** TEXT (§3.3.11); what could end a line and is no line break has no place in it. */
const escaped = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids them
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
    .replace(/[\\;,]/g, (c) => `\\${c}`)
    .replace(/\n/g, '\\n');

/** A long line goes on after a line break and a blank, never within a character. */
function folded(line: string): string {
  let out = '';
  let bytes = 0;
  for (const character of line) {
    const length = Buffer.byteLength(character);
    if (bytes + length > LINE_BYTES_MAX) {
      out += '\r\n ';
      bytes = 1;
    }
    out += character;
    bytes += length;
  }
  return out;
}
