import { type Instant, instantText, parseInstant } from '../base/time.ts';
import { ageText } from './terminal.ts';
import { whenText } from './when.ts';

const UTC = /(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?: UTC|Z)/g;

/** Times in the desk's sentences by the clock of this machine, with how far away they are. */
export function localTimes(text: string, now: Instant): string {
  return text.replace(UTC, (found: string, date: string, time: string) => {
    const at = parseInstant(`${date}T${time}Z`);
    if (at === undefined) return found;
    const age = ageText(Math.abs(now - at));
    const [today, day] = [whenText(now), whenText(at)];
    const shown = today.slice(0, 10) === day.slice(0, 10) ? day.slice(11) : day;
    return `${shown} (${at > now ? `in ${age}` : `${age} ago`})`;
  });
}

/** An RFC 3339 time in the form that `localTimes` looks for. */
export function moment(text: string): string {
  const at = parseInstant(text);
  return at === undefined ? text : `${instantText(at).slice(0, 19).replace('T', ' ')} UTC`;
}
