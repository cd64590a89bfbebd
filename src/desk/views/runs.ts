import type { Instant } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import type { Run } from '../../domain/run/run.ts';
import type { Memory } from '../desk.ts';

/** Which runs are wanted; '' is any. */
export interface RunFilter {
  readonly runbook: string;
  readonly by: string;
  readonly alarm: string;
  readonly is: string;
  /** In its title, its why, its notes, what came back, the name of who started it. */
  readonly text: string;
  /** Begun at or after; begun before. */
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

export const ANY_RUN: RunFilter = { runbook: '', by: '', alarm: '', is: '', text: '' };

/** Runs, newest first. */
export function listRuns(
  memory: Pick<Memory, 'all'>,
  wanted: RunFilter,
  nameOf: (id: UserId) => string,
): readonly Run[] {
  const { runbook, by, alarm, is, from, to } = wanted;
  const text = wanted.text.toLowerCase();
  const found = [...memory.all('runs')].filter(
    (run) =>
      (runbook === '' || run.runbook === runbook) &&
      (by === '' || run.by === by) &&
      (alarm === '' || run.alarm === alarm) &&
      (is === '' || run.is === is) &&
      (from === undefined || run.startedAt >= from) &&
      (to === undefined || run.startedAt < to) &&
      (text === '' ||
        [...saidIn(run), run.by ? nameOf(run.by) : ''].some((said) =>
          said.toLowerCase().includes(text),
        )),
  );
  const number = ({ id }: Run): number => Number(/\d+$/.exec(id)?.[0] ?? 0);
  return found.sort((a, b) => b.startedAt - a.startedAt || number(b) - number(a));
}

function saidIn(run: Run): readonly string[] {
  const { runbook, title = '', why = '', parameters = {}, tries = [], stopped } = run;
  const tried = tries.flatMap(({ note = '', input = '', output = '' }) => [note, input, output]);
  return [runbook, title, why, stopped?.why ?? '', ...Object.values(parameters), ...tried];
}
