import { fingerprint } from '../../base/fingerprint.ts';
import type { Instant, Millis } from '../../base/time.ts';
import type { Severity } from './severity.ts';

/** Names and values the sender gave. Values are never rewritten. */
export type Labels = Readonly<Record<string, string>>;

/** 16 hex digits over what identifies the alarm; `~2`, `~3` … after it where two collide. */
export type AlarmId = string & { readonly __brand: 'AlarmId' };

/**
 * One thing a source reported, normalised (RFC 8632 §4.8).
 *
 * raise       the state exists now (again, or still)
 * clear       the state is gone, says the source
 * change      severity or text of a raised alarm changed; raises if it was not raised
 * occurrence  something that happened and cannot be cleared by the source: a person closes it
 */
export type EventKind = 'raise' | 'clear' | 'change' | 'occurrence';

export interface AlarmEvent {
  readonly kind: EventKind;
  /** `identify(…)` or, for label-keyed sources (API v2), `identifyLabels(labels)`. */
  readonly id: AlarmId;
  /** True when the whole label set is the identity (API v2): two alarms never share it. */
  readonly byLabels?: boolean;
  /** The thing that is wrong: device/port, service/instance, data set, book. */
  readonly resource: string;
  /** Dotted, hierarchical alarm type: `link.down`, `bgp.peer`, an alertname. */
  readonly type: string;
  /** Tells apart alarms of one type on one resource; '' where none is needed. */
  readonly qualifier: string;
  /** Absent on a clear. */
  readonly severity?: Severity;
  /** One line a person reads. */
  readonly text: string;
  readonly labels: Labels;
  readonly annotations?: Labels;
  /** Where the sender shows more: a generator URL. */
  readonly link?: string;
  /**
   * When it happened, by the source's own clock. Orders events inside the reorder window; absent
   * when the source gives no time of the notification itself: then order is receipt.
   */
  readonly at?: Instant;
  /** When the episode began, if the source says so (API v2 startsAt). */
  readonly since?: Instant;
  /** The raise holds until then unless renewed (API v2 endsAt in the future). */
  readonly until?: Instant;
  /** No `until` given, but the source promises to repeat within this (API v2 resolve_timeout). */
  readonly lease?: Millis;
  /** How many identical reports this stands for; 1 when absent. */
  readonly count?: number;
  /** Of those, so many said it in other words, which were not kept: too much came at once. */
  readonly unkept?: number;
  /** On a raise: it may well be over by itself soon. Told only if it is not. */
  readonly passing?: Passing;
  /** What arrived, redacted, for the evidence of the last event; kept in the store only. */
  readonly raw?: string;
}

/**
 * Why a state may pass, and how long that takes at most: a device starts, its links come up. The
 * source says so in the event, as only it sees every uptime; so the fold needs no memory of
 * devices, and a replay of the entries holds back the same alarms for the same time.
 */
export interface Passing {
  readonly for: Millis;
  readonly why: string;
}

/** Each limit cuts or refuses at the source's translate; the fold relies on them. */
export const EVENT_LIMITS = {
  resource_chars_max: 512,
  type_chars_max: 256,
  qualifier_chars_max: 512,
  text_chars_max: 4_096,
  labels_max: 128,
  label_name_chars_max: 256,
  label_value_chars_max: 8_192,
  labels_bytes_max: 65_536,
  raw_chars_max: 65_536,
  link_chars_max: 8_192,
} as const;

/** Identity by what RFC 8632 §3.4 names. Nothing else takes part: not severity, text or time. */
export const identify = (resource: string, type: string, qualifier: string): AlarmId =>
  fingerprint([resource, type, qualifier]) as AlarmId;

const parts: string[] = [];

/** Alertmanager's fingerprint: FNV-1a 64 over the labels sorted by name (by code unit). */
export function identifyLabels(labels: Labels): AlarmId {
  parts.length = 0;
  let last = '';
  let sorted = true;
  for (const name in labels) {
    if (name < last) sorted = false;
    last = name;
    parts.push(name, labels[name] ?? '');
  }
  if (!sorted) {
    parts.length = 0;
    for (const name of Object.keys(labels).sort()) parts.push(name, labels[name] ?? '');
  }
  return fingerprint(parts) as AlarmId;
}

export function hasLabels(labels: Labels): boolean {
  for (const _ in labels) return true;
  return false;
}

/** Same names with same values, in whatever order. */
export function sameLabels(a: Labels, b: Labels): boolean {
  if (a === b) return true;
  let left = 0;
  for (const name in a) {
    if (a[name] !== b[name]) return false;
    left++;
  }
  for (const _ in b) left--;
  return left === 0;
}
