import { Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { isLoopbackAddress } from '../address.ts';
import { refusal } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { ADMIN, API } from './parts.ts';

/** A copy of everything into a folder of this machine. */
export type Backup = (
  folder: string,
  progress: (done: number) => void,
) => Promise<{ readonly files: number; readonly bytes: number; readonly position: number }>;

const asked = Type.Object(
  { folder: Type.String({ minLength: 1, maxLength: 4_096, pattern: '^/' }) },
  { additionalProperties: false },
);

/**
 * The desk writes where it is told to: only for somebody on its own machine. Answers with lines of
 * JSON: `{"done":0.3}` and so on, then `{"report":…}` or `{"problem":…}`.
 */
export const backupRoute = (backup: Backup, log: Log): Route => ({
  method: 'POST',
  path: `${API}/backup`,
  access: ADMIN,
  summary: 'Copies everything into a new folder of this machine; answers with lines of JSON.',
  bodySchema: asked,
  handle: (request) => handle(backup, log, request),
});

function handle(backup: Backup, log: Log, request: Asked): Answer {
  if (!isLoopbackAddress(request.remoteAddress)) {
    throw refusal('NOT_ALLOWED', { need: 'admin on the machine of the desk' });
  }
  const { folder } = request.json as { folder: string };
  const headers = { 'content-type': 'application/x-ndjson; charset=utf-8' };
  return { status: 200, headers, body: lines(backup, log, folder) };
}

async function* lines(backup: Backup, log: Log, folder: string): AsyncGenerator<string> {
  let told = 0;
  let done = 0;
  let wake = (): void => {};
  const line = (value: unknown): string => `${JSON.stringify(value)}\n`;
  const ending = backup(folder, (now) => {
    done = now;
    wake();
  }).then(
    (report) => line({ report }),
    (error: unknown) => {
      log.error('backup.failed', { folder, error });
      const title = error instanceof DeskError ? error.message : 'The copy failed; see the log.';
      return line({ problem: { title } });
    },
  );
  let end: string | undefined;
  void ending.then((text) => {
    end = text;
    wake();
  });
  while (end === undefined) {
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (end !== undefined || done > told) resolve();
    });
    if (done > told) {
      told = done;
      yield line({ done });
    }
  }
  yield end;
}
