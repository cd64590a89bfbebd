import { CHANNELS } from '../src/channels/index.ts';
import { withEscalation } from '../src/config/escalation-kind.ts';
import { INTEGRATIONS, inOrder } from '../src/config/receivers.ts';
import { type ChannelKind, configSchema, DEFS } from '../src/config/schema.ts';
import { SECTIONS } from '../src/config/sections.ts';
import { choicesOf, type Shape } from '../src/config/shape.ts';
import { HttpConfigSchema } from '../src/net/http-config.ts';

const KINDS: readonly ChannelKind[] = inOrder(withEscalation(CHANNELS));
const sections = Object.fromEntries(SECTIONS.map(({ name, schema: own }) => [name, own]));
const schema = configSchema(KINDS, sections) as unknown as Shape;
const ROUTE = DEFS.route as unknown as Shape;

// ---- The page ----

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

function kind(shape: Shape): string {
  const choices = choicesOf(shape);
  if (choices.length > 0) return choices.map((one) => `\`${String(one)}\``).join(', ');
  if (shape.secret) return 'secret';
  if (shape.format === 'duration' || shape.format === 'url') return shape.format;
  if (shape.anyOf) return shape.anyOf.map(kind).join(' or ');
  if (shape.type === 'array') {
    const items = shape.items?.properties ? 'mappings' : `${shape.items?.type ?? 'value'}s`;
    return shape.items?.$ref === 'route' ? 'list of routes' : `list of ${items}`;
  }
  if (shape.$ref === 'route' || shape.properties) return 'mapping';
  if (shape.patternProperties) return 'mapping of names';
  return shape.template === undefined ? (shape.type ?? 'any') : 'template';
}

/** A default as one would write it; what says nothing is left out. */
const DEFAULT_CHARS_MAX = 80;
function byDefault(shape: Shape): string {
  if (shape.global !== undefined) return `\`global.${shape.global}\``;
  if (shape.default === undefined || shape.default === null || shape.default === '') return '';
  const text = JSON.stringify(shape.default);
  if (text === '[]' || text === '{}') return '';
  return text.length > DEFAULT_CHARS_MAX ? 'long' : `\`${text}\``;
}

function rows(shape: Shape, path = ''): string[] {
  return Object.entries(shape.properties ?? {}).flatMap(([key, field]) => {
    const cells = [
      `\`${path}${key}\``,
      kind(field),
      byDefault(field),
      field === HTTP ? HTTP_TEXT : (field.description ?? ''),
    ];
    const row = `| ${cells.map(cell).join(' | ')} |`;
    const isHttp = key === 'http_config' || field.properties?.tls_config !== undefined;
    const inside = field.items ?? field;
    const more = isHttp || !inside.properties ? [] : rows(inside, `${path}${key}.`);
    return [row, ...more];
  });
}

const HTTP = HttpConfigSchema as unknown as Shape;
const HTTP_TEXT = 'See [http_config](#http_config).';

const table = (shape: Shape): string =>
  `| key | type | default | meaning |\n| --- | --- | --- | --- |\n${rows(shape).join('\n')}\n`;

const shapeOf = (section: string): Shape => {
  const field = schema.properties?.[section] ?? {};
  return field.items ?? namedIn(field) ?? field;
};

/** What stands behind each name of a mapping of names. */
const namedIn = (shape: Shape): Shape | undefined =>
  Object.values(shape.patternProperties ?? {})[0];

function sectionParts(): string {
  return SECTIONS.map(({ name, schema: own }) => {
    const { description = '' } = own as unknown as Shape;
    return `## ${name}\n\n${description} Tocsin’s own.\n\n${table(shapeOf(name))}`;
  }).join('\n');
}

const without = (shape: Shape, keys: readonly string[]): Shape => ({
  properties: Object.fromEntries(
    Object.entries(shape.properties ?? {}).filter(([key]) => !keys.includes(key)),
  ),
});

function channelParts(): string {
  const receiver = shapeOf('receivers').properties ?? {};
  return KINDS.map(({ name, summary, globals }) => {
    const way = receiver[`${name}_configs`]?.items ?? {};
    const own = INTEGRATIONS.includes(name) ? '' : ' Tocsin’s own: Alertmanager has none such.';
    const below = globals ? `\nIn \`global\`:\n\n${table(globals as unknown as Shape)}` : '';
    return `## ${name}_configs\n\n${summary}${own}\n\n${table(way)}${below}`;
  }).join('\n');
}

/** Every section and key of the configuration file, from the schema that it is read by. */
export function configPage(made: string): string {
  const ofChannels = KINDS.flatMap((one) => Object.keys(one.globals?.properties ?? {}));
  const top = Object.entries(schema.properties ?? {}).map(
    ([key, field]) => `| \`${key}\` | ${cell(field.description ?? 'The root of the tree.')} |`,
  );
  return `# Configuration

${made}
The file is an \`alertmanager.yml\`. An unknown key or a wrong value is an error with file, line and
column; \`tocsin check FILE\` tells them all. For editors there is a JSON Schema,
[configuration.schema.json](configuration.schema.json): put
\`# yaml-language-server: $schema=URL\` at the top of the file.

A *secret* is kept encrypted, outside the journal, and shown as \`<secret>\`. A *duration* is
written \`30s\`, \`5m\`, \`1d12h\`. A *template* is a Go template. A default of \`global.NAME\` is
what stands there.

| section | meaning |
| --- | --- |
${top.join('\n')}

## global

${table(without(shapeOf('global'), ofChannels))}
Channels add keys of their own: see below.

## route

${table(ROUTE)}
## inhibit_rules

${table(shapeOf('inhibit_rules'))}
## time_intervals

Ranges are \`from:to\`, both included; the end of a time of day is not.

${table(shapeOf('time_intervals'))}
## teams

Tocsin’s own.

${table(shapeOf('teams'))}
## schedules

Tocsin’s own. What layers, windows and overrides mean is told in [on-call](../guide/on-call.md).

${table(shapeOf('schedules'))}
## receivers

${table(
  without(
    shapeOf('receivers'),
    KINDS.map(({ name }) => `${name}_configs`),
  ),
)}
Ways out are lists, \`webhook_configs\` and the like, below.

${sectionParts()}
## http_config

${table(HTTP)}
${channelParts()}`;
}

// ---- The schema for editors ----

const DURATION = '^(0|([0-9]+(\\.[0-9]+)?(y|w|d|h|ms|m|s|us|µs|ns))+)$';
const OURS = ['secret', 'template', 'global', 'globalUnless', 'unused', 'emptyItems', 'ours'];
const NOT_JSON_SCHEMA = new Set(['title', 'format', ...OURS]);

/** JSON Schema 2020-12: marks of ours out, formats as patterns, nothing required that defaults. */
function plain(shape: Shape): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(shape)) {
    if (NOT_JSON_SCHEMA.has(key)) continue;
    if (key === '$ref') out.$ref = `#/$defs/${String(value)}`;
    else if (key === 'properties') out[key] = each(value as Fields, plain);
    else if (key === 'patternProperties') out[key] = each(value as Fields, orNothing);
    else if (key === 'items') out.items = itemsOf(shape, value as Shape);
    else if (key === 'anyOf') out.anyOf = (value as readonly Shape[]).map(plain);
    else if (key === 'required') out.required = needed(shape, value as readonly string[]);
    else if (key === 'default' && value === null) continue;
    else out[key] = value;
  }
  if (shape.format === 'duration') out.pattern = DURATION;
  // `2026` and `5` are texts where a text is wanted, as they are to Alertmanager.
  if (out.type === 'string' && !shape.enum) out.type = ['string', 'number'];
  return out;
}

type Fields = Readonly<Record<string, Shape>>;

/** `http_config` stands once for all channels. */
const each = (fields: Fields, one: (shape: Shape) => object): object =>
  Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [
      key,
      key === 'http_config'
        ? { description: field.description, $ref: '#/$defs/http_config' }
        : one(field),
    ]),
  );

const orNothing = (shape: Shape): object => {
  const { type, ...rest } = plain(shape);
  return Array.isArray(type) ? { ...rest, type: [...type, 'null'] } : { ...rest, type };
};

const itemsOf = (list: Shape, items: Shape): object =>
  list.emptyItems ? { anyOf: [plain(items), { type: 'null' }] } : plain(items);

const needed = (shape: Shape, required: readonly string[]): readonly string[] =>
  required.filter((key) => {
    const field = shape.properties?.[key];
    return field?.default === undefined && field?.global === undefined;
  });

export function configJsonSchema(): string {
  const whole = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Tocsin configuration (alertmanager.yml)',
    ...plain(schema),
    $defs: { route: plain(ROUTE), http_config: plain(HTTP) },
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
