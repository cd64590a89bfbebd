import type { Refusal } from '../base/refusal.ts';
import type { Instant, Millis } from '../base/time.ts';
import type { Episode, UserId } from '../domain/alarm/alarm.ts';
import type { AlarmEvent, AlarmId, Labels } from '../domain/alarm/event.ts';
import type { Term } from '../domain/alarm/matcher-syntax.ts';
import type { RenderedFiles } from '../domain/document/document.ts';
import type { Duty } from '../domain/escalation/duty.ts';
import type { IncidentPlan } from '../domain/incident/rule.ts';
import type { DeliveryId } from '../domain/routing/notice.ts';
import type { RoutingPlan, ZoneTable } from '../domain/routing/plan.ts';
import type { SilenceId } from '../domain/routing/silence.ts';
import type { CheckEntry } from './check-entry.ts';
import type { DocumentAct } from './document-acts.ts';
import type { HandoverAct } from './handover-acts.ts';
import type { InventoryAct, TypeAct } from './inventory-act.ts';
import type { MemoryAct } from './memory-acts.ts';
import type { NotifyAct } from './notify-acts.ts';
import type { PersonAct } from './page-acts.ts';
import type { RotaAct, SwapAct } from './rota-acts.ts';
import type { RunAct } from './run-acts.ts';
import type { KeptInput, MaintenanceAct, RuleAct, SourceAct } from './standing-acts.ts';

/** Version of the shapes below. A change of a shape raises it and adds an upcaster. */
export const ENTRY_VERSION = 2;

/** Limits of one entry; larger input is split before the append. */
export const ENTRY_LIMITS = {
  events_max: 1_000,
  /** Alarms one action may name. */
  targets_max: 1_000,
  renewals_max: 1_000,
  expiries_max: 1_000,
  /** Kept inputs one act may take out. */
  unread_max: 1_000,
  once_chars_max: 256,
  /** Things of an inventory that one entry may bring. */
  things_max: 1_000,
  /** Parts that one version of a feed may be made of. */
  parts_max: 16_384,
  /** Subjects one run of a check may name; more are told in one. */
  subjects_max: 500,
} as const;

/** Everything that can change the desk. Inputs first, consequences after. */
export type Entry =
  | StartEntry
  | EventsEntry
  | RenewalsEntry
  | ExpiryEntry
  | ActEntry
  | TimerEntry
  | CheckEntry
  | StepEntry
  | DocumentEntry
  | DeliveredEntry
  | ZonesEntry
  | UnreadEntry;

/** The desk started; carries what the fold must know of the settings. */
export interface StartEntry {
  readonly kind: 'start';
  readonly at: Instant;
  /** Id of this run of the process. */
  readonly boot: string;
  /** Behaviour version of `apply`: changed behaviour is gated by it, never by the program. */
  readonly behaviour: number;
  readonly rules: FoldRules;
}

/** Settings that decide what `apply` does. In the entry, so that a replay does the same. */
export interface FoldRules {
  /** How long a cleared alarm stays in memory. */
  readonly clearMemory: Millis;
  /** How long outcomes of idempotency keys are kept. */
  readonly onceMemory: Millis;
  readonly notify: NotifyRules;
}

export interface NotifyRules {
  /** Receiver that gets what could not be delivered; '' for none. */
  readonly fallback: string;
  /** A delivery open for so long raises an alarm of the desk's own and goes to the fallback. */
  readonly undeliveredAfter: Millis;
  /** No group is looked at before the start and so long (`--dispatch.start-delay`). Default: 0. */
  readonly startDelay?: Millis;
  /** Shadow mode: all receivers (true), or these. Decided and written down, not sent. */
  readonly shadow?: true | readonly string[];
}

/** A batch a source reported. */
export interface EventsEntry {
  readonly kind: 'events';
  readonly at: Instant;
  readonly source: string;
  readonly once?: string;
  readonly events: readonly AlarmEvent[];
}

/** First renewals of leases: later ones stay in memory. */
export interface RenewalsEntry {
  readonly kind: 'renewals';
  readonly at: Instant;
  readonly alarms: readonly { readonly id: AlarmId; readonly until: Instant }[];
}

/** Leases that ran out, each with the revision it was seen at. */
export interface ExpiryEntry {
  readonly kind: 'expiry';
  readonly at: Instant;
  readonly alarms: readonly {
    readonly id: AlarmId;
    readonly revision: number;
    readonly until: Instant;
  }[];
}

/** Somebody did something. */
export interface ActEntry {
  readonly kind: 'act';
  readonly at: Instant;
  readonly by: UserId;
  readonly once?: string;
  readonly act: Act;
}

/** A timer fired. One since moved or cancelled (another generation) is ignored. */
export interface TimerEntry {
  readonly kind: 'timer';
  readonly at: Instant;
  readonly timer: string;
  readonly generation: number;
}

/** A step of a runbook's run began or ended. */
export interface StepEntry {
  readonly kind: 'step';
  readonly at: Instant;
  readonly run: string;
  readonly runbook: string;
  /** 0-based; a step is begun once and ended once. */
  readonly step: number;
  readonly stepsTotal: number;
  /** `unsure`: it was begun, the desk stopped, and nobody knows whether it was done. */
  readonly says: 'begun' | 'done' | 'failed' | 'unsure';
  readonly output: string;
  /** What was sent, secrets masked. */
  readonly input?: string;
  /** From 1. Default: 1. */
  readonly attempt?: number;
}

/** A document job was asked for, or ended. */
export interface DocumentEntry {
  readonly kind: 'document';
  readonly at: Instant;
  readonly document: string;
  readonly template: string;
  readonly says: 'wanted' | 'rendered' | 'failed';
  /** Why there are none; where they lie in entries from before people asked for documents. */
  readonly detail: string;
  /** From 1. Default: 1. */
  readonly attempt?: number;
  readonly files?: RenderedFiles;
}

/** A try to deliver ended. */
export interface DeliveredEntry {
  readonly kind: 'delivered';
  readonly at: Instant;
  readonly delivery: DeliveryId;
  /** From 1; a result for another try than the one that is open is ignored. */
  readonly attempt: number;
  /** `shadow`: rendered and not sent, because its receiver is in shadow mode. */
  readonly result: 'sent' | 'later' | 'never' | 'shadow';
  /** What the far side said; no secret is ever in it. */
  readonly detail: string;
  /** The far side asked for this pause (Retry-After). */
  readonly retryAfter?: Millis;
  readonly tookMs: number;
}

/** Offsets of the zones that time intervals use; how a zone enters the fold. */
export interface ZonesEntry {
  readonly kind: 'zones';
  readonly at: Instant;
  readonly tables: readonly ZoneTable[];
}

/** An input that no rule understood, kept until one does. Secrets were taken out before. */
export interface UnreadEntry {
  readonly kind: 'unread';
  readonly at: Instant;
  readonly source: string;
  readonly once?: string;
  /** Why nobody understood it. */
  readonly why: string;
  readonly input: KeptInput;
}

/** What a person, or a machine in a person's place, may tell the desk. */
export type Act =
  | AlarmAct
  | AccountAct
  | RevisionAct
  | SilenceAct
  | NotifyAct
  | SourceAct
  | RuleAct
  | MaintenanceAct
  | InventoryAct
  | TypeAct
  | MemoryAct
  | RotaAct
  | SwapAct
  | HandoverAct
  | PersonAct
  | RunAct
  | DocumentAct;

/** An alarm, and the episode the person saw; without it the action means "as it is now". */
export interface Target {
  readonly id: AlarmId;
  readonly episode?: Episode;
}

export type AlarmAct =
  | {
      readonly verb: 'acknowledge';
      readonly on: readonly Target[];
      readonly note: string;
      readonly until?: Instant;
      /** For the second line; absent: the first. */
      readonly line?: 2;
    }
  | { readonly verb: 'unacknowledge'; readonly on: readonly Target[]; readonly note: string }
  | { readonly verb: 'close'; readonly on: readonly Target[]; readonly note: string }
  | { readonly verb: 'reopen'; readonly on: readonly Target[]; readonly note: string }
  | { readonly verb: 'comment'; readonly on: readonly Target[]; readonly note: string }
  | {
      readonly verb: 'assign';
      readonly on: readonly Target[];
      readonly assignee: UserId | '';
      readonly note: string;
    }
  | {
      readonly verb: 'ticket';
      readonly on: readonly Target[];
      readonly ticket: string;
      readonly note: string;
    }
  | {
      readonly verb: 'shelve';
      readonly on: readonly Target[];
      readonly until: Instant;
      readonly reason: string;
    }
  | { readonly verb: 'unshelve'; readonly on: readonly Target[]; readonly reason: string };

export type AlarmVerb = AlarmAct['verb'];

/** One kind of act on alarms, and who did it. */
export type ActOf<V extends AlarmVerb> = Extract<AlarmAct, { verb: V }> & { readonly by: UserId };

export const ALARM_VERBS: readonly AlarmVerb[] = [
  'acknowledge',
  'unacknowledge',
  'close',
  'reopen',
  'comment',
  'assign',
  'ticket',
  'shelve',
  'unshelve',
];

export type Role = 'viewer' | 'operator' | 'admin';

/**
 * What a token may do: everything its owner's role may (`role`), or only hand in events for one
 * source (`ingest:<source>`, `ingest:*`), or only read the calendar of a schedule
 * (`calendar:<schedule>`; `calendar:` is the owner's own shifts), or only show the wall screen
 * (`wall`).
 */
export type TokenScope = 'role' | 'wall' | `ingest:${string}` | `calendar:${string}`;

export type AccountAct =
  | { readonly verb: 'user.add'; readonly user: UserId; readonly role: Role }
  | { readonly verb: 'user.role'; readonly user: UserId; readonly role: Role }
  | { readonly verb: 'user.disable'; readonly user: UserId }
  | { readonly verb: 'user.enable'; readonly user: UserId }
  | {
      readonly verb: 'token.add';
      readonly token: string;
      /** SHA-256 of the secret, hex. The secret itself is shown once and kept nowhere. */
      readonly hash: string;
      readonly label: string;
      readonly owner: UserId;
      readonly scope: TokenScope;
      readonly until?: Instant;
    }
  | { readonly verb: 'token.revoke'; readonly token: string };

/** A configuration was applied. */
export interface RevisionAct {
  readonly verb: 'revision.apply';
  /** As it was written, `<secret>` in the place of every secret. */
  readonly text: string;
  readonly from: string;
  /** What is kept and does nothing. */
  readonly unused: readonly string[];
  /** Why it was applied, in a person's words; '' when nobody said. */
  readonly why: string;
  /** The revision that was restored. */
  readonly restores?: string;
  /** Read and defaulted, secrets as references. Absent in revisions of version 1. */
  readonly document?: ConfigDocument;
  readonly plan?: RoutingPlan;
  /** Who is on duty, and who is told after whom. Absent where nobody is. */
  readonly duty?: Duty;
  /** Which alarms are one trouble. Absent where no rule says so. */
  readonly incidents?: IncidentPlan;
  readonly zones?: readonly ZoneTable[];
}

/** A configuration as data: what the channels' settings are taken from when something is sent. */
export interface ConfigDocument {
  readonly global: Readonly<Record<string, unknown>>;
  readonly receivers: readonly ReceiverDocument[];
  readonly templates: readonly string[];
  /** Sections of our own by name, as they were read: `checks`, `data_sources` and others. */
  readonly sections?: Readonly<Record<string, unknown>>;
}

export interface ReceiverDocument {
  readonly name: string;
  /** Its labels for API queries (Alertmanager 0.33); absent when there are none. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly ways: readonly {
    readonly kind: string;
    readonly index: number;
    /** Settings with those of `global` merged in; a secret is `{"$secret": ref}`. */
    readonly settings: Readonly<Record<string, unknown>>;
    /** Who wrote it: 'guarded' was entered in the console or over the API. Default: file. */
    readonly trust?: 'file' | 'guarded';
  }[];
}

export type SilenceAct =
  | {
      readonly verb: 'silence.set';
      /** The silence to update; absent for a new one. */
      readonly silence?: SilenceId;
      /** Id for the one that is made, if one is made. */
      readonly newId: SilenceId;
      readonly matchers: readonly Term[];
      readonly startsAt: Instant;
      readonly endsAt: Instant;
      readonly createdBy: string;
      readonly comment: string;
      readonly annotations: Labels;
    }
  | { readonly verb: 'silence.expire'; readonly silence: SilenceId };

/** What one action did to one alarm: the state it made, or why it made none. */
export type TargetResult =
  | {
      readonly id: AlarmId;
      readonly ok: true;
      readonly episode: Episode;
      readonly revision: number;
      readonly condition: 'raised' | 'cleared';
      readonly handling: 'none' | 'acknowledged' | 'closed';
      readonly shelvedUntil?: Instant;
    }
  | {
      readonly id: AlarmId;
      readonly ok: false;
      readonly code: 'ALARM_NOT_FOUND' | 'EPISODE_PASSED' | 'ACTION_REFUSED';
      readonly why: string;
    };

/** The answer to an action. The same again for a retry with the same key. */
export interface ActOutcome {
  readonly position: number;
  /** One per target, in their order; empty for acts that are not on alarms. */
  readonly results: readonly TargetResult[];
  /** For acts that are not on alarms: why it was refused; undefined when done. */
  readonly refused?: Refusal;
  /** What was made: the id of a silence, of a revision, of deliveries (comma between). */
  readonly made?: string;
  /** True when this is the first outcome, told again. */
  readonly repeated: boolean;
}
