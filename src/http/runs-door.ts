import type { RunbookFile } from '../domain/run/runbook.ts';

/** What the HTTP side asks those who keep runbooks. */
export interface RunsDoor {
  /** By file name; read anew, so that a file saved a moment ago holds. */
  runbooks(): Promise<readonly RunbookFile[]>;
}
