import type { OwnTimes } from '../desk/own-times.ts';

/** What the desk knows of itself. */
export interface OwnDoor {
  readonly times: OwnTimes;
}
