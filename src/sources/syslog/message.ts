import type { Instant } from '../../base/time.ts';

/** One `[id name="value" …]` of RFC 5424 §6.3. */
export interface SdElement {
  readonly id: string;
  readonly params: readonly (readonly [name: string, value: string])[];
}

/** A line of syslog, whatever dialect it came in. What the sender left out is ''. */
export interface Message {
  /** 0 to 23, RFC 5424 §6.2.1. */
  readonly facility: number;
  /** 0 emergency to 7 debug. */
  readonly severity: number;
  readonly host: string;
  readonly app: string;
  readonly procId: string;
  readonly msgId: string;
  /**
   * The vendor's name for this kind of line, without its severity: `LINK-UPDOWN` of
   * `%LINK-3-UPDOWN:`, `RPD_BGP_NEIGHBOR_STATE_CHANGED`, `IFNET/LINK_STATE`.
   */
  readonly tag: string;
  readonly text: string;
  readonly elements: readonly SdElement[];
  /** The sender's time where it names its zone; undefined: order is receipt. */
  readonly at: Instant | undefined;
  /** What of RFC 5424 it breaks, though it says it is that; '' otherwise. */
  readonly malformed: string;
}

export const FACILITIES = (
  'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp ntp audit alert clock ' +
  'local0 local1 local2 local3 local4 local5 local6 local7'
).split(' ');

export const LEVELS = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'];

/** RFC 3164 §4.3.3: what has no PRI counts as user.notice. */
export const PRI_OTHERWISE = 13;
export const PRI_MAX = 191;
