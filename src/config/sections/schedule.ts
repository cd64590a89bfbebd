import { Cron } from 'croner';
import { prometheusDuration } from '../duration.ts';
import type { Reader } from '../reader.ts';
import { type ScheduleSettings, zoneFault } from './fields.ts';

/** Nothing is run more often than this. */
const EVERY_MS_MIN = 1_000;

/** One of `every` and `cron`, and a cron expression that comes to pass. */
export function scheduleFaults(reader: Reader, one: ScheduleSettings): void {
  const { every, cron, zone = 'UTC' } = one;
  if (every === undefined && cron === undefined)
    return reader.say(one, [], 'when is it run? Give one of `every` and `cron`');
  if (every !== undefined && cron !== undefined)
    return reader.say(one, ['cron'], 'cron: not together with `every`');
  if (every !== undefined && (prometheusDuration(every) ?? 0) < EVERY_MS_MIN)
    reader.say(one, ['every'], `every: "${every}" is less than 1s`);
  zoneFault(reader, one, zone);
  const why = cron === undefined ? '' : cronFault(cron);
  if (why !== '') reader.say(one, ['cron'], `cron: "${cron}" ${why}`);
}

/** What is wrong with a cron expression; '' when nothing is. */
function cronFault(cron: string): string {
  if (cron.trim().split(/\s+/).length !== 5)
    return 'is not five fields: minute, hour, day, month, weekday';
  try {
    return new Cron(cron, { paused: true, timezone: 'UTC' }).nextRun() === null
      ? 'never comes to pass'
      : '';
  } catch (error) {
    return `is no cron expression: ${error instanceof Error ? error.message : String(error)}`;
  }
}
