import type { CheckAbout, CheckRun } from '../desk/views/checks.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Point } from '../domain/check/figure.ts';
import type { SlosDoor } from './slos-door.ts';

/** What the HTTP side asks those who run checks. */
export interface ChecksDoor {
  readonly slos: SlosDoor;
  all(): readonly CheckAbout[];
  one(name: string): CheckAbout | undefined;
  /** Newest first. */
  runs(name: string, limit: number): Promise<readonly CheckRun[]>;
  /** The last values of a figure by subject, oldest first. */
  points(name: string, limit: number): Promise<Readonly<Record<string, readonly Point[]>>>;
  /**
   * Runs it now; resolves when its result is on disk and applied. Throws DeskError NOT_FOUND, or
   * BUSY while it is being run.
   */
  run(name: string, by: UserId): Promise<void>;
  /** Undefined when there is no such evidence any more. */
  evidence(name: string, file: string): Promise<Uint8Array | undefined>;
}
