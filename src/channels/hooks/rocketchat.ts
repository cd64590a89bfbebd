import { Type } from 'typebox';
import { cutPoints, objectIn, textIn, withoutEmpty } from '../../net/json.ts';
import { answered, judge } from '../../net/judge.ts';
import {
  fileFor,
  flag,
  httpConfigField,
  plain,
  secretText,
  templated,
} from '../../net/settings.ts';
import { hook } from './hook.ts';

export const ROCKETCHAT_TITLE_CHARS_MAX = 1_024;
const SERVER = 'https://open.rocket.chat/';
const LIST_MAX = 100;
const COLOUR = '{{ if eq .Status "firing" }}red{{ else }}green{{ end }}';
const own = (name: string) => `{{ template "rocketchat.default.${name}" . }}`;

const field = Type.Object(
  {
    title: templated('Heading of the field.'),
    value: templated('What stands below it.'),
    short: Type.Optional(Type.Boolean({ description: 'Beside others; else as short_fields.' })),
  },
  { additionalProperties: false },
);

const action = Type.Object(
  {
    type: plain('Kind; only buttons are known.'),
    text: templated('Words on the button.'),
    url: templated('Where the button leads.'),
    msg: templated('What the button says in the channel.'),
    image_url: plain('Accepted for compatibility, not sent.'),
    is_webview: flag('Accepted for compatibility, not sent.'),
    webview_height_ratio: plain('Accepted for compatibility, not sent.'),
    msg_in_chat_window: flag('Accepted for compatibility, not sent.'),
    msg_processing_type: plain('Accepted for compatibility, not sent.'),
  },
  { additionalProperties: false },
);

export const rocketchat = hook({
  name: 'rocketchat',
  summary: 'Posts to a Rocket.Chat channel through its REST API.',
  sendResolved: false,
  needs: ['token', 'token_id'],
  settings: Type.Object(
    {
      http_config: httpConfigField,
      api_url: plain('Address of the server.', { global: 'rocketchat_api_url', format: 'url' }),
      token: secretText('Personal access token.', { global: 'rocketchat_token' }),
      token_file: fileFor('token', { global: 'rocketchat_token_file' }),
      token_id: secretText('Id of the token’s user.', { global: 'rocketchat_token_id' }),
      token_id_file: fileFor('id of the token’s user', { global: 'rocketchat_token_id_file' }),
      channel: templated('#channel or @user.'),
      color: templated('Colour of the bar beside the text.', COLOUR),
      title: templated('Title.', own('title')),
      title_link: templated('Link of the title.', own('titlelink')),
      text: templated('Text.', own('text')),
      fields: Type.Array(field, { default: [], maxItems: LIST_MAX, description: 'Fields.' }),
      short_fields: flag('Fields stand beside each other.'),
      emoji: templated('Emoji to post with.', own('emoji')),
      icon_url: templated('Picture to post with.', own('iconurl')),
      image_url: templated('Picture.'),
      thumb_url: templated('Small picture.'),
      link_names: flag('Accepted for compatibility, not sent.'),
      actions: Type.Array(action, { default: [], maxItems: LIST_MAX, description: 'Buttons.' }),
    },
    { additionalProperties: false },
  ),
  globals: Type.Object({
    rocketchat_api_url: plain('Address of the Rocket.Chat server.', {
      default: SERVER,
      format: 'url',
    }),
    rocketchat_token: secretText('Personal access token for Rocket.Chat.'),
    rocketchat_token_file: fileFor('Rocket.Chat token'),
    rocketchat_token_id: secretText('Id of the Rocket.Chat token’s user.'),
    rocketchat_token_id_file: fileFor('id of the Rocket.Chat token’s user'),
  }),
  body: ({ set, text }) => ({
    ...withoutEmpty({
      channel: text(set.channel),
      emoji: text(set.emoji),
      avatar: text(set.icon_url),
    }),
    attachments: [
      withoutEmpty({
        title: cutPoints(text(set.title), ROCKETCHAT_TITLE_CHARS_MAX),
        title_link: text(set.title_link),
        text: text(set.text),
        image_url: text(set.image_url),
        thumb_url: text(set.thumb_url),
        color: text(set.color),
        fields: set.fields.map(({ title, value, short }) => ({
          short: short ?? set.short_fields,
          ...withoutEmpty({ title: text(title), value: text(value) }),
        })),
        actions: set.actions.map((one) => ({
          type: 'button',
          ...withoutEmpty({ text: text(one.text), url: text(one.url), msg: text(one.msg) }),
        })),
      }),
    ],
  }),
  async send(body, on) {
    const server = (on.set.api_url || SERVER).replace(/\/*$/, '');
    return on.postJson(`${server}/api/v1/chat.postMessage`, body, {
      'X-Auth-Token': await on.secret('token'),
      'X-User-Id': await on.secret('token_id'),
    });
  },
  // The API may answer 200 and refuse in the body.
  verdict(reply, now) {
    const common = judge(reply, now);
    if (common.is !== 'sent') return common;
    const said = objectIn(reply);
    if (said?.success === true) return common;
    const why = answered(reply, textIn(said, 'error') ?? `not understood: ${reply.body}`);
    return said ? { is: 'never', why } : { is: 'later', why };
  },
});
