import { type Static, Type } from 'typebox';

const FIELD =
  'Each is tried in turn: a path (`alert.host`), a template (`{host}/{port}`), or `=text`.';

const field = (description: string, ...paths: string[]) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 512 }), {
    maxItems: 32,
    default: paths,
    description: `${description} ${FIELD}`,
  });

const matchers = (description: string, value: string) =>
  Type.String({
    maxLength: 4_096,
    default: value,
    description: `${description} Names are paths: \`{status="firing", "alert.kind"!="test"}\`.`,
  });

const NAMES = ['critical', 'major', 'minor', 'warning', 'indeterminate'] as const;

export const hook = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,63}$',
      default: 'default',
      description: 'Last part of the address: POST /in/<name>.',
    }),
    items: Type.String({
      maxLength: 512,
      default: '',
      description: 'Path of the list of alarms in the body; empty: the body itself, one or a list.',
    }),
    resource: field(
      'What is wrong. Missing: the item is refused.',
      'resource',
      'host',
      'hostname',
      'device',
      'instance',
      'node',
      'service',
      'labels.instance',
      'labels.host',
      'labels.service',
    ),
    type: field(
      'What is wrong with it. Missing: the item is refused.',
      'type',
      'alertname',
      'check',
      'event',
      'name',
      'labels.alertname',
    ),
    qualifier: field('Tells apart alarms of one type on one resource.', 'qualifier', 'key'),
    severity: field('A word for the severity.', 'severity', 'priority', 'level', 'labels.severity'),
    severities: Type.Record(Type.String(), Type.Enum([...NAMES]), {
      default: {},
      description: 'What words of this sender mean, in lower case; the usual ones are known.',
    }),
    severity_otherwise: Type.Enum([...NAMES], {
      default: 'warning',
      description: 'Severity where there is no such word, or one that is not known.',
    }),
    text: field(
      'One line for a person; the type where there is none.',
      'text',
      'summary',
      'message',
      'description',
      'title',
      'annotations.summary',
      'annotations.description',
    ),
    link: field(
      'Where the sender shows more: an http or https address.',
      'link',
      'url',
      'generatorURL',
    ),
    time: field(
      'When it happened: RFC 3339, or seconds or milliseconds since 1970. None: at receipt.',
      'time',
      'timestamp',
    ),
    labels: Type.Array(Type.String({ maxLength: 512 }), {
      maxItems: 8,
      default: ['labels', 'tags'],
      description:
        'Paths of objects whose plain members become labels. Empty path: the item itself.',
    }),
    add_labels: Type.Record(Type.String({ maxLength: 256 }), field('A label of that name.'), {
      default: {},
      description: 'Further labels by name.',
    }),
    raise: matchers('An item that matches is an alarm. Empty: every item that is no clear.', ''),
    clear: matchers(
      'An item that matches clears. Empty: nothing does, and a person closes these alarms.',
      'status=~"(?i)(ok|resolved|closed|cleared|recovered|up|normal)"',
    ),
    lease_seconds: Type.Number({
      minimum: 0,
      maximum: 2_592_000,
      default: 0,
      description:
        'The alarm clears unless it is sent again within this; 0: it holds until cleared.',
    }),
  },
  { additionalProperties: false },
);

/** Alertmanager's outgoing webhook, version 4; Grafana's has the same frame. */
const FROM_ALERTMANAGER = {
  name: 'alertmanager',
  items: 'alerts',
  resource: [
    'labels.instance',
    'labels.host',
    'labels.node',
    'labels.service',
    'labels.job',
    '=unknown',
  ],
  type: ['labels.alertname', '=alert'],
  qualifier: ['fingerprint'],
  severity: ['labels.severity', 'labels.priority'],
  severities: {},
  severity_otherwise: 'warning',
  text: ['annotations.summary', 'annotations.description', 'annotations.message'],
  link: ['generatorURL'],
  time: [],
  labels: ['labels'],
  add_labels: {},
  raise: 'status="firing"',
  clear: 'status="resolved"',
  lease_seconds: 0,
};

const GENERIC = {
  name: 'default',
  ...Object.fromEntries(
    Object.entries(hook.properties).map(([name, schema]) => [
      name,
      'default' in schema ? schema.default : '',
    ]),
  ),
};

/** Every field has a default; the reference page is made from this. */
export const settings = Type.Object(
  {
    hooks: Type.Array(hook, {
      maxItems: 64,
      default: [GENERIC, FROM_ALERTMANAGER],
      description: 'One mapping per address.',
    }),
    redact: Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
      maxItems: 64,
      default: ['authorization', 'password', 'passwd', 'secret', 'token', 'apikey', 'api_key'],
      description: 'Members of these names, whatever their case, are never kept.',
    }),
  },
  { additionalProperties: false },
);

export type Hook = Static<typeof hook>;
export type WebhookSettings = Static<typeof settings>;
