import type { OwnTimes } from '../desk/own-times.ts';
import type { HealthLine } from '../desk/views/own-health.ts';

/** What the desk knows of itself. */
export interface OwnDoor {
  readonly times: OwnTimes;
  readonly version: string;
  health(): readonly HealthLine[];
}
