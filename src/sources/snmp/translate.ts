import { type AlarmEvent, EVENT_LIMITS, identify } from '../../domain/alarm/event.ts';
import type { Received, Translated } from '../../ports/source.ts';
import { deviceOf } from './device.ts';
import { isV3 } from './envelope.ts';
import { bounded, type Fact, factsOf, type Target, targetsOf } from './facts.ts';
import { decode, type Notification, readVarbinds, type Varbind } from './message.ts';
import { type Meaning, meaningOf } from './mib-meaning.ts';
import type { Names } from './mib-names.ts';
import { evidenceOf, notificationOf, type Said, saidBy } from './mib-varbind.ts';
import { PORT_NAMES, type Port, type PortNames, portIn } from './ports.ts';
import type { Part } from './rules.ts';
import type { Settings } from './settings.ts';
import { placeOf, trapOf } from './tables.ts';
import { Usm } from './usm.ts';
import { show } from './value.ts';
import { verdictOf } from './verdict.ts';

/** Evidence stays readable JSON: varbinds that no longer fit are left out and counted. */
const RAW_CHARS_MAX = EVENT_LIMITS.raw_chars_max - 256;
/** 48 + 16 labels of 256 characters, at most 3 bytes each, keep EVENT_LIMITS.labels_bytes_max. */
const LABEL_CHARS_MAX = 256;
const FACT_LABELS_MAX = 48;
/** Of a trap we do not know, so many varbinds become labels, and so many are told in the text. */
const UNKNOWN_LABELS_MAX = 16;
const UNKNOWN_TOLD_MAX = 3;
const TOLD_CHARS_MAX = 512;

const TRAP_COMMUNITY = '1.3.6.1.6.3.18.1.4';

/** What a datagram says, in events. Pure and total: it knows no MIB, the listening thread does. */
export function translate(input: Received, settings: Settings): Translated {
  const { body } = input;
  if (settings.users.length > 0 && isV3(body)) return translateV3(input, settings);
  const message = decode(body);
  if (!message.ok) {
    return { events: [], refused: [{ field: `byte ${message.offset}`, why: message.why }] };
  }
  if (!welcome(body, message, settings.communities)) {
    return { events: [], refused: [{ field: 'community', why: NOT_WELCOME }] };
  }
  return { events: eventsOf(body, message, aboutOf(body, message, input, settings)), refused: [] };
}

/** Passwords are stretched once per settings: the same as doing it each time, only quicker. */
const opening = new WeakMap<Settings['users'], Usm>();

/** Without memory: neither times nor copies are looked at, and nothing is answered. */
function translateV3(input: Received, settings: Settings): Translated {
  const { body, from } = input;
  const { users } = settings;
  const usm = opening.get(users) ?? new Usm(users, undefined, 0);
  opening.set(users, usm);
  const datagram = Buffer.from(body.buffer, body.byteOffset, body.length);
  const opened = usm.open(datagram, from, 0);
  if (!opened.ok) {
    const why = opened.why === '' ? 'a notification expected, it asks who we are' : opened.why;
    return { events: [], refused: [{ field: opened.field, why }] };
  }
  const message = readVarbinds(opened.bytes, opened.frame);
  return message.ok
    ? {
        events: eventsOf(opened.bytes, message, aboutOf(opened.bytes, message, input, settings)),
        refused: [],
      }
    : { events: [], refused: [{ field: `byte ${message.offset}`, why: message.why }] };
}

export const NOT_WELCOME = 'a community of the list in the settings expected, another one found';

/** An empty list welcomes everybody. The community is a password: compared, never shown. */
export function welcome(
  bytes: Uint8Array,
  frame: { readonly communityFrom: number; readonly communityTo: number },
  communities: readonly string[],
): boolean {
  if (communities.length === 0) return true;
  const { communityFrom: from, communityTo: to } = frame;
  const given = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from);
  return communities.some((community) => given.equals(Buffer.from(community)));
}

/** What is known of a notification beside what it says. */
export interface About {
  /** The sender's address. */
  readonly from: string;
  readonly device: string;
  readonly names?: Names | undefined;
  /** All that is known of the names of a port; without it: what the notification says. */
  readonly known?: (port: Port) => PortNames;
}

const aboutOf = (
  bytes: Uint8Array,
  message: Notification,
  { from }: Pick<Received, 'from'>,
  settings: Pick<Settings, 'device' | 'engines'>,
): About => ({ from, device: deviceOf(bytes, message, from, settings) });

/** The events of one notification: one, or one for each session of a range. */
export function eventsOf(
  bytes: Uint8Array,
  message: Notification,
  { from, device, names, known }: About,
): readonly AlarmEvent[] {
  const trap = trapOf(message.trapOid);
  const facts = factsOf(bytes, message);
  const raw = rawOf(bytes, message, from, names);
  const port = portIn(facts);
  const said = port && (known?.(port) ?? port.said);
  const plain = labelsOf(device, trap?.name ?? '', message, facts);
  if (port && said) namePort(plain, port, said);
  if (trap === undefined) return [unknownTrap(bytes, message, device, facts, raw, plain, names)];
  const verdict = verdictOf(trap, facts);
  const labels = sorted(plain);
  const told = toldIn(facts, verdict.said);
  return targetsOf(facts, verdict.part, said?.ifName ?? said?.ifDescr).map((target): AlarmEvent => {
    const resource = target.part === '' ? device : `${device}/${target.part}`;
    const qualifier = [verdict.qualifier, target.qualifier].filter((q) => q !== '').join(' ');
    return {
      kind: verdict.kind,
      id: identify(resource, verdict.type, qualifier),
      resource,
      type: verdict.type,
      qualifier,
      ...(verdict.severity === undefined ? {} : { severity: verdict.severity }),
      text: sentence(verdict.text, target, told),
      labels,
      ...(verdict.lease === undefined ? {} : { lease: verdict.lease }),
      raw,
    };
  });
}

const sentence = (text: string, target: Target, told: string): string =>
  `${text}${target.called === '' ? '' : `: ${target.called}`}${told === '' ? '' : ` (${told})`}`
    .replace(/\s+/g, ' ')
    .slice(0, EVENT_LIMITS.text_chars_max)
    .toWellFormed();

/** A trap without a line in the table: still an alarm, with everything it carried. */
function unknownTrap(
  bytes: Uint8Array,
  message: Notification,
  device: string,
  facts: readonly Fact[],
  raw: string,
  labels: Record<string, string>,
  names: Names | undefined,
): AlarmEvent {
  const { trapOid, varbinds } = message;
  const named = names === undefined ? undefined : notificationOf(names, trapOid);
  const said = varbinds.map((one) => (names === undefined ? undefined : saidBy(names, bytes, one)));
  const meaning =
    names === undefined || named === undefined
      ? withoutNames(trapOid, facts)
      : meaningOf(names, named, said);
  const { kind, severity, part, qualifier } = meaning;
  const type = bounded(`snmp.trap.${meaning.called}`);
  if (named !== undefined && named.name !== '') labels.trap = named.name;
  if (named !== undefined && named.module !== '') labels.mib = named.module;
  const known = toldIn(facts, '');
  const told = known === '' ? [] : [known];
  let added = 0;
  for (const [i, varbind] of varbinds.entries()) {
    if (added === UNKNOWN_LABELS_MAX) break;
    if (varbind.oid.length > LABEL_CHARS_MAX || placeOf(varbind.oid) !== undefined) continue;
    const one = said[i];
    const text = one?.text ?? show(bytes, varbind).text;
    if (text === '' || text.length > LABEL_CHARS_MAX) continue;
    labels[nameFor(labels, one, varbind.oid)] = text;
    if (told.length < UNKNOWN_TOLD_MAX) {
      told.push(`${one?.name ?? varbind.oid} = ${(one?.full ?? text).slice(0, TOLD_CHARS_MAX)}`);
    }
    added++;
  }
  const resource = part === '' ? device : `${device}/${part}`;
  return {
    kind,
    id: identify(resource, type, qualifier),
    resource,
    type,
    qualifier,
    ...(severity === undefined ? {} : { severity }),
    text: sentence(
      named === undefined ? `Trap ${bounded(trapOid)}` : `Trap ${named.name}`,
      { part: '', qualifier: '', called: part },
      told.join(', '),
    ),
    labels: sorted(labels),
    raw,
  };
}

/** Of its objects only those of the tables say anything: an interface, if one is named. */
const INTERFACE: Part = {
  is: 'index',
  prefix: 'if',
  columns: ['ifIndex', 'ifName', 'ifDescr', 'ifAlias', 'ifAdminStatus', 'ifOperStatus'],
};

function withoutNames(trapOid: string, facts: readonly Fact[]): Meaning {
  const part = targetsOf(facts, INTERFACE)[0]?.part ?? '';
  return { kind: 'occurrence', severity: 'warning', called: trapOid, part, qualifier: '' };
}

/** The object's own name; with its row where two rows came; the OID where that is too long. */
function nameFor(labels: Readonly<Record<string, string>>, said: Said | undefined, oid: string) {
  if (said === undefined) return oid;
  if (labels[said.name] === undefined) return said.name;
  const whole = `${said.name}.${said.rest}`;
  return whole.length > LABEL_CHARS_MAX ? oid : whole;
}

function labelsOf(
  device: string,
  trap: string,
  message: Notification,
  facts: readonly Fact[],
): Record<string, string> {
  const labels: Record<string, string> = { device };
  if (trap !== '') labels.trap = trap;
  labels.oid =
    message.trapOid.length > LABEL_CHARS_MAX ? bounded(message.trapOid) : message.trapOid;
  labels.version = message.version;
  let added = 0;
  for (const { column, text } of facts) {
    if (added === FACT_LABELS_MAX) break;
    const { name } = column;
    if (name === 'snmpTrapCommunity' || text === '' || labels[name] !== undefined) continue;
    labels[name] = text.slice(0, LABEL_CHARS_MAX).toWellFormed();
    added++;
  }
  return labels;
}

/** The number and the names of the port it is about, where the notification left them out. */
function namePort(labels: Record<string, string>, { ifIndex }: Port, names: PortNames): void {
  labels.ifIndex ??= ifIndex;
  for (const name of PORT_NAMES) {
    const known = names[name];
    if (known !== undefined) labels[name] ??= known;
  }
}

/** By code unit, so that equal labels are equal text. */
function sorted(labels: Readonly<Record<string, string>>): Record<string, string> {
  const inOrder: Record<string, string> = {};
  for (const name of Object.keys(labels).sort()) inOrder[name] = labels[name] ?? '';
  return inOrder;
}

/** The varbinds worth reading in one line: `ifAdminStatus up, ifOperStatus down`. */
function toldIn(facts: readonly Fact[], said: string): string {
  let told = '';
  for (const { column, text } of facts) {
    if (column.quiet === true || column.name === said || text === '') continue;
    if (told.length > EVENT_LIMITS.text_chars_max) break;
    const what = column.bare === true ? '' : `${column.name} `;
    told += `${told === '' ? '' : ', '}${what}${text.slice(0, TOLD_CHARS_MAX)}`;
  }
  return told;
}

/** Is it the community that a proxy noted? It is a password. */
export const isSecret = (varbind: Varbind): boolean => varbind.oid.startsWith(TRAP_COMMUNITY);

/**
 * The whole notification as JSON, without its community: each varbind is name, type, value, and
 * hex where the value does not say every byte. `uptime` comes first: see memo.ts.
 */
function rawOf(
  bytes: Uint8Array,
  message: Notification,
  from: string,
  names: Names | undefined,
): string {
  const { uptime, trapOid, inform, version, agent } = message;
  let raw = `{"uptime":${uptime ?? 'null'},"from":${JSON.stringify(from)}`;
  if (trapOid.length > LABEL_CHARS_MAX) raw += `,"trap":"${trapOid}"`;
  if (inform) raw += ',"inform":true';
  if (version === 'v3') raw += senderOf(message);
  if (version === 'v1') {
    const { enterprise, generic, specific } = message;
    raw += `,"enterprise":"${enterprise}","agent":"${agent}"`;
    raw += `,"generic":${generic},"specific":${specific}`;
  }
  if (names !== undefined) raw += evidenceOf(names, bytes, message);
  raw += ',"varbinds":[';
  let kept = 0;
  for (const varbind of message.varbinds) {
    const line = rawLine(bytes, varbind);
    if (raw.length + line.length > RAW_CHARS_MAX) break;
    raw += kept++ === 0 ? line : `,${line}`;
  }
  const left = message.varbinds.length - kept;
  return left === 0 ? `${raw}]}` : `${raw}],"leftOut":${left}}`;
}

const CONTEXT_CHARS_MAX = 64;

/** v3: who vouches for it; the context where it is another engine than the sender's, or named. */
function senderOf({ sender, engine, context }: Notification): string {
  const elsewhere = sender.includes(engine) ? '' : `,"contextEngine":"${engine.slice(0, 64)}"`;
  const name = context.slice(0, CONTEXT_CHARS_MAX).toWellFormed();
  const named = name === '' ? '' : `,"context":${JSON.stringify(name)}`;
  return `,${sender}${elsewhere}${named}`;
}

function rawLine(bytes: Uint8Array, varbind: Varbind): string {
  if (isSecret(varbind)) return `["${varbind.oid}","OctetString","(redacted)"]`;
  const { type, text, hex } = show(bytes, varbind);
  const exact = hex === undefined || hex === text ? '' : `,"${hex}"`;
  return `["${varbind.oid}","${type}",${JSON.stringify(text)}${exact}]`;
}
