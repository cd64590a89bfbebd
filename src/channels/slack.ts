import { type Static, Type } from 'typebox';
import { millis } from '../base/time.ts';
import type { Notice } from '../domain/routing/notice.ts';
import { durationOf } from '../net/duration.ts';
import type { HttpReply } from '../net/http-request.ts';
import { cutPoints, jsonRequest, objectIn, textIn, withoutEmpty } from '../net/json.ts';
import { judge, laterFor, neverFor } from '../net/judge.ts';
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
  timeoutFaults,
  timeoutField,
} from '../net/settings.ts';
import { talk } from '../net/talk.ts';
import type { Channel, Rendering, SendResult, SendWorld } from '../ports/channel.ts';

/** Slack cuts or refuses longer titles. */
export const TITLE_CHARS_MAX = 1_024;
const LIST_MAX = 100;
const POST_MESSAGE = 'https://slack.com/api/chat.postMessage';

const own = (name: string) => `{{ template "slack.default.${name}" . }}`;

const field = Type.Object(
  {
    title: templated('Heading of the field.'),
    value: templated('What stands below it.'),
    short: Type.Optional(Type.Boolean({ description: 'Beside others; else as short_fields.' })),
  },
  { additionalProperties: false },
);

const confirm = Type.Object(
  {
    title: templated('Heading of the question.'),
    text: templated('The question.'),
    ok_text: templated('Words on the button that goes on.'),
    dismiss_text: templated('Words on the button that does not.'),
  },
  { additionalProperties: false, description: 'Ask before the action is taken.' },
);

const action = Type.Object(
  {
    type: templated('Kind of action; `button`.'),
    text: templated('Words on the button.'),
    url: templated('Where the button leads.'),
    style: templated('`primary`, `danger` or nothing.'),
    name: templated('Name of the action, for buttons that a program of yours answers.'),
    value: templated('Value sent to that program.'),
    confirm: Type.Optional(confirm),
  },
  { additionalProperties: false },
);

const settings = Type.Object(
  {
    http_config: httpConfigField,
    app_token: secretText('Token of a Slack app; messages then go to app_url.', {
      global: 'slack_app_token',
      globalUnless: ['api_url', 'api_url_file', 'http_config.authorization'],
    }),
    app_token_file: fileFor('app’s token', {
      global: 'slack_app_token_file',
      globalUnless: ['api_url', 'api_url_file', 'http_config.authorization'],
    }),
    app_url: plain('Method of Slack’s API that posts a message.', {
      global: 'slack_app_url',
      format: 'url',
    }),
    api_url: secretText('Address of an incoming webhook.', {
      global: 'slack_api_url',
      globalUnless: ['app_token', 'app_token_file'],
      format: 'url',
    }),
    api_url_file: fileFor('webhook’s address', {
      global: 'slack_api_url_file',
      globalUnless: ['app_token', 'app_token_file'],
    }),
    channel: templated('Where to: `#alerts`, `@nora` or an id. Webhooks have one of their own.'),
    username: templated('Name the message comes under.', own('username')),
    color: templated('Colour of the bar: good, warning, danger or #rrggbb.', own('color')),
    title: templated('Heading.', own('title')),
    title_link: templated('Where the heading leads.', own('titlelink')),
    pretext: templated('Text above the bar.', own('pretext')),
    text: templated('Text beside the bar.', own('text')),
    message_text: templated('Text of the message itself, above all attachments.'),
    fields: Type.Array(field, { maxItems: LIST_MAX, default: [], description: 'Fields below.' }),
    short_fields: flag('Fields stand beside each other.'),
    footer: templated('Small text below.', own('footer')),
    fallback: templated('Text where no attachment can be shown.', own('fallback')),
    callback_id: templated('Told to the program that answers actions.', own('callbackid')),
    icon_emoji: templated('Emoji as the sender’s picture.', own('iconemoji')),
    icon_url: templated('Picture of the sender.', own('iconurl')),
    image_url: templated('Picture below the text.'),
    thumb_url: templated('Small picture at the side.'),
    link_names: flag('Make links of #channels and @names in the text.'),
    mrkdwn_in: Type.Array(Type.String(), {
      maxItems: LIST_MAX,
      default: ['fallback', 'pretext', 'text'],
      description: 'Parts in which Slack’s marks for bold and links count.',
    }),
    actions: Type.Array(action, { maxItems: LIST_MAX, default: [], description: 'Buttons.' }),
    update_message: flag('Accepted for compatibility: each notification is a message of its own.'),
    timeout: timeoutField('Slack'),
  },
  { additionalProperties: false },
);
type SlackSettings = Static<typeof settings>;

const globals = Type.Object({
  slack_api_url: secretText('Address of the incoming webhook for all Slack receivers.'),
  slack_api_url_file: fileFor('webhook’s address for all Slack receivers'),
  slack_app_token: secretText('Token of the Slack app for all Slack receivers.'),
  slack_app_token_file: fileFor('app’s token for all Slack receivers'),
  slack_app_url: Type.String({
    default: POST_MESSAGE,
    format: 'url',
    description: 'Method of Slack’s API that posts a message.',
  }),
});

export interface SlackMessage {
  readonly id: string;
  readonly body: string;
}

export const slack: Channel<SlackSettings, SlackMessage> = {
  name: 'slack',
  summary: 'Posts a message to Slack, through an incoming webhook or as an app.',
  tried: 'recorded bodies',
  settings,
  globals,
  sendResolved: false,
  faults,
  render: (notice, set, rendering) => ({
    id: notice.id,
    body: JSON.stringify(message(notice, set, (template) => rendering.text(template))),
  }),
  send,
};

function faults(set: SlackSettings): readonly (readonly [string, string])[] {
  const token = set.app_token !== '' || set.app_token_file !== '';
  // Old files name Slack's API as api_url beside a token: that says the same thing twice.
  const hook = (set.api_url !== '' && set.api_url !== set.app_url) || set.api_url_file !== '';
  return [
    ...eitherFault(set, 'api_url', 'api_url_file', !token),
    ...eitherFault(set, 'app_token', 'app_token_file', false),
    ...(token && hook ? [['app_token', 'not together with api_url'] as const] : []),
    ...(token && set.http_config?.authorization
      ? [['http_config.authorization', 'not together with app_token'] as const]
      : []),
    ...(set.update_message && !token && set.api_url !== POST_MESSAGE
      ? [['update_message', `needs api_url ${POST_MESSAGE}, or an app_token`] as const]
      : []),
    ...set.fields.flatMap((one, i) => missing(one, `fields[${i}]`, ['title', 'value'])),
    ...set.actions.flatMap((one, i) => missing(one, `actions[${i}]`, ['type', 'text'])),
    ...set.actions.flatMap((one, i) =>
      one.url === '' && one.name === ''
        ? [[`actions[${i}].url`, 'one of url and name is needed'] as const]
        : [],
    ),
    ...timeoutFaults(set),
    ...httpFaults(set),
  ];
}

const missing = (one: object, at: string, names: readonly string[]) =>
  names
    .filter((name) => !(one as Readonly<Record<string, unknown>>)[name])
    .map((name) => [`${at}.${name}`, 'is needed'] as const);

type Text = Rendering['text'];

const message = (_notice: Notice, set: SlackSettings, text: Text) => ({
  ...withoutEmpty({
    channel: text(set.channel),
    username: text(set.username),
    icon_emoji: text(set.icon_emoji),
    icon_url: text(set.icon_url),
    link_names: set.link_names,
    text: text(set.message_text),
  }),
  attachments: [attachment(set, text)],
});

const attachment = (set: SlackSettings, text: Text) => ({
  ...withoutEmpty({
    title: cutPoints(text(set.title), TITLE_CHARS_MAX),
    title_link: text(set.title_link),
    pretext: text(set.pretext),
  }),
  text: text(set.text),
  fallback: text(set.fallback),
  callback_id: text(set.callback_id),
  ...withoutEmpty({
    fields: set.fields.map((one) => ({
      title: text(one.title),
      value: text(one.value),
      short: one.short ?? set.short_fields,
    })),
    actions: set.actions.map((one) => actionOf(one, text)),
    image_url: text(set.image_url),
    thumb_url: text(set.thumb_url),
  }),
  footer: text(set.footer),
  ...withoutEmpty({
    color: text(set.color),
    mrkdwn_in: set.mrkdwn_in.length > 0 ? set.mrkdwn_in : ['fallback', 'pretext', 'text'],
  }),
});

/** A button leads somewhere or is answered by a program; what belongs to the other is left out. */
function actionOf(one: SlackSettings['actions'][number], text: Text) {
  const { type, text: words, style, url, name, value, confirm: ask } = one;
  const leads = url !== '';
  return withoutEmpty({
    type: text(type),
    text: text(words),
    url: text(url),
    style: text(style),
    name: leads ? '' : text(name),
    value: leads ? '' : text(value),
    confirm:
      leads || !ask
        ? undefined
        : withoutEmpty({
            text: text(ask.text),
            title: text(ask.title),
            ok_text: text(ask.ok_text),
            dismiss_text: text(ask.dismiss_text),
          }),
  });
}

function send(out: SlackMessage, set: SlackSettings, world: SendWorld): Promise<SendResult> {
  const limit = durationOf(set.timeout) ?? millis(0);
  return talk(settings, set, world, limit, async ({ world: inside, tell }) => {
    const now = inside.clock.now();
    if (set.app_token === '' && set.app_token_file === '') {
      const url = await needed('api_url', set.api_url, set.api_url_file, inside);
      return verdict(await tell(jsonRequest('POST', url, out.body, out.id)), now);
    }
    const credentials = await needed('app_token', set.app_token, set.app_token_file, inside);
    const config = { ...set.http_config, authorization: { type: 'Bearer', credentials } };
    const url = set.app_url || POST_MESSAGE;
    return verdict(await tell(jsonRequest('POST', url, out.body, out.id), config), now);
  });
}

/** What Slack says when it may be asked again, with status 200. */
const PASSING = new Set([
  'ratelimited',
  'rate_limited',
  'message_limit_exceeded',
  'internal_error',
  'fatal_error',
  'request_timeout',
  'service_unavailable',
  'team_added_to_org',
]);

/** A webhook answers `ok` as text; the API answers JSON with `ok`, false too with status 200. */
function verdict(reply: HttpReply, now: SendWorldNow): SendResult {
  const common = judge(reply, now);
  const isJson = /^application\/json/i.test(reply.headers['content-type'] ?? '');
  if (!isJson)
    return common.is !== 'sent' || reply.body.trim() === 'ok'
      ? common
      : neverFor(reply, words(reply));
  const said = objectIn(reply);
  const error = textIn(said, 'error');
  if (common.is === 'never') return neverFor(reply, error);
  if (common.is === 'later') return laterFor(reply, now, error);
  if (said === undefined) return laterFor(reply, now, words(reply));
  if (said.ok === true) return common;
  return PASSING.has(error ?? '')
    ? laterFor(reply, now, error)
    : neverFor(reply, words(reply, error));
}

type SendWorldNow = Parameters<typeof judge>[1];

const words = (reply: HttpReply, error?: string): string =>
  error ?? `answered ${JSON.stringify(reply.body.slice(0, 200))} and not ok`;
