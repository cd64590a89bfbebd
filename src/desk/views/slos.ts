import type { Instant, Millis } from '../../base/time.ts';
import type { AlarmId, Labels } from '../../domain/alarm/event.ts';
import { identify } from '../../domain/alarm/event.ts';
import { BURN_LEVELS, type BurnLevel } from '../../domain/slo/burn.ts';
import type { Measures, SloRule, SloStanding } from '../../domain/slo/judge.ts';
import type { Memory } from '../desk.ts';
import type { CheckState } from '../tables.ts';

/** An objective as the configuration has it, with how it was last measured. */
export interface SloAbout {
  readonly name: string;
  readonly service: string;
  readonly description: string;
  readonly labels: Labels;
  /** The server it asks, by its name in the configuration. */
  readonly source: string;
  /** `every 1m` */
  readonly timetable: string;
  readonly rule: SloRule;
  /** Rows of the common table that it cannot have. */
  readonly leftOut: readonly { readonly long: Millis; readonly why: string }[];
  readonly next: Instant | undefined;
  readonly isRunning: boolean;
  /** Undefined before the first look since the start. */
  readonly measures: Measures | undefined;
  readonly standing: SloStanding | undefined;
}

/** How it stands in a word: `unknown` is neither good nor bad. */
export type SloState = BurnLevel | 'spent' | 'unknown' | 'good' | 'not measured';
export const SLO_STATES: readonly SloState[] = [
  ...BURN_LEVELS,
  'spent',
  'unknown',
  'good',
  'not measured',
];

export interface SloView extends SloAbout {
  /** What the desk keeps of its last run, also over a restart. */
  readonly run: CheckState | undefined;
  readonly state: SloState;
  /** Alarms it holds raised. */
  readonly alarms: readonly AlarmId[];
}

/** The worst first, then by name. */
export const listSlos = (memory: Memory, all: readonly SloAbout[]): readonly SloView[] =>
  all
    .map((one) => sloView(memory, one))
    .sort(
      (a, b) =>
        SLO_STATES.indexOf(a.state) - SLO_STATES.indexOf(b.state) || (a.name < b.name ? -1 : 1),
    );

export function sloView(memory: Memory, about: SloAbout): SloView {
  const run = memory.get('checks', about.name);
  const alarms = (run?.raised ?? []).map(({ resource, type, qualifier }) =>
    identify(resource, type, qualifier),
  );
  const held = alarms.filter((id) => memory.get('alarms', id));
  return { ...about, run, state: stateOf(about, run), alarms: held };
}

/** Over a restart what is raised says how it stands, until it is looked at again. */
function stateOf({ standing }: SloAbout, run: CheckState | undefined): SloState {
  const has = (type: string): boolean => run?.raised?.some((one) => one.type === type) ?? false;
  const level = BURN_LEVELS.find((one) => has(`slo.burn-${one}`));
  if (level) return level;
  if (has('slo.budget-spent')) return 'spent';
  if (has('slo.no-data')) return 'unknown';
  if (!standing) return 'not measured';
  return standing.rows.some(({ state }) => state.is === 'unknown') ? 'unknown' : 'good';
}
