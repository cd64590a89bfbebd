import type {
  CalendarMark,
  Maintenance,
  MaintenanceId,
  Window,
} from '../domain/rules/maintenance.ts';
import type { Rule, RuleId } from '../domain/rules/rule.ts';

/** One input of a source as text. */
export interface KeptInput {
  /** The sender's address. */
  readonly from: string;
  readonly contentType: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body's bytes are no UTF-8: it is base64. */
  readonly base64?: true;
}

/**
 * source.rules   people's own rules of a source: a whole text that takes the place of the last one
 * source.unread  kept inputs leave the queue: read anew, or dropped by a person
 */
export type SourceAct =
  | {
      readonly verb: 'source.rules';
      readonly source: string;
      readonly text: string;
      readonly why: string;
      /** Id of the text it was made from, '' for none; absent: whatever holds is replaced. */
      readonly basedOn?: string;
    }
  | {
      readonly verb: 'source.unread';
      readonly source: string;
      readonly inputs: readonly TakenInput[];
      readonly how: 'read' | 'dropped';
      readonly why: string;
    };

/** A kept input as it was seen: one that came again since stays in the queue. */
export interface TakenInput {
  readonly id: string;
  readonly position: number;
  /** The part that is still not understood: it stays, in its place. */
  readonly left?: { readonly input: KeptInput; readonly why: string };
}

/** Operators' rules. A new one gets `u<position>` as its id. */
export type RuleAct =
  | ({ readonly verb: 'rule.set'; readonly rule?: RuleId } & Omit<
      Rule,
      'id' | 'by' | 'madeAt' | 'changedAt'
    >)
  | { readonly verb: 'rule.remove'; readonly rule: RuleId; readonly reason: string };

/**
 * Planned work. A new one gets `m<position>` as its id, one from a calendar an id by its UID.
 * renew   the desk itself: the windows of the next time of work that comes again
 * end     now, and for good
 */
export type MaintenanceAct =
  | ({ readonly verb: 'maintenance.set'; readonly maintenance?: MaintenanceId } & Omit<
      Maintenance,
      'id' | 'by' | 'madeAt' | 'changedAt'
    >)
  | {
      readonly verb: 'maintenance.renew';
      readonly maintenance: MaintenanceId;
      /** As it was when its windows were found: changed since, nothing is done. */
      readonly recurs: string;
      readonly windows: readonly Window[];
      readonly goesOn?: true;
    }
  | {
      readonly verb: 'maintenance.end';
      readonly maintenance: MaintenanceId;
      readonly reason: string;
      /** Its calendar ended it. */
      readonly calendar?: CalendarMark;
    };
