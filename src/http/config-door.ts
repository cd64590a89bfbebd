import type { ConfigForms } from '../desk/config-form.ts';
import type { PlanPlace, PlanReport } from '../desk/plan-report.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { IncidentPlan } from '../domain/incident/rule.ts';
import type { RoutingPlan } from '../domain/routing/plan.ts';

/** Something wrong in a configuration, where a person finds it. Counted from 1. */
export interface ConfigFault {
  readonly line: number;
  readonly column: number;
  readonly why: string;
}

/** What a text would be, were it applied. */
export type Checked =
  | {
      readonly ok: true;
      readonly routes: number;
      readonly receivers: readonly string[];
      /** Accepted, and does nothing: `tracing`. */
      readonly unused: readonly string[];
      /** Which alarms are one trouble; absent where the text does not say. */
      readonly incidents?: IncidentPlan | undefined;
    }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

export type Saved =
  | { readonly ok: true; readonly revision: string; readonly changed: boolean }
  | { readonly ok: false; readonly is: 'faults'; readonly faults: readonly ConfigFault[] }
  /** Somebody saved another revision since this one was looked at. */
  | { readonly ok: false; readonly is: 'conflict'; readonly inForce: string }
  | { readonly ok: false; readonly is: 'refused'; readonly why: string };

export interface Edit {
  readonly text: string;
  readonly why: string;
  /** Revision the text was made from; '' for the first. */
  readonly basedOn: string;
  readonly by: UserId;
  /** Name of the file it was read from, without its folder; absent when it was typed. */
  readonly file?: string;
}

/** A trial of another routing over recent history. */
export interface Trial {
  readonly text: string;
  /** How far back, in days; at most what is kept. */
  readonly days: number;
  readonly signal?: AbortSignal;
  readonly progress?: (place: PlanPlace) => void;
}

export const TRIAL_DAYS_MAX = 30;

export type Tried =
  | { readonly ok: true; readonly report: PlanReport }
  | { readonly ok: false; readonly faults: readonly ConfigFault[] };

/** One line of a comparison of two texts. */
export interface DiffLine {
  readonly is: 'same' | 'added' | 'removed';
  readonly text: string;
  /** Line numbers from 1, in the text or texts it stands in. */
  readonly before?: number;
  readonly after?: number;
}

/**
 * The configuration as the HTTP side changes it. Texts may hold `<secret>` where the revision in
 * force has a secret at the same place: it stays as it is.
 */
export interface ConfigDoor {
  /** Id of the revision in force; '' before the first. */
  inForce(): string;
  /** What is in force with its defaults, as Alertmanager would tell it; '' before the first. */
  original(): string;
  check(text: string): Checked;
  /** The text with `<secret>` for each secret in it; undefined when it has faults. */
  shown(text: string): string | undefined;
  /** Its routing; undefined when it has faults. */
  planOf(text: string): RoutingPlan | undefined;
  /** The administrator's file that the desk was started with; '' when there is none. */
  file(): string;
  readonly forms: ConfigForms;
  save(edit: Edit): Promise<Saved>;
  restore(revision: string, by: UserId, why: string): Promise<Saved>;
  /** Reads the administrator's file again. Refused when the desk was started without one. */
  reload(by: UserId): Promise<Saved>;
  /**
   * Replays recent history through the routing in force and through this text's. Throws BUSY while
   * another trial runs, NOT_FOUND when no history is kept, ACTION_REFUSED when it was ended.
   */
  tryOut(trial: Trial): Promise<Tried>;
  compare(older: string, newer: string): readonly DiffLine[];
  /** What two people made of one text, in one; undefined when they changed the same lines. */
  merged(base: string, mine: string, theirs: string): string | undefined;
}
