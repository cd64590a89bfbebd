import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { millis } from '../base/time.ts';
import type { Notice } from '../domain/routing/notice.ts';
import { durationOf } from '../net/duration.ts';
import type { HttpReply } from '../net/http-request.ts';
import { cutPoints, jsonRequest, objectIn, textIn, withoutEmpty } from '../net/json.ts';
import { answered, judge, laterFor } from '../net/judge.ts';
import { filled } from '../net/payload.ts';
import {
  eitherFault,
  fileFor,
  httpConfigField,
  httpFaults,
  needed,
  plain,
  secretText,
  templated,
  timeoutFaults,
  timeoutField,
} from '../net/settings.ts';
import { talk } from '../net/talk.ts';
import type { Channel, Rendering, SendResult, SendWorld } from '../ports/channel.ts';

/** Larger events are refused; the details are left out then. */
export const EVENT_BYTES_MAX = 512_000;
export const SUMMARY_CHARS_MAX = 1_024;
/** Room for a key that is read from its file only at the send. */
const KEY_BYTES = 64;
const LIST_MAX = 100;
const ENQUEUE = 'https://events.pagerduty.com/v2/enqueue';
/** Events of version 1 go there, on the same host. */
const V1_PATH = '/generic/2010-04-15/create_event.json';

const DETAILS: Readonly<Record<string, string>> = {
  firing: '{{ .Alerts.Firing | toJson }}',
  resolved: '{{ .Alerts.Resolved | toJson }}',
  num_firing: '{{ .Alerts.Firing | len }}',
  num_resolved: '{{ .Alerts.Resolved | len }}',
};
const own = (name: string) => `{{ template "pagerduty.default.${name}" . }}`;

const image = Type.Object(
  {
    src: templated('Address of the picture; without it there is none.'),
    alt: templated('Words for who cannot see it.'),
    href: templated('Where it leads.'),
  },
  { additionalProperties: false },
);
const link = Type.Object(
  {
    href: templated('Where it leads; without it there is no link.'),
    text: templated('Words of the link.'),
  },
  { additionalProperties: false },
);

const settings = Type.Object(
  {
    http_config: httpConfigField,
    service_key: secretText('Key of an integration of Events API version 1.', {
      template: 'text',
    }),
    service_key_file: fileFor('version 1 key; taken as it is, without templates'),
    routing_key: secretText('Key of an integration of Events API version 2.', {
      template: 'text',
    }),
    routing_key_file: fileFor('version 2 key; taken as it is, without templates'),
    url: plain('Address events are posted to.', { global: 'pagerduty_url', format: 'url' }),
    client: templated('Name of the system that tells.', own('client')),
    client_url: templated('Where that system is.', own('clientURL')),
    description: templated('Summary of the trouble.', own('description')),
    details: Type.Record(Type.String(), Type.Unknown(), {
      maxProperties: LIST_MAX,
      default: DETAILS,
      template: 'text',
      description: 'Details by name; firing, resolved and their numbers are there by themselves.',
    }),
    images: Type.Array(image, { maxItems: LIST_MAX, default: [], description: 'Pictures.' }),
    links: Type.Array(link, { maxItems: LIST_MAX, default: [], description: 'Links.' }),
    source: templated('What is in trouble; the client when empty.'),
    severity: templated('critical, error, warning or info; error when empty.'),
    class: templated('Kind of event.'),
    component: templated('Part of the source.'),
    group: templated('What the source is part of.'),
    timeout: timeoutField('PagerDuty'),
  },
  { additionalProperties: false },
);
type PagerDutySettings = Static<typeof settings>;

const globals = Type.Object({
  pagerduty_url: Type.String({
    default: ENQUEUE,
    format: 'url',
    description: 'Address PagerDuty events are posted to.',
  }),
});

export interface PagerDutyMessage {
  readonly id: string;
  readonly version: 1 | 2;
  /** Filled in; '' when it stands in a file. */
  readonly key: string;
  /** The event without its key, in the order of its fields. */
  readonly event: Readonly<Record<string, unknown>>;
}

export const pagerduty: Channel<PagerDutySettings, PagerDutyMessage> = {
  name: 'pagerduty',
  summary: 'Triggers and resolves incidents at PagerDuty (Events API version 2, or 1).',
  tried: 'recorded bodies',
  settings,
  globals,
  sendResolved: true,
  faults,
  render,
  send,
};

const isV1 = (set: PagerDutySettings): boolean =>
  set.service_key !== '' || set.service_key_file !== '';

function faults(set: PagerDutySettings): readonly (readonly [string, string])[] {
  const none = !isV1(set) && set.routing_key === '' && set.routing_key_file === '';
  return [
    ...(none ? [['routing_key', 'a routing_key or a service_key is needed'] as const] : []),
    ...eitherFault(set, 'routing_key', 'routing_key_file', false),
    ...eitherFault(set, 'service_key', 'service_key_file', false),
    ...timeoutFaults(set),
    ...httpFaults(set),
  ];
}

function render(notice: Notice, set: PagerDutySettings, rendering: Rendering): PagerDutyMessage {
  const text: Text = (template) => rendering.text(template);
  const action = rendering.data.Status === 'firing' ? 'trigger' : 'resolve';
  const key = createHash('sha256').update(notice.groupKey).digest('hex');
  const templates = Object.entries({ ...DETAILS, ...set.details });
  const details = filled(Object.fromEntries(templates.sort(byName)), text);
  const version = isV1(set) ? 1 : 2;
  const make = (said: unknown) =>
    version === 1 ? eventV1(set, text, action, key, said) : eventV2(set, text, action, key, said);
  const event = make(details);
  const fits = Buffer.byteLength(JSON.stringify(event)) <= EVENT_BYTES_MAX - KEY_BYTES;
  return {
    id: notice.id,
    version,
    key: text(version === 1 ? set.service_key : set.routing_key),
    event: fits ? event : make({ error: TOO_LARGE }),
  };
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
  a < b ? -1 : 1;

const TOO_LARGE = `The details were left out: the event was larger than ${EVENT_BYTES_MAX} bytes.`;

type Text = (template: string) => string;
type Action = 'trigger' | 'resolve';

const eventV2 = (
  set: PagerDutySettings,
  text: Text,
  action: Action,
  key: string,
  details: unknown,
) => ({
  dedup_key: key,
  event_action: action,
  payload: {
    summary: cutPoints(text(set.description), SUMMARY_CHARS_MAX),
    source: text(set.source || set.client),
    severity: text(set.severity || 'error'),
    ...withoutEmpty({
      class: text(set.class),
      component: text(set.component),
      group: text(set.group),
    }),
    custom_details: details,
  },
  ...withoutEmpty({
    client: text(set.client),
    client_url: text(set.client_url),
    images: set.images
      .map(({ src, alt, href }) => ({ src: text(src), alt: text(alt), href: text(href) }))
      .filter(({ src }) => src !== ''),
    links: set.links
      .map(({ href, text: words }) => ({ href: text(href), text: text(words) }))
      .filter(({ href }) => href !== ''),
  }),
});

const eventV1 = (
  set: PagerDutySettings,
  text: Text,
  action: Action,
  key: string,
  details: unknown,
) => ({
  incident_key: key,
  event_type: action,
  ...withoutEmpty({ description: cutPoints(text(set.description), SUMMARY_CHARS_MAX) }),
  ...(action === 'trigger' &&
    withoutEmpty({ client: text(set.client), client_url: text(set.client_url) })),
  details,
});

function send(out: PagerDutyMessage, set: PagerDutySettings, world: SendWorld) {
  const limit = durationOf(set.timeout) ?? millis(0);
  return talk(settings, set, world, limit, async ({ world: inside, tell, hide }) => {
    const [name, file] =
      out.version === 1
        ? (['service_key', set.service_key_file] as const)
        : (['routing_key', set.routing_key_file] as const);
    const key = await needed(name, out.key, file, inside);
    hide(key);
    const body = JSON.stringify({ [name]: key, ...out.event });
    const url = set.url || ENQUEUE;
    const to = out.version === 1 ? new URL(V1_PATH, url).href : url;
    const reply = await tell(jsonRequest('POST', to, body, out.id));
    return verdict(reply, out.version, inside.clock.now());
  });
}

/** Version 1 says 403 when there are too many events; both explain a 400 in the body. */
function verdict(reply: HttpReply, version: 1 | 2, now: Parameters<typeof judge>[1]): SendResult {
  if (version === 1 && reply.status === 403) return laterFor(reply, now);
  const common = judge(reply, now);
  if (common.is !== 'never') return common;
  const said = objectIn(reply);
  const errors = Array.isArray(said?.errors) ? said.errors.map(String) : [];
  const words = [textIn(said, 'message') ?? reply.body, ...errors].join('; ');
  return { is: 'never', why: answered(reply, words) };
}
