import { Type } from 'typebox';
import { cutBytes } from '../../net/cut-bytes.ts';
import { httpConfigField, plain, templated } from '../../net/settings.ts';
import { hook } from './hook.ts';

export const WEBEX_MESSAGE_BYTES_MAX = 7_439;
const MESSAGES = 'https://webexapis.com/v1/messages';

export const webex = hook({
  name: 'webex',
  summary: 'Posts a message to a Webex room.',
  sendResolved: true,
  needs: ['room_id'],
  settings: Type.Object(
    {
      http_config: httpConfigField,
      api_url: plain('Address messages are posted to.', { global: 'webex_api_url', format: 'url' }),
      room_id: templated('Room to post to.'),
      message: templated('Text; Markdown.', '{{ template "webex.default.message" . }}'),
    },
    { additionalProperties: false },
  ),
  globals: Type.Object({
    webex_api_url: plain('Address Webex messages are posted to.', {
      default: MESSAGES,
      format: 'url',
    }),
  }),
  faults: ({ http_config: http }) =>
    http?.authorization ? [] : [['http_config.authorization', 'the bot’s token is needed']],
  body: ({ set, text }) => ({
    markdown: cutBytes(text(set.message), WEBEX_MESSAGE_BYTES_MAX),
    roomId: text(set.room_id),
  }),
  send: (body, on) => on.postJson(on.set.api_url || MESSAGES, body),
});
