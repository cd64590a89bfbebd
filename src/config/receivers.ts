import type { PlanReceiver } from '../domain/routing/plan.ts';
import { ESCALATION } from './escalation-kind.ts';
import type { Reader } from './reader.ts';
import type { ChannelKind, ReceiverSettings } from './schema.ts';
import { opened } from './secret.ts';
import { defaultOf, filled, type Shape } from './shape.ts';

/** The order of Alertmanager's own lists, in which a receiver's ways are told; ours come after. */
export const INTEGRATIONS = [
  'webhook',
  'email',
  'pagerduty',
  'opsgenie',
  'wechat',
  'slack',
  'victorops',
  'pushover',
  'sns',
  'telegram',
  'discord',
  'webex',
  'msteams',
  'msteamsv2',
  'jira',
  'incidentio',
  'rocketchat',
  'mattermost',
];

type Settings = Readonly<Record<string, unknown>>;

/** One way of a receiver with what `global` and the defaults say. */
export interface Way {
  readonly kind: ChannelKind;
  readonly index: number;
  readonly sendResolved: boolean;
  /** Secrets in it are still `Secret`. */
  readonly settings: Settings;
  /** As it was written, for faults. */
  readonly written: Settings;
}

export interface Receiver {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly ways: readonly Way[];
}

export function inOrder(kinds: readonly ChannelKind[]): readonly ChannelKind[] {
  const place = (kind: ChannelKind): number => {
    const at = INTEGRATIONS.indexOf(kind.name);
    return at < 0 ? INTEGRATIONS.length : at;
  };
  return [...kinds].sort((a, b) => place(a) - place(b));
}

/** Checks receivers and fills in what they leave to `global`. */
export function readReceivers(
  reader: Reader,
  receivers: readonly ReceiverSettings[],
  global: Settings,
  kinds: readonly ChannelKind[],
): readonly Receiver[] {
  const seen = new Set<string>();
  return receivers.map((receiver) => {
    const { name = '', labels = {} } = receiver;
    if (seen.has(name)) reader.say(receiver, ['name'], `there are two receivers named "${name}"`);
    seen.add(name);
    if (labels.name !== undefined && labels.name !== name)
      reader.say(receiver, ['labels', 'name'], `labels: \`name\` is the receiver's: "${name}"`);
    const ways = kinds.flatMap((kind) => {
      const list = (receiver[`${kind.name}_configs`] ?? []) as readonly Settings[];
      return list.map((written, index) => wayOf(reader, kind, index, written, global));
    });
    return { name, labels, ways };
  });
}

function wayOf(
  reader: Reader,
  kind: ChannelKind,
  index: number,
  written: Settings,
  global: Settings,
): Way {
  const merged = withGlobal(kind, written, global);
  const { send_resolved: given, ...rest } = merged;
  const isOwn = Object.hasOwn(kind.settings.properties, 'send_resolved');
  const way = {
    kind,
    index,
    sendResolved: typeof given === 'boolean' ? given : kind.sendResolved,
    settings: isOwn ? merged : rest,
    written,
  };
  if (!reader.isFaulty(written)) wayFaults(reader, way);
  return way;
}

/** `actions[0].url`, as channels name their fields. */
const pathOf = (field: string): string[] => field.split(/[.[\]]+/).filter((part) => part !== '');

const twinOf = (key: string): string =>
  key.endsWith('_file') ? key.slice(0, -'_file'.length) : `${key}_file`;

const isSet = (value: unknown): boolean => value !== undefined && value !== '' && value !== null;

/**
 * What is absent comes from `global`; a value and its file count as one there, so that a way's
 * own file is never joined by the value of `global`.
 */
function withGlobal(kind: ChannelKind, written: Settings, global: Settings): Settings {
  const out: Record<string, unknown> = { ...written };
  const fields = kind.settings.properties as Readonly<Record<string, Shape>>;
  const isWritten = (path: string): boolean => {
    let at: unknown = written;
    for (const part of path.split('.')) at = (at as Settings | undefined)?.[part];
    return isSet(at);
  };
  for (const [key, field] of Object.entries(fields)) {
    if (field.global === undefined || isSet(written[key])) continue;
    const kept = isWritten(twinOf(key)) || field.globalUnless?.some(isWritten);
    const value = kept ? undefined : filled(field, global[field.global]);
    const given = isSet(value) ? value : defaultOf(field);
    if (given !== undefined) out[key] = given;
  }
  return out;
}

/** Settings of a way that nobody wrote down: these, what `global` says, and the defaults. */
export const settingsFrom = (kind: ChannelKind, given: Settings, global: Settings): Settings => {
  const merged = withGlobal(kind, given, global);
  const fields = Object.entries(kind.settings.properties as Readonly<Record<string, Shape>>);
  const rest = fields.flatMap(([key, field]) => {
    const value = merged[key] === undefined ? defaultOf(field) : filled(field, merged[key]);
    return value === undefined ? [] : [[key, value] as const];
  });
  return Object.fromEntries(rest);
};

/** What the channel says, then values beside their files, where it said nothing. */
function wayFaults(reader: Reader, { kind, settings, written }: Way): void {
  const values = opened(settings) as Settings;
  for (const [field, why] of kind.faults?.(values) ?? []) {
    const node = reader.nodeOf(written, pathOf(field));
    if (!reader.faults.has(node)) reader.faults.say(node, `${field}: ${why}`);
  }
  twinFaults(reader, written);
}

/** `x` and `x_file` are one thing said in two ways. */
export function twinFaults(reader: Reader, of: Settings): void {
  for (const key of Object.keys(of)) {
    const twin = twinOf(key);
    if (!key.endsWith('_file') || !isSet(of[key]) || !isSet(of[twin])) continue;
    const node = reader.nodeOf(of, [key]);
    if (!reader.faults.has(node)) reader.faults.say(node, `${key}: not together with ${twin}`);
  }
}

/** More than "unknown field" about a way, or a field of `global`, that no channel here has. */
export function missingChannel(
  where: string,
  key: string,
  kinds: readonly ChannelKind[],
): string | undefined {
  const has = (name: string): boolean => kinds.some((kind) => kind.name === name);
  if (where === 'a receiver') {
    const name = key.replace(/_configs$/, '');
    return INTEGRATIONS.includes(name) && !has(name)
      ? `this desk has no channel ${name}`
      : undefined;
  }
  if (where !== 'global') return undefined;
  const prefix = key.split('_')[0] ?? '';
  const name = prefix === 'smtp' ? 'email' : prefix;
  return INTEGRATIONS.includes(name) && !has(name)
    ? `this desk has no channel ${name}, so global has no ${key}`
    : undefined;
}

export const planReceivers = (receivers: readonly Receiver[]): readonly PlanReceiver[] =>
  receivers.map(({ name, ways }) => ({
    name,
    ways: ways.map(({ kind, index, sendResolved, settings }) => ({
      kind: kind.name,
      index,
      sendResolved,
      ...(kind === ESCALATION ? { policy: String(settings['policy']) } : {}),
    })),
  }));
