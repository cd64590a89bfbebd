import { isIP } from 'node:net';
import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { meant } from '../base/near.ts';
import { type Millis, millis } from '../base/time.ts';
import type { CanarySettings } from '../desk/canary.ts';
import type { NotifyRules } from '../desk/entry.ts';
import type { HeartbeatSettings } from '../desk/heartbeat.ts';
import { durationExpected, durationText, parseDuration } from './settings.ts';
import type { SettingsFile } from './settings-file.ts';

export const NOTIFICATION_LIMITS = {
  undelivered_after_ms_min: 10_000,
  undelivered_after_ms_max: 86_400_000,
  send_timeout_ms_min: 1_000,
  send_timeout_ms_max: 300_000,
  sends_per_way_max: 64,
  rate_per_second_max: 1_000,
  rate_burst_max: 10_000,
  heartbeat_every_ms_min: 5_000,
  heartbeat_every_ms_max: 3_600_000,
  canary_every_ms_min: 60_000,
  canary_every_ms_max: 86_400_000,
  canary_limit_ms_min: 10_000,
  networks_max: 1_000,
  shadow_receivers_max: 1_000,
} as const;

const strict = { additionalProperties: false, default: {} } as const;
const text = (normally: string, description: string) =>
  Type.String({ default: normally, description });

const rate = Type.Object(
  {
    per_second: Type.Number({
      exclusiveMinimum: 0,
      maximum: NOTIFICATION_LIMITS.rate_per_second_max,
      description: 'Sends a second on each way of this receiver; 0.2 is one in five seconds.',
    }),
    // Optional: defaults are not filled in below names that a person chose.
    burst: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: NOTIFICATION_LIMITS.rate_burst_max,
        description: 'Sends at once after a quiet time; 1 when absent.',
      }),
    ),
  },
  { additionalProperties: false },
);

/** Section `notifications` of tocsin.yml. */
export const notificationSchema = Type.Object(
  {
    fallback_receiver: text('', 'Gets what could not be delivered; none when empty.'),
    undelivered_after: text(
      '5m',
      'A message open for so long goes to the fallback; a way that fails for so long is an alarm.',
    ),
    send_timeout: text(
      '30s',
      'One try takes at most so long; the timeout of its way may be shorter.',
    ),
    sends_per_way_max: Type.Integer({
      minimum: 1,
      maximum: NOTIFICATION_LIMITS.sends_per_way_max,
      default: 4,
      description: 'Sends at once on one way of one receiver.',
    }),
    rate_limits: Type.Record(Type.String(), rate, {
      default: {},
      description: 'By the receiver’s name; others have no limit.',
    }),
    heartbeat: Type.Object(
      {
        url: text('', 'Called while the desk is well; no heartbeat when empty.'),
        every: text('30s', 'How often it is called.'),
        timeout: text('10s', 'One call takes at most so long.'),
      },
      strict,
    ),
    canary: Type.Object(
      {
        every: text('0', 'How often the desk sends itself through the whole way; 0: never.'),
        limit: text('8m', 'It must have been sent so long after it was raised.'),
      },
      strict,
    ),
    shadow: Type.Union(
      [
        Type.Boolean(),
        Type.Array(Type.String(), {
          minItems: 1,
          maxItems: NOTIFICATION_LIMITS.shadow_receivers_max,
        }),
      ],
      {
        default: false,
        description: 'Shadow mode: nothing is sent, or nothing to these receivers.',
      },
    ),
    allow_private_addresses: Type.Array(Type.String(), {
      maxItems: NOTIFICATION_LIMITS.networks_max,
      default: [],
      description: 'Networks that ways entered in the console or over the API may reach.',
    }),
  },
  { additionalProperties: false },
);

const SHADOW_EXPECTED =
  'expected true, false, or a list of 1 to ' +
  `${NOTIFICATION_LIMITS.shadow_receivers_max} names of receivers`;

type Given = Static<typeof notificationSchema>;
type Path = readonly string[];

/** What tocsin.yml says about notifications, checked and in numbers. */
export interface NotificationSettings {
  readonly notify: NotifyRules;
  readonly sendTimeout: Millis;
  readonly sendsPerWayMax: number;
  /** By receiver. */
  readonly rates: ReadonlyMap<string, { readonly perSecond: number; readonly burst: number }>;
  readonly heartbeat: HeartbeatSettings | undefined;
  readonly canary: CanarySettings | undefined;
  readonly allowedNetworks: readonly string[];
}

/** Throws DeskError SETTINGS_INVALID with line and column of what is wrong. */
export function notificationSettings(file: SettingsFile | undefined): NotificationSettings {
  const given = file?.section('notifications') ?? {};
  const whole = Value.Default(notificationSchema, given) as Given;
  const fail = (path: Path, why: string): Error =>
    file?.fault(['notifications', ...path], why) ?? new Error(`${path.join('.')}: ${why}`);
  const errors = Value.Errors(notificationSchema, whole);
  const misspelt = errors.find((e) => e.keyword === 'additionalProperties');
  const fault = misspelt ?? errors.find((e) => e.keyword !== 'boolean');
  if (fault) {
    const path = fault.instancePath.split('/').slice(1).map(unescaped);
    const unknown = unknownOf(fault.params, path);
    if (path[0] === 'shadow') throw fail(['shadow'], SHADOW_EXPECTED);
    throw unknown ? fail(unknown.path, unknown.why) : fail(path, fault.message);
  }
  return read(whole, fail);
}

const unescaped = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~');

/** A name that is not there, and the nearest one that is. */
function unknownOf(params: object, path: Path): { path: Path; why: string } | undefined {
  const names = (params as { additionalProperties?: readonly string[] }).additionalProperties;
  const [name] = names ?? [];
  if (name === undefined) return undefined;
  const at = path.reduce<TSchema | undefined>(
    (schema, part) => propertiesOf(schema)[part] ?? rate,
    notificationSchema,
  );
  return { path: [...path, name], why: `not known${meant(name, Object.keys(propertiesOf(at)))}` };
}

const propertiesOf = (schema: TSchema | undefined): Readonly<Record<string, TSchema>> =>
  (schema as { properties?: Record<string, TSchema> } | undefined)?.properties ?? {};

function read(given: Given, fail: (path: Path, why: string) => Error): NotificationSettings {
  const LIMITS = NOTIFICATION_LIMITS;
  const length = (path: Path, value: string, min: number, max: number): Millis => {
    const found = parseDuration(value);
    if (found === undefined) throw fail(path, `expected ${durationExpected}`);
    if (found >= min && found <= max) return found;
    const [from, to] = [durationText(millis(min)), durationText(millis(max))];
    throw fail(path, `expected ${from} to ${to}`);
  };
  given.allow_private_addresses.forEach((network, i) => {
    if (isNetwork(network)) return;
    throw fail(['allow_private_addresses', String(i)], 'expected a network such as 10.1.0.0/16');
  });
  const rates = Object.entries(given.rate_limits).map(
    ([name, { per_second: perSecond, burst = 1 }]) => [name, { perSecond, burst }] as const,
  );
  return {
    notify: {
      fallback: given.fallback_receiver,
      undeliveredAfter: length(
        ['undelivered_after'],
        given.undelivered_after,
        LIMITS.undelivered_after_ms_min,
        LIMITS.undelivered_after_ms_max,
      ),
      ...(given.shadow === false ? {} : { shadow: given.shadow }),
    },
    sendTimeout: length(
      ['send_timeout'],
      given.send_timeout,
      LIMITS.send_timeout_ms_min,
      LIMITS.send_timeout_ms_max,
    ),
    sendsPerWayMax: given.sends_per_way_max,
    rates: new Map(rates),
    heartbeat: heartbeatOf(given.heartbeat, length, fail),
    canary: canaryOf(given.canary, length),
    allowedNetworks: given.allow_private_addresses,
  };
}

type Length = (path: Path, value: string, min: number, max: number) => Millis;

function heartbeatOf(
  given: Given['heartbeat'],
  length: Length,
  fail: (path: Path, why: string) => Error,
): HeartbeatSettings | undefined {
  const { heartbeat_every_ms_min: min, heartbeat_every_ms_max: max } = NOTIFICATION_LIMITS;
  const every = length(['heartbeat', 'every'], given.every, min, max);
  const timeout = length(['heartbeat', 'timeout'], given.timeout, 1_000, every);
  if (given.url === '') return undefined;
  // The address is often a secret: what is wrong with it is said without it.
  const { protocol = '' } = URL.canParse(given.url) ? new URL(given.url) : {};
  if (protocol === 'http:' || protocol === 'https:') return { url: given.url, every, timeout };
  throw fail(['heartbeat', 'url'], 'expected an address such as https://watch.example.org/desk');
}

function canaryOf(given: Given['canary'], length: Length): CanarySettings | undefined {
  const { canary_every_ms_min, canary_every_ms_max, canary_limit_ms_min } = NOTIFICATION_LIMITS;
  const limit = length(['canary', 'limit'], given.limit, canary_limit_ms_min, canary_every_ms_max);
  if (parseDuration(given.every) === 0) return undefined;
  const every = length(['canary', 'every'], given.every, canary_every_ms_min, canary_every_ms_max);
  return { every, limit };
}

function isNetwork(text: string): boolean {
  const [, address = '', bits = ''] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}
