import type { Instant } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import type { Term } from '../domain/alarm/matcher-syntax.ts';
import type { IncidentId } from '../domain/incident/incident.ts';
import type { About } from '../domain/memory/about.ts';
import type { ActionId, Step } from '../domain/memory/action.ts';
import type { CautionId } from '../domain/memory/caution.ts';
import type { DecisionId, DecisionKind } from '../domain/memory/decision.ts';
import type { GroupId } from '../domain/routing/notice.ts';
import type { SilenceId } from '../domain/routing/silence.ts';

/**
 * incident.open    from chosen alarms, or those of a notification group; gets `i<position>`
 * incident.set     another title or lead
 * incident.merge   all of `incident` goes to `into`
 */
export type IncidentAct =
  | {
      readonly verb: 'incident.open';
      readonly alarms: readonly AlarmId[];
      /** All that are in this notification group now, too. */
      readonly group?: GroupId;
      readonly title: string;
      readonly lead: UserId | '';
      readonly note: string;
    }
  | {
      readonly verb: 'incident.join' | 'incident.leave';
      readonly incident: IncidentId;
      readonly alarms: readonly AlarmId[];
      readonly note: string;
    }
  | {
      readonly verb: 'incident.set';
      readonly incident: IncidentId;
      readonly title?: string;
      readonly lead?: UserId | '';
    }
  | {
      /** note: says something; close: `note` is its summary; reopen: why. */
      readonly verb: 'incident.note' | 'incident.close' | 'incident.reopen';
      readonly incident: IncidentId;
      readonly note: string;
    }
  | {
      readonly verb: 'incident.merge';
      readonly incident: IncidentId;
      readonly into: IncidentId;
      readonly note: string;
    };

/** `record`: a new one gets `d<position>`. `review`: it was looked at, and counts until later. */
export type DecisionAct =
  | {
      readonly verb: 'decision.record';
      /** As the person saw it; the desk's own knowledge of the alarm wins where it holds it. */
      readonly about: About;
      readonly incident?: IncidentId;
      readonly situation: string;
      readonly options: readonly string[];
      readonly kind: DecisionKind;
      readonly what: string;
      readonly reason: string;
      readonly reviewAt: Instant;
      /** Do it at once, until the review; where it is a silence, with this id and author. */
      readonly does?: { readonly silence: SilenceId; readonly createdBy: string };
    }
  | {
      readonly verb: 'decision.review';
      readonly decision: DecisionId;
      readonly reviewAt: Instant;
      readonly reason: string;
    };

/** Follow-up work. A new one gets `a<position>`. */
export type FollowUpAct =
  | {
      readonly verb: 'action.set';
      readonly action?: ActionId;
      readonly title: string;
      readonly detail: string;
      readonly owner: UserId | '';
      readonly dueAt?: Instant;
      readonly step: Step;
      /** What it follows from: one of them; kept when it is changed. */
      readonly about?: About;
      readonly decision?: DecisionId;
      readonly incident?: IncidentId;
    }
  | {
      readonly verb: 'action.end';
      readonly action: ActionId;
      readonly how: 'done' | 'dropped';
      readonly reason: string;
    };

/** Standing warnings. A new one gets `c<position>`. */
export type CautionAct =
  | {
      readonly verb: 'caution.set';
      readonly caution?: CautionId;
      /** '' where `matchers` say it. */
      readonly resource: string;
      readonly matchers?: readonly Term[];
      readonly text: string;
      readonly reason: string;
      readonly owner: string;
      readonly reviewAt: Instant;
    }
  | { readonly verb: 'caution.end'; readonly caution: CautionId; readonly reason: string };

export type MemoryAct = IncidentAct | DecisionAct | FollowUpAct | CautionAct;
