import type { Instant } from '../../base/time.ts';
import type { Term } from '../../domain/alarm/matcher-syntax.ts';
import { type Silence, type SilenceState, silenceState } from '../../domain/routing/silence.ts';
import type { Memory } from '../desk.ts';

/** Which silences a list holds. */
export interface SilencesWanted {
  readonly active: boolean;
  readonly pending: boolean;
  readonly expired: boolean;
  /** Each must stand in the silence as it is: a silence is found by what it says. */
  readonly matchers: readonly Term[];
}

export interface SilenceView {
  readonly silence: Silence;
  readonly state: SilenceState;
}

const RANK: Readonly<Record<SilenceState, number>> = { active: 0, pending: 1, expired: 2 };

/**
 * The wanted silences: active ones by their end, then pending ones by their start, then expired
 * ones, the last to end first.
 */
export function listSilences(
  memory: Pick<Memory, 'all'>,
  now: Instant,
  wanted: SilencesWanted,
): readonly SilenceView[] {
  const found: SilenceView[] = [];
  for (const silence of memory.all('silences')) {
    const state = silenceState(silence, now);
    if (wanted[state] && holds(silence, wanted.matchers)) found.push({ silence, state });
  }
  return found.sort(before);
}

function before(a: SilenceView, b: SilenceView): number {
  if (a.state !== b.state) return RANK[a.state] - RANK[b.state];
  const [x, y] = [a.silence, b.silence];
  const first =
    a.state === 'active'
      ? x.endsAt - y.endsAt
      : a.state === 'pending'
        ? x.startsAt - y.startsAt
        : y.endsAt - x.endsAt;
  return first || (x.id < y.id ? -1 : 1);
}

const holds = (silence: Silence, matchers: readonly Term[]): boolean =>
  matchers.every(({ name, op, value }) =>
    silence.matchers.some((m) => m.name === name && m.op === op && m.value === value),
  );

/** How many silences there are in each state. */
export function countSilences(
  memory: Pick<Memory, 'all'>,
  now: Instant,
): Readonly<Record<SilenceState, number>> {
  const counts: Record<SilenceState, number> = { active: 0, pending: 0, expired: 0 };
  for (const silence of memory.all('silences')) counts[silenceState(silence, now)]++;
  return counts;
}
