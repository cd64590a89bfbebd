import type { Instant } from '../../base/time.ts';
import type { UserId } from '../alarm/alarm.ts';
import type { AlarmId, Labels } from '../alarm/event.ts';
import type { Severity } from '../alarm/severity.ts';

/** 16 hex digits over the route's id and the values of its group labels. */
export type GroupId = string & { readonly __brand: 'GroupId' };

/** `d<position>.<index>`: journal position and place in it. Also the idempotency key of a send. */
export type DeliveryId = string & { readonly __brand: 'DeliveryId' };

/** One way of one receiver: where a delivery goes. `text` is `ops/webhook[0]`. */
export interface WayRef {
  readonly receiver: string;
  readonly kind: string;
  readonly index: number;
}

export const wayText = ({ receiver, kind, index }: WayRef): string =>
  `${receiver}/${kind}[${index}]`;

/** One alarm as a notification says it: a snapshot, never looked up again. */
export interface NotifiedAlert {
  readonly alarm: AlarmId;
  /** 16 hex digits, as Alertmanager makes them. */
  readonly fingerprint: string;
  readonly status: 'firing' | 'resolved';
  /** Labels as API v2 tells them (`alertname` and `instance` there for every source). */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly severity: Severity;
  /** One line a person reads. */
  readonly text: string;
  readonly startsAt: Instant;
  /** Only of a resolved one. */
  readonly endsAt?: Instant;
  /** Where the sender shows more: generator URL; '' when there is none. */
  readonly link: string;
}

/** Why a notification went out. */
export type SendReason =
  | 'first'
  | 'new alarms'
  | 'severity rose'
  | 'reopened'
  | 'shelf ended'
  | 'shown again'
  | 'hold ended'
  | 'flapping'
  | 'flapping ended'
  | 'acknowledgement ended'
  | 'all resolved'
  | 'some resolved'
  | 'repeat'
  | 'test'
  | 'fallback'
  | 'page'
  | 'hand-over';

/** Tests, fallbacks and messages to people are no part of what a group has told its receiver. */
export const isOfGroup = ({ reason }: Pick<Notice, 'reason'>): boolean => !NOT_OF_GROUP.has(reason);

const NOT_OF_GROUP: ReadonlySet<SendReason> = new Set(['test', 'fallback', 'page', 'hand-over']);

/** Why none did, although the group was looked at. */
export type QuietReason =
  | 'nothing fires'
  | 'nothing new'
  | 'repeat not due'
  | 'acknowledged'
  | 'all muted'
  | 'in a mute interval'
  | 'outside its active intervals'
  | 'still delivering';

/** What hides one alarm from notifications. `rule`: silence id, rule name, interval name … */
export interface Mute {
  readonly by:
    | 'silence'
    | 'inhibition'
    | 'shelf'
    | 'maintenance'
    | 'parent'
    | 'flapping'
    | 'design'
    | 'hold';
  readonly rule: string;
  /** For an inhibition: the alarm that does it. */
  readonly source?: AlarmId;
}

/** What one delivery says, and to whom: everything a channel needs but its settings. */
export interface Notice {
  readonly id: DeliveryId;
  readonly to: WayRef;
  readonly reason: SendReason;
  readonly at: Instant;
  readonly group: GroupId;
  /** Alertmanager's: `{}/{team="ops"}:{alertname="Down"}`. */
  readonly groupKey: string;
  readonly groupLabels: Labels;
  readonly routeLabels: Labels;
  /** Of a message that pages one person: what it belongs to. */
  readonly page?: NoticePage;
  /** Of a message about a hand-over. */
  readonly duty?: NoticeDuty;
  /** Of a message about a hand-over note. */
  readonly shift?: NoticeShift;
  /** Firing and resolved ones, sorted by job, instance, then all labels, as Alertmanager's. */
  readonly alerts: readonly NotifiedAlert[];
}

/** What a message to one person must say besides the alarms. */
export interface NoticePage {
  /** Id of the page. */
  readonly id: string;
  readonly person: UserId;
  /** Why this person: `on call in noc-first`. */
  readonly why: string;
  readonly policy: string;
  /** The receiver that led to it. */
  readonly receiver: string;
  /** A step of this run asks, not an alarm. */
  readonly run?: string;
  /** More pages that were held back for this person and go with it. */
  readonly others?: readonly HeldPage[];
  /** What the first page is called where there are others. */
  readonly title?: string;
}

export interface HeldPage {
  /** Id of the page. */
  readonly id: string;
  readonly title: string;
}

/** What a message about a hand-over says to one person. */
export interface NoticeDuty {
  readonly schedule: string;
  readonly person: UserId;
  readonly is: 'comes' | 'goes' | 'will come';
  /** When hands change. */
  readonly at: Instant;
  /** When they change after that; undefined: not in sight. */
  readonly until: Instant | undefined;
  /** Who is on call until then, and from then on. */
  readonly before: readonly UserId[];
  readonly after: readonly UserId[];
  /** Pages of this schedule that wait for an answer, and alarms that whoever goes holds. */
  readonly pages: ShortList;
  readonly held: ShortList;
}

/** What a message about a hand-over note says to one person. */
export interface NoticeShift {
  /** Id of the note. */
  readonly note: string;
  readonly person: UserId;
  /** Who hands over; of a question who asks, of an answer who answers. */
  readonly by: UserId;
  /** `waits`: nobody has accepted it for a while; its author hears that too. */
  readonly is: 'handed' | 'waits' | 'asked' | 'accepted';
  /** Alarms that go with it. */
  readonly alarms: number;
}

/** The first lines of a list, and how many more there are. */
export interface ShortList {
  readonly lines: readonly string[];
  readonly more: number;
}

/** One look at a group for one way: what came of it, and why. Kept when it says something new. */
export interface Decision {
  readonly group: GroupId;
  readonly groupKey: string;
  readonly route: string;
  readonly to: WayRef;
  readonly verdict: 'notify' | 'quiet';
  readonly reason: SendReason | QuietReason;
  /** The delivery it led to. */
  readonly delivery?: DeliveryId;
  /** Alarms it spoke of; at most `NOTICE_LIMITS.alarms_per_decision_max` are named. */
  readonly alarms: readonly AlarmId[];
  readonly muted: readonly { readonly alarm: AlarmId; readonly mute: Mute }[];
  readonly firing: number;
  readonly resolved: number;
}

/** One try to deliver, and how it ended. */
export interface Attempt {
  readonly delivery: DeliveryId;
  readonly group: GroupId;
  readonly to: WayRef;
  /** From 1. */
  readonly attempt: number;
  readonly result: 'sent' | 'later' | 'never' | 'withdrawn' | 'shadow';
  /** What the far side said, or why not; no secret is ever in it. */
  readonly detail: string;
  readonly tookMs: number;
}

export const NOTICE_LIMITS = {
  alarms_per_decision_max: 1_000,
  detail_chars_max: 1_024,
} as const;
