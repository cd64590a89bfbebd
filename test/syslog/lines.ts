import { Value } from 'typebox/value';
import { type Instant, parseInstant } from '../../src/base/time.ts';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import type { Translated } from '../../src/ports/source.ts';
import { type Settings, settings } from '../../src/sources/syslog/settings.ts';
import { translate } from '../../src/sources/syslog/translate.ts';

export const AT = parseInstant('2026-07-23T12:00:00Z') as Instant;

/** Default settings, and what a test says otherwise. */
export const settingsWith = (given: Partial<Settings> = {}): Settings =>
  Value.Default(settings, { ...given }) as Settings;

const DEFAULTS = settingsWith();

/** What becomes of one whole line, received from 192.0.2.1. */
export const heard = (line: string | Uint8Array, given = DEFAULTS): Translated =>
  translate({ body: Buffer.from(line), at: AT, from: '192.0.2.1', contentType: '' }, given);

/** The one event of what the device r1 says. */
export function said(text: string, given = DEFAULTS): AlarmEvent {
  const line = `<187>Jul 23 12:00:00 r1${text.startsWith('%') ? ':' : ''} ${text}`;
  const [event, ...more] = heard(line, given).events;
  if (!event || more.length > 0) throw new Error(`no event, or more than one: ${text}`);
  return event;
}
