import type { Instant } from '../base/time.ts';
import type { Alarm, UserId } from '../domain/alarm/alarm.ts';
import type { AlarmEvent, AlarmId, Labels } from '../domain/alarm/event.ts';
import type { Attachment, Document } from '../domain/document/document.ts';
import type { Duty } from '../domain/escalation/duty.ts';
import type { Contact, ContactId, Page, PageId } from '../domain/escalation/page.ts';
import type { Throttle } from '../domain/escalation/throttle.ts';
import type { HandoverNote, HandoverNoteId } from '../domain/handover/note.ts';
import type { Incident } from '../domain/incident/incident.ts';
import type { Gathering, IncidentPlan } from '../domain/incident/rule.ts';
import type { TypeRecord } from '../domain/inventory/alarm-type.ts';
import type { Action } from '../domain/memory/action.ts';
import type { Caution } from '../domain/memory/caution.ts';
import type { Decision, DecisionId } from '../domain/memory/decision.ts';
import type {
  DeliveryId,
  GroupId,
  Notice,
  NotifiedAlert,
  WayRef,
} from '../domain/routing/notice.ts';
import type { RoutingPlan, ZoneTable } from '../domain/routing/plan.ts';
import type { Silence } from '../domain/routing/silence.ts';
import type { Maintenance, MaintenanceId } from '../domain/rules/maintenance.ts';
import type { Rule, RuleId } from '../domain/rules/rule.ts';
import type { Run } from '../domain/run/run.ts';
import type { PastToken, Token, User } from './account-rows.ts';
import type { CheckCounts, CheckSubject } from './check-entry.ts';
import type { ConfigDocument, FoldRules } from './entry.ts';
import type { InventoryFeed, InventoryPart, InventoryVersion } from './inventory-act.ts';
import type { Outcome } from './outcome.ts';
import type { KeptOverride, Roster, Swap } from './rota-acts.ts';
import type { KeptInput } from './standing-acts.ts';
import type { SavedView } from './view-acts.ts';

/**
 * Everything the fold knows, as tables of immutable rows by id. `apply` reads and writes nothing
 * else, and the store keeps all of it: that is the checkpoint.
 */
export interface Tables {
  alarms: Alarm;
  clears: ClearMemory;
  timers: Timer;
  outcomes: Outcome;
  users: User;
  tokens: Token;
  /** Revoked ones: what was done with them keeps a name. */
  pastTokens: PastToken;
  revisions: Revision;
  faults: Fault;
  checks: CheckState;
  runs: Run;
  documents: Document;
  /** Incidents that were opened, reopened or merged, and whose documents were not looked at yet. */
  attachments: Attachment;
  /** One row, 'plan': the routing that holds now. */
  plans: PlanRow;
  /** One row, 'duty': schedules and escalation policies that hold now. */
  duties: DutyRow;
  zones: ZoneTable;
  silences: Silence;
  /** Operators' rules. */
  rules: Rule;
  /** Planned work, past one too until it is swept. */
  maintenances: Maintenance;
  /** Who stands in for whom, in which schedule; past ones until they are swept. */
  overrides: KeptOverride;
  /** Who was on call at the last look, of schedules that tell of hand-overs. */
  rosters: Roster;
  /** Requests that somebody takes shifts over; taken and past ones until they are swept. */
  swaps: Swap;
  handovers: HandoverNote;
  groups: Group;
  /** The notification log: what each way of each group was last told. */
  logs: LogRow;
  /** Cleared alarms whose resolve a group has yet to look at. */
  resolving: Resolving;
  /** The outbox: what is to be sent and has not been. */
  deliveries: Delivery;
  /** How well each way of each receiver delivers. */
  ways: WayHealth;
  /** People's own rules of sources: the last texts of each. */
  sourceRules: SourceText;
  /** Inputs that no rule understood. */
  unread: Unread;
  /** Of which parts each feed of the inventory is made now. */
  inventoryFeeds: InventoryFeed;
  /** Things, some together: of versions in force, kept or to come. */
  inventoryParts: InventoryPart;
  inventoryVersions: InventoryVersion;
  /** Troubles that want an answer, and those that wanted one. */
  pages: Page;
  /** Where people can be told, without the addresses. */
  contacts: Contact;
  /** What each contact was sent of late, by the contact's id. */
  throttles: Throttle;
  /** What was decided about types of alarms. */
  types: TypeRecord;
  incidents: Incident;
  /** One row, 'incidents': the rules that open incidents. */
  incidentPlans: IncidentPlanRow;
  /** Alarms that wait whether there are enough of them for an incident. */
  gatherings: Gathering;
  /** What was decided about alarms. */
  decisions: Decision;
  /** Follow-up work. */
  actions: Action;
  /** Standing warnings. */
  cautions: Caution;
  /** Views of the list that somebody named. */
  listViews: SavedView;
  /** One row, 'desk'. */
  desk: DeskRow;
}

export type TableName = keyof Tables;

export const TABLE_NAMES: readonly TableName[] = [
  'alarms',
  'clears',
  'timers',
  'outcomes',
  'users',
  'tokens',
  'pastTokens',
  'revisions',
  'faults',
  'checks',
  'runs',
  'documents',
  'attachments',
  'plans',
  'duties',
  'zones',
  'silences',
  'rules',
  'maintenances',
  'overrides',
  'rosters',
  'swaps',
  'handovers',
  'groups',
  'logs',
  'resolving',
  'deliveries',
  'ways',
  'sourceRules',
  'unread',
  'inventoryFeeds',
  'inventoryParts',
  'inventoryVersions',
  'types',
  'incidents',
  'incidentPlans',
  'gatherings',
  'decisions',
  'actions',
  'cautions',
  'pages',
  'contacts',
  'listViews',
  'throttles',
  'desk',
];

/** A clear for an alarm the desk does not hold: a late raise must not outlive it. */
export interface ClearMemory {
  readonly id: AlarmId;
  readonly at: Instant;
  readonly heardAt: Instant;
}

export interface Timer {
  readonly id: string;
  readonly at: Instant;
  /** Journal position of the entry that set it: a timer moved since has another one. */
  readonly generation: number;
  readonly does:
    | { readonly is: 'shelf.end'; readonly alarm: AlarmId }
    | { readonly is: 'acknowledgement.end'; readonly alarm: AlarmId }
    | { readonly is: 'sweep' }
    | { readonly is: 'group.flush'; readonly group: GroupId }
    | { readonly is: 'delivery.late'; readonly delivery: DeliveryId }
    | { readonly is: 'notify.sweep' }
    | { readonly is: 'flap.look'; readonly alarm: AlarmId }
    | { readonly is: 'hold.end'; readonly alarm: AlarmId }
    | {
        readonly is: 'clear.late';
        readonly alarm: AlarmId;
        /** What its source said, without its evidence. */
        readonly event: AlarmEvent;
        /** When the desk heard it. */
        readonly heardAt: Instant;
      }
    | { readonly is: 'rule.turn'; readonly rule: RuleId }
    | { readonly is: 'maintenance.turn'; readonly maintenance: MaintenanceId }
    | { readonly is: 'override.gone'; readonly override: string }
    | { readonly is: 'swap.gone'; readonly swap: string }
    | {
        readonly is: 'refresh';
        readonly slice: number;
        /** Slices to go, this one among them. */
        readonly left?: number;
      }
    | { readonly is: 'decision.review'; readonly decision: DecisionId }
    | { readonly is: 'page.climb'; readonly page: PageId }
    | { readonly is: 'page.release'; readonly contact: ContactId }
    | { readonly is: 'handover.look'; readonly schedule: string }
    | { readonly is: 'handover.waits'; readonly handover: HandoverNoteId };
}

export interface Revision {
  readonly id: string;
  readonly at: Instant;
  readonly by: UserId;
  readonly from: string;
  readonly text: string;
  readonly unused: readonly string[];
  readonly why: string;
  readonly restores: string;
  /** Absent in revisions from before routing: such a text can be looked at, not restored. */
  readonly document?: ConfigDocument;
  readonly plan?: RoutingPlan;
  readonly duty?: Duty;
  readonly incidents?: IncidentPlan;
}

/** The routing that holds: `revision` is the id of the revision it came with. */
export interface PlanRow {
  readonly id: 'plan';
  readonly revision: string;
  readonly plan: RoutingPlan;
}

/** Who is on duty as the configuration has it: a change of it leaves all groups alone. */
export interface DutyRow {
  readonly id: 'duty';
  readonly revision: string;
  readonly duty: Duty;
}

/** Which alarms are one trouble, as the configuration has it. */
export interface IncidentPlanRow {
  readonly id: 'incidents';
  readonly revision: string;
  readonly plan: IncidentPlan;
}

/** Alarms of one route with the same values of its group labels. Who is in it is derived. */
export interface Group {
  readonly id: GroupId;
  /** Id of its route in the plan. */
  readonly route: string;
  readonly receiver: string;
  /** Alertmanager's group key. */
  readonly key: string;
  readonly labels: Labels;
  readonly createdAt: Instant;
  /** Last look at it; undefined before the first. */
  readonly flushedAt: Instant | undefined;
  readonly nextAt: Instant;
  /** Deliveries of the last look that have not ended. */
  readonly open: number;
  /** One of them ended without being sent: what is resolved stays for the next look. */
  readonly failed: boolean;
  /** Resolved alarms noted up to this position were looked at with the last look. */
  readonly resolvedUpTo: number;
  /** Last decision per way as a short text: a decision that says the same is not kept again. */
  readonly said: Readonly<Record<string, string>>;
}

export interface LogRow {
  /** `<group>/<way>` */
  readonly id: string;
  readonly group: GroupId;
  readonly to: WayRef;
  /** When it was last sent. */
  readonly at: Instant;
  readonly firing: readonly AlarmId[];
  readonly resolved: readonly AlarmId[];
  /**
   * Told as firing, then taken back by a person or a rule (closed, shelved, severity rose): it is
   * news when it fires again, and its resolve is still owed. The value is the reason to give.
   */
  readonly withdrawn: Readonly<Record<AlarmId, string>>;
  readonly expiresAt: Instant;
  /** Present while it says what would have been told: `before` is what really was. */
  readonly shadow?: { readonly before: LogSaid | null };
}

/** What a way was told of a group, and until when that counts. */
export type LogSaid = Pick<LogRow, 'at' | 'firing' | 'resolved' | 'withdrawn' | 'expiresAt'>;

export interface Resolving {
  /** `<group>/<alarm>` */
  readonly id: string;
  readonly group: GroupId;
  readonly alert: NotifiedAlert;
  readonly position: number;
}

export interface Delivery {
  readonly id: DeliveryId;
  readonly notice: Notice;
  /** Tries that ended. */
  readonly attempts: number;
  /** Not before. */
  readonly dueAt: Instant;
  /** When the first delivery of this news was born: a renewed one keeps it. */
  readonly since: Instant;
  /** The group was looked at again meanwhile: before the next try it is made anew. */
  readonly stale: boolean;
  /** It was given to the fallback receiver as well. */
  readonly late: boolean;
}

export interface WayHealth {
  /** `ops/webhook[0]` */
  readonly id: string;
  readonly to: WayRef;
  /** First failure since the last success; undefined while all is well. */
  readonly failingSince: Instant | undefined;
  readonly failures: number;
  readonly lastError: string;
  readonly lastSentAt: Instant | undefined;
  readonly sent: number;
  readonly failed: number;
  /** What would have been sent in shadow mode, and when the last time was. */
  readonly shadowed?: number;
  readonly shadowedAt?: Instant;
}

/** An entry that threw: it changed nothing and was set aside. */
export interface Fault {
  readonly id: string;
  readonly position: number;
  readonly at: Instant;
  readonly kind: string;
  readonly error: string;
}

export interface CheckState {
  readonly id: string;
  readonly verdict: 'passed' | 'failed' | 'broken';
  readonly at: Instant;
  readonly runs: number;
  readonly text?: string;
  /** The last slot that was run. */
  readonly slot?: Instant;
  /** What it raised and did not clear yet. */
  readonly raised?: readonly RaisedSubject[];
  readonly counts?: CheckCounts;
  readonly run?: string;
  readonly tookMs?: number;
}

export type RaisedSubject = Pick<CheckSubject, 'type' | 'resource' | 'qualifier'>;

/** One saved text of rules; the newest of a source holds. */
export interface SourceText {
  /** `webhook/r<position>` */
  readonly id: string;
  readonly source: string;
  readonly position: number;
  readonly at: Instant;
  readonly by: UserId;
  readonly text: string;
  readonly why: string;
}

export interface Unread {
  /** `webhook/u<position>` */
  readonly id: string;
  readonly source: string;
  /** Of the last time it came: the order in which inputs are read anew. */
  readonly position: number;
  readonly firstAt: Instant;
  readonly at: Instant;
  /** How often it came, to the last byte the same. */
  readonly count: number;
  readonly why: string;
  readonly input: KeptInput;
}

export interface DeskRow {
  readonly id: 'desk';
  readonly boot: string;
  readonly behaviour: number;
  readonly startedAt: Instant;
  readonly rules: FoldRules;
}
