import { stringify } from 'yaml';
import { HttpConfigSchema } from '../net/http-config.ts';
import { prometheusDuration, prometheusText } from './duration.ts';
import type { Reader } from './reader.ts';
import { INTEGRATIONS, type Receiver } from './receivers.ts';
import type { ChannelKind, ConfigSettings, RouteSettings } from './schema.ts';
import { Secret, shown } from './secret.ts';
import type { Shape } from './shape.ts';

/** What the text is made of. */
export interface OriginalParts {
  readonly reader: Reader;
  readonly kinds: readonly ChannelKind[];
  readonly settings: ConfigSettings;
  readonly global: Readonly<Record<string, unknown>>;
  readonly receivers: readonly Receiver[];
  readonly templates: readonly string[];
}

/**
 * The configuration as Alertmanager would tell it: read, with defaults, `<secret>` for secrets.
 * Older tools refuse names they do not know, so what is ours is left out, and so are defaults
 * that say nothing and those of channels nobody uses.
 */
export function originalText(parts: OriginalParts): string {
  const { settings } = parts;
  const whole = {
    global: globalOf(parts),
    route: settings.route && routeOf(settings.route),
    inhibit_rules: settings.inhibit_rules?.filter((rule) => Object.keys(rule).length > 0),
    receivers: parts.receivers.map(receiverOf),
    templates: parts.templates,
    mute_time_intervals: settings.mute_time_intervals,
    time_intervals: settings.time_intervals,
  };
  return stringify(shown(whole), {
    version: '1.1', // what Alertmanager reads: `yes` and `12:30` are quoted
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
}

type Fields = Readonly<Record<string, unknown>>;

function globalOf({ kinds, reader, settings, global, receivers }: OriginalParts): Fields {
  const used = new Set(receivers.flatMap((r) => r.ways.map((way) => way.kind)));
  const shapes: Record<string, Shape> = { http_config: HttpConfigSchema as unknown as Shape };
  const ofUsed = new Set<string>();
  for (const kind of kinds) {
    const fields = kind.globals?.properties ?? {};
    Object.assign(shapes, fields);
    if (used.has(kind)) for (const key of Object.keys(fields)) ofUsed.add(key);
  }
  const isTold = (key: string): boolean =>
    OWN.has(key) ||
    ofUsed.has(key) ||
    (settings.global ? reader.wrote(settings.global, key) : false);
  const told = Object.entries(global).filter(([key]) => isTold(key));
  return fieldsOf(
    { properties: shapes },
    Object.fromEntries(
      told.map(([key, value]) => [key, key === 'resolve_timeout' ? durationOf(value) : value]),
    ),
  );
}

const OWN = new Set(['resolve_timeout', 'http_config']);

const durationOf = (value: unknown): unknown => {
  const length = typeof value === 'string' ? prometheusDuration(value) : undefined;
  return length === undefined ? value : prometheusText(length);
};

function routeOf(route: RouteSettings): Fields {
  const { on_acknowledge: _, routes, ...rest } = route;
  return {
    ...rest,
    continue: route.continue ?? false,
    group_wait: durationOf(rest.group_wait),
    group_interval: durationOf(rest.group_interval),
    repeat_interval: durationOf(rest.repeat_interval),
    routes: routes?.map(routeOf),
  };
}

function receiverOf({ name, labels, ways }: Receiver): Fields {
  const lists: Record<string, unknown[]> = {};
  for (const { kind, settings, sendResolved } of ways) {
    if (!INTEGRATIONS.includes(kind.name)) continue;
    const key = `${kind.name}_configs`;
    lists[key] ??= [];
    const { send_resolved: _, ...rest } = settings;
    const fields = fieldsOf(kind.settings as unknown as Shape, rest);
    lists[key].push({ send_resolved: sendResolved, ...fields });
  }
  return { name, labels: Object.keys(labels).length > 0 ? labels : undefined, ...lists };
}

/** What says something and is Alertmanager's, however deep. */
function fieldsOf(shape: Shape, value: Fields): Fields {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inside]) => {
      const field = shape.properties?.[key] ?? {};
      if (field.ours || saysNothing(field, inside)) return [];
      return [[key, field.properties && isFields(inside) ? fieldsOf(field, inside) : inside]];
    }),
  );
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !(value instanceof Secret);

/** A zero value, where leaving it out means the same. */
function saysNothing(field: Shape, value: unknown): boolean {
  if (!isNothing(value)) return false;
  return field.default === undefined ? value !== false : isNothing(field.default);
}

/** What Go calls a zero value. */
function isNothing(value: unknown): boolean {
  if (value === '' || value === 0 || value === false || value === '0s') return true;
  if (value === undefined || value === null) return true;
  return isFields(value) && Object.keys(value).length === 0;
}
