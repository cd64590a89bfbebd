import { createHash } from 'node:crypto';
import type { Instant } from '../../base/time.ts';
import type { Notice, NotifiedAlert } from '../../domain/routing/notice.ts';
import { cutBytes } from '../../net/cut-bytes.ts';
import { element, integer, octets, oid, sequence, ticks } from './ber.ts';

/** An alarm in the words of ALARM-MIB (RFC 3877), as a PDU of SNMPv2c. */

export const TRAP_LIMITS = {
  list_name_bytes_max: 32, // alarmListName is a SnmpAdminString (SIZE (0..32))
  description_bytes_max: 255,
  /** With it a trap stays within one Ethernet frame. */
  labels_bytes_max: 700,
  /** Longer names of resources are told by their hash: an OID has 128 sub-identifiers. */
  resource_bytes_max: 64,
  /** Alarms of one notice; those beyond are told by their number. */
  alarms_max: 10_000,
} as const;

const ALARM_MIB = [1, 3, 6, 1, 2, 1, 118];
const ACTIVE_STATE = [...ALARM_MIB, 0, 2];
const CLEAR_STATE = [...ALARM_MIB, 0, 3];
/** alarmModelNotificationId, the first accessible column of a row of alarmModelTable. */
const MODEL_ROW = [...ALARM_MIB, 1, 1, 2, 1, 3];
const ACTIVE_ENTRY = [...ALARM_MIB, 1, 2, 2, 1];
const RESOURCE_ID = 10;
const DESCRIPTION = 11;
const MODEL_POINTER = 13;
const ITU_ENTRY = [1, 3, 6, 1, 2, 1, 121, 1, 1, 1, 1];
const ITU_SEVERITY = 1;
const ITU_TEXT = 4;
const SYS_UP_TIME = [1, 3, 6, 1, 2, 1, 1, 3, 0];
const TRAP_OID = [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0];

/** alarmModelState (RFC 3877 §5.4) and ItuPerceivedSeverity: two orders for the same names. */
const STATES = { cleared: 1, indeterminate: 2, warning: 3, minor: 4, major: 5, critical: 6 };
const SEVERITIES = { cleared: 1, indeterminate: 2, critical: 3, major: 4, minor: 5, warning: 6 };

export interface Trap {
  readonly requestId: number;
  /** The PDU in base64: all of the message but version and community. */
  readonly pdu: string;
}

const PDU_TAGS = { trap: 0xa7, inform: 0xa6 };

export interface TrapOptions {
  readonly kind: keyof typeof PDU_TAGS;
  readonly listName: string;
  /** OID below which resources are named. */
  readonly resources: readonly number[];
}

export function trapsOf(notice: Notice, options: TrapOptions): readonly Trap[] {
  const { alarms_max: most } = TRAP_LIMITS;
  const told = notice.alerts.slice(0, most);
  const [beyond] = notice.alerts.slice(most);
  const more = `and ${notice.alerts.length - most} more alarms`;
  if (beyond) told.push({ ...beyond, labels: { alertname: 'MoreAlarms' }, text: more });
  return told.map((alert, i) => {
    const requestId = hash31(`${notice.id} ${notice.at} ${i}`);
    const zero = integer(0);
    const binds = sequence(...varbinds(alert, notice.at, options));
    const pdu = element(PDU_TAGS[options.kind], integer(requestId), zero, zero, binds);
    return { requestId, pdu: Buffer.from(pdu).toString('base64') };
  });
}

function varbinds(alert: NotifiedAlert, at: Instant, { listName, resources }: TrapOptions) {
  const over = alert.status === 'resolved';
  const severity = over ? 'cleared' : alert.severity;
  const list = named(cutBytes(listName, TRAP_LIMITS.list_name_bytes_max));
  const index = hash31(alert.fingerprint);
  const row = [...list, ...dateAndTime(alert.startsAt), index];
  const kind = hash31(alert.labels.alertname ?? '');
  const itu = [...list, kind, SEVERITIES[severity]];
  const labels = Object.entries(alert.labels).map(([name, value]) => `${name}="${value}"`);
  const bind = (name: readonly number[], value: Uint8Array) => sequence(oid(name), value);
  return [
    bind(SYS_UP_TIME, ticks(Math.floor(at / 10) % 2 ** 32)), // desk time, so that a retry is equal
    bind(TRAP_OID, oid(over ? CLEAR_STATE : ACTIVE_STATE)),
    bind(
      [...ACTIVE_ENTRY, MODEL_POINTER, ...row],
      oid([...MODEL_ROW, ...list, kind, STATES[severity]]),
    ),
    bind([...ACTIVE_ENTRY, RESOURCE_ID, ...row], oid([...resources, ...resource(alert)])),
    bind([...ACTIVE_ENTRY, DESCRIPTION, ...row], text(alert.text, 'description_bytes_max')),
    bind([...ITU_ENTRY, ITU_SEVERITY, ...itu], integer(SEVERITIES[severity])),
    bind([...ITU_ENTRY, ITU_TEXT, ...itu], text(labels.join(', '), 'labels_bytes_max')),
  ];
}

const text = (words: string, limit: keyof typeof TRAP_LIMITS): Uint8Array =>
  octets(cutBytes(words, TRAP_LIMITS[limit]));

/** A string of variable length as part of an index (RFC 2578 §7.7). */
const named = (name: string): readonly number[] => {
  const bytes = [...Buffer.from(name)];
  return [bytes.length, ...bytes];
};

function resource({ labels, fingerprint }: NotifiedAlert): readonly number[] {
  const name = labels.instance || fingerprint;
  const long = Buffer.byteLength(name) > TRAP_LIMITS.resource_bytes_max;
  return named(long ? createHash('sha256').update(name).digest('hex').slice(0, 32) : name);
}

/** DateAndTime (RFC 2579 §2) in UTC, as part of an index. */
function dateAndTime(at: Instant): readonly number[] {
  const d = new Date(at);
  const year = d.getUTCFullYear();
  const day = [year >>> 8, year & 0xff, d.getUTCMonth() + 1, d.getUTCDate()];
  const time = [d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()];
  return [11, ...day, ...time, Math.floor(d.getUTCMilliseconds() / 100), 0x2b, 0, 0];
}

/** 1 … 2^31-1, the same for the same text. */
function hash31(words: string): number {
  const bytes = createHash('sha256').update(words).digest();
  return bytes.readUInt32BE(0) & 0x7fff_ffff || 1;
}
