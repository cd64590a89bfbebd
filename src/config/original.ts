import { stringify } from 'yaml';
import { HttpConfigSchema } from '../net/http-config.ts';
import { prometheusDuration, prometheusText } from './duration.ts';
import type { Reader } from './reader.ts';
import { INTEGRATIONS, type Receiver, type Way } from './receivers.ts';
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
 * The configuration as Alertmanager would tell it: read, `global` in its place, `<secret>` for
 * secrets. Older tools refuse names they do not know, so what is ours is left out, and so are
 * defaults of channels that nobody wrote.
 */
export function originalText(parts: OriginalParts): string {
  const { settings } = parts;
  const whole = {
    global: globalOf(parts),
    route: settings.route && routeOf(settings.route),
    inhibit_rules: settings.inhibit_rules?.filter((rule) => Object.keys(rule).length > 0),
    receivers: parts.receivers.map((receiver) => receiverOf(parts, receiver)),
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

function globalOf({ kinds, reader, settings, global }: OriginalParts): Fields {
  const shapes: Record<string, Shape> = { http_config: HttpConfigSchema as unknown as Shape };
  for (const kind of kinds) Object.assign(shapes, kind.globals?.properties);
  const told = Object.entries(global)
    .filter(([key]) => OWN.has(key) || wrote(reader, settings.global, key))
    .map(([key, value]) => [key, key === 'resolve_timeout' ? durationOf(value) : value] as const);
  return fieldsOf({ properties: shapes }, Object.fromEntries(told));
}

const wrote = (reader: Reader, of: object | undefined, key: string): boolean =>
  of !== undefined && reader.wrote(of, key);

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

function receiverOf(parts: OriginalParts, { name, labels, ways }: Receiver): Fields {
  const lists: Record<string, unknown[]> = {};
  for (const way of ways) {
    if (!INTEGRATIONS.includes(way.kind.name)) continue;
    const key = `${way.kind.name}_configs`;
    lists[key] ??= [];
    lists[key].push({ send_resolved: way.sendResolved, ...wayOf(parts, way) });
  }
  return { name, labels: Object.keys(labels).length > 0 ? labels : undefined, ...lists };
}

/** What was written for this way, or in `global` for it. */
function wayOf({ reader, settings: { global } }: OriginalParts, way: Way): Fields {
  const shape = way.kind.settings as unknown as Shape;
  const isTold = (key: string): boolean => {
    const standIn = shape.properties?.[key]?.global;
    if (key === 'send_resolved') return false;
    return (
      OWN.has(key) ||
      wrote(reader, way.written, key) ||
      (standIn !== undefined && wrote(reader, global, standIn))
    );
  };
  const told = Object.entries(way.settings).filter(([key]) => isTold(key));
  return fieldsOf(shape, Object.fromEntries(told));
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
