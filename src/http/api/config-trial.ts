import { DeskError } from '../../base/errors.ts';
import type { ConfigDoor, Trial } from '../config-door.ts';
import { reportJson } from './config-shapes.ts';

const line = (value: unknown): string => `${JSON.stringify(value)}\n`;

/**
 * A trial as lines: `{"done":0.3}` while it runs, then `{"report":…}` or `{"problem":…}`. Whoever
 * reads slowly misses lines of progress, never the last one. `head` is the journal's last entry.
 */
export async function* trialLines(
  door: ConfigDoor,
  trial: Trial,
  head: number,
): AsyncGenerator<string> {
  let first: number | undefined;
  let done = 0;
  let wake = (): void => {};
  const ending = door
    .tryOut({
      ...trial,
      progress: ({ position }) => {
        first ??= position;
        done = Math.min(1, Math.max(done, (position - first) / Math.max(1, head - first)));
        wake();
      },
    })
    .then(
      (tried) =>
        tried.ok
          ? { report: reportJson(tried.report) }
          : { problem: { code: 'CONFIG_INVALID', title: tried.faults[0]?.why ?? '' } },
      (error: unknown) => {
        const { code, message } = error instanceof DeskError ? error : broke(error);
        return { problem: { code, title: message } };
      },
    );
  let end: string | undefined;
  void ending.then((value) => {
    end = line(value);
    wake();
  });
  yield line({ done });
  for (let told = 0; end === undefined; ) {
    await new Promise<void>((resolve) => {
      wake = resolve;
      if (end !== undefined || done > told) resolve();
    });
    if (done > told && end === undefined) {
      told = done;
      yield line({ done });
    }
  }
  yield end;
}

const broke = (error: unknown): DeskError =>
  new DeskError('ACTION_REFUSED', { why: 'The trial broke on our side.' }, error);
