import { createHash } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { millis } from '../base/time.ts';
import type { Notice } from '../domain/routing/notice.ts';
import { cutPoints, jsonRequest, objectIn, textIn, withoutEmpty } from '../net/json.ts';
import { answered, judge } from '../net/judge.ts';
import {
  eitherFault,
  fileFor,
  flag,
  httpConfigField,
  httpFaults,
  needed,
  plain,
  secretText,
  templated,
} from '../net/settings.ts';
import { talk } from '../net/talk.ts';
import type { Channel, Rendering, SendResult, SendWorld } from '../ports/channel.ts';

/** Of Opsgenie’s alert API; longer texts are cut, for it refuses them. */
export const OPSGENIE_LIMITS = {
  message_chars_max: 130,
  description_chars_max: 15_000,
  note_chars_max: 25_000,
  entity_chars_max: 512,
} as const;

const API = 'https://api.opsgenie.com/';
const TYPES = ['team', 'teams', 'user', 'escalation', 'schedule'];
const LIST_MAX = 100;
const own = (name: string) => `{{ template "opsgenie.default.${name}" . }}`;

const responder = Type.Object(
  {
    id: templated('Its id.'),
    name: templated('Its name; of teams, several by comma.'),
    username: templated('A user’s address.'),
    type: templated(`One of ${TYPES.join(', ')}.`),
  },
  { additionalProperties: false },
);

const settings = Type.Object(
  {
    http_config: httpConfigField,
    api_key: secretText('Key of an API integration.', {
      template: 'text',
      global: 'opsgenie_api_key',
    }),
    api_key_file: fileFor('key; taken as it is, without templates', {
      global: 'opsgenie_api_key_file',
    }),
    api_url: plain('Where Opsgenie’s API is.', { global: 'opsgenie_api_url', format: 'url' }),
    message: templated('Heading of the alert.', own('message')),
    description: templated('Its text.', own('description')),
    source: templated('Where it comes from.', own('source')),
    details: Type.Record(Type.String(), Type.String(), {
      maxProperties: LIST_MAX,
      default: {},
      template: 'text',
      description: 'Details by name, beside the common labels.',
    }),
    entity: templated('What the alert is about.'),
    responders: Type.Array(responder, {
      maxItems: LIST_MAX,
      default: [],
      description: 'Who is told; one whose fields all come out empty is left out.',
    }),
    actions: templated('Names of actions, by comma.'),
    tags: templated('Tags, by comma.'),
    note: templated('A note on the alert.'),
    priority: templated('P1 to P5.'),
    update_alerts: flag('Change message and description of the open alert, too.'),
  },
  { additionalProperties: false },
);
type OpsgenieSettings = Static<typeof settings>;

const globals = Type.Object({
  opsgenie_api_key: secretText('Key for all Opsgenie receivers.'),
  opsgenie_api_key_file: fileFor('key for all Opsgenie receivers'),
  opsgenie_api_url: Type.String({
    default: API,
    format: 'url',
    description: 'Where Opsgenie’s API is.',
  }),
});

export interface OpsgenieMessage {
  readonly id: string;
  /** Filled in; '' when it stands in a file. */
  readonly key: string;
  /** Made one after the other; each may be made again without harm, by the alias. */
  readonly calls: readonly {
    readonly method: 'POST' | 'PUT';
    readonly path: string;
    readonly body: string;
  }[];
}

export const opsgenie: Channel<OpsgenieSettings, OpsgenieMessage> = {
  name: 'opsgenie',
  summary: 'Creates, changes and closes alerts at Opsgenie.',
  tried: 'recorded bodies',
  settings,
  globals,
  sendResolved: true,
  faults,
  render,
  send,
};

function faults(set: OpsgenieSettings): readonly (readonly [string, string])[] {
  return [
    ...eitherFault(set, 'api_key', 'api_key_file', true),
    ...set.responders.flatMap(({ id, name, username, type }, i) => [
      ...(id || name || username
        ? []
        : [[`responders[${i}].name`, 'one of id, name and username is needed'] as const]),
      ...(type.includes('{{') || TYPES.includes(type.toLowerCase())
        ? []
        : [[`responders[${i}].type`, `one of ${TYPES.join(', ')} is expected`] as const]),
    ]),
    ...httpFaults(set),
  ];
}

type Text = (template: string) => string;

function render(notice: Notice, set: OpsgenieSettings, rendering: Rendering): OpsgenieMessage {
  const text: Text = (template) => rendering.text(template);
  const alias = createHash('sha256').update(notice.groupKey).digest('hex');
  const to = (what: string) => `v2/alerts/${alias}/${what}?identifierType=alias`;
  const call = (method: 'POST' | 'PUT', path: string, body: object) => ({
    method,
    path,
    body: JSON.stringify(body),
  });
  const start = { id: notice.id, key: text(set.api_key).trim() };
  if (rendering.data.Status === 'resolved')
    return { ...start, calls: [call('POST', to('close'), { source: text(set.source) })] };
  const alert = alertOf(alias, set, rendering, text);
  const { message, description } = alert;
  const changes = [
    call('PUT', to('message'), withoutEmpty({ message })),
    call('PUT', to('description'), withoutEmpty({ description })),
  ];
  return {
    ...start,
    calls: [call('POST', 'v2/alerts', alert), ...(set.update_alerts ? changes : [])],
  };
}

function alertOf(alias: string, set: OpsgenieSettings, { data }: Rendering, text: Text) {
  const own = Object.entries(set.details).map(([name, value]) => [name, text(value)] as const);
  const details = Object.entries({ ...data.CommonLabels, ...Object.fromEntries(own) });
  const limit = OPSGENIE_LIMITS;
  const description = cutPoints(text(set.description), limit.description_chars_max);
  return {
    alias,
    message: cutPoints(text(set.message), limit.message_chars_max),
    ...(description !== '' && { description }),
    details: Object.fromEntries(details.sort(([a], [b]) => (a < b ? -1 : 1))),
    source: text(set.source),
    ...withoutEmpty({
      responders: set.responders.flatMap((one) => respondersOf(one, text)),
      tags: listed(text(set.tags)),
      note: cutPoints(text(set.note), limit.note_chars_max),
      priority: text(set.priority),
      entity: cutPoints(text(set.entity), limit.entity_chars_max),
      actions: listed(text(set.actions)),
    }),
  };
}

function respondersOf(one: OpsgenieSettings['responders'][number], text: Text): object[] {
  const [id, name, username] = [text(one.id), text(one.name), text(one.username)];
  const type = text(one.type).toLowerCase();
  if (!id && !name && !username) return [];
  if (type === 'teams') return listed(name).map((team) => ({ name: team, type: 'team' }));
  return [{ ...withoutEmpty({ id, name, username }), type }];
}

const listed = (text: string): readonly string[] =>
  text
    .trim()
    .split(',')
    .filter((part) => part !== '');

function send(out: OpsgenieMessage, set: OpsgenieSettings, world: SendWorld): Promise<SendResult> {
  return talk(settings, set, world, millis(0), async ({ world: inside, tell, hide }) => {
    const key = await needed('api_key', out.key, set.api_key_file, inside);
    hide(key);
    const base = set.api_url || API;
    let last: SendResult = { is: 'never', why: 'there is nothing to say' };
    for (const { method, path, body } of out.calls) {
      const url = `${base}${base.endsWith('/') ? '' : '/'}${path}`;
      const request = jsonRequest(method, url, body, out.id);
      const headers = { ...request.headers, Authorization: `GenieKey ${key}` };
      const reply = await tell({ ...request, headers });
      last = judge(reply, inside.clock.now());
      const words = textIn(objectIn(reply), 'message');
      if (last.is === 'never' && words) return { ...last, why: answered(reply, words) };
      if (last.is !== 'sent') return last;
    }
    return last;
  });
}
