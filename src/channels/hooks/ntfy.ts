import { Type } from 'typebox';
import { cutBytes } from '../../net/cut-bytes.ts';
import { withoutEmpty } from '../../net/json.ts';
import {
  fileFor,
  flag,
  httpConfigField,
  plain,
  secretText,
  templated,
} from '../../net/settings.ts';
import { hook } from './hook.ts';

/** A longer text becomes an attachment. */
export const NTFY_LIMITS = { message_bytes_max: 4_096, title_bytes_max: 250 } as const;
const SERVER = 'https://ntfy.sh';
const firing = (then: string, otherwise: string) =>
  `{{ if eq .Status "firing" }}${then}{{ else }}${otherwise}{{ end }}`;

export const ntfy = hook({
  name: 'ntfy',
  summary: 'Publishes to a topic of an ntfy server.',
  sendResolved: true,
  needs: ['topic'],
  settings: Type.Object(
    {
      http_config: httpConfigField,
      url: plain('Address of the server.', { default: SERVER, format: 'url' }),
      topic: secretText('Topic; whoever knows it may read it, where the server does not ask.', {
        template: 'text',
      }),
      topic_file: fileFor('topic; taken as it is, without templates'),
      token: secretText('Access token.'),
      token_file: fileFor('access token'),
      title: templated('Title.', '{{ template "ntfy.default.title" . }}'),
      message: templated('Text.', '{{ template "ntfy.default.message" . }}'),
      priority: templated('1 to 5; empty: as the server has it.', firing('4', '2')),
      tags: templated('Tags, by comma.', firing('rotating_light', 'white_check_mark')),
      click: templated('Link the notification leads to.', '{{ .ExternalURL }}'),
      markdown: flag('The text is Markdown.'),
    },
    { additionalProperties: false },
  ),
  faults: (set) =>
    (set.token || set.token_file) && set.http_config?.authorization
      ? [['token', 'not together with http_config.authorization']]
      : [],
  body({ set, text }) {
    const priority = Number(text(set.priority));
    const tags = text(set.tags)
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean);
    return {
      topic: text(set.topic),
      fields: withoutEmpty({
        title: cutBytes(text(set.title), NTFY_LIMITS.title_bytes_max),
        message: cutBytes(text(set.message), NTFY_LIMITS.message_bytes_max),
        priority: [1, 2, 3, 4, 5].includes(priority) ? priority : undefined,
        tags,
        click: text(set.click),
        markdown: set.markdown,
      }),
    };
  },
  async send(body, on) {
    const { set } = on;
    const topic = body.topic || (await on.secret('topic'));
    on.hide(topic);
    const signed = set.token !== '' || set.token_file !== '';
    const headers = signed ? { Authorization: `Bearer ${await on.secret('token')}` } : {};
    return on.postJson(set.url || SERVER, { topic, ...body.fields }, headers);
  },
});
