import { Type } from 'typebox';
import { cutBytes } from '../../net/cut-bytes.ts';
import { judge, laterFor, neverFor } from '../../net/judge.ts';
import { fileFor, httpConfigField, secretText, templated } from '../../net/settings.ts';
import { hook } from './hook.ts';

/** Connectors refuse messages beyond 28 KB; written as JSON a byte may become six. */
export const MSTEAMS_LIMITS = { title_bytes_max: 1_000, text_bytes_max: 18_000 } as const;
const COLOURS = { firing: '8C1A1A', resolved: '2DC72D' };
const own = (name: string) => `{{ template "msteams.default.${name}" . }}`;

export const msteams = hook({
  name: 'msteams',
  summary: 'Posts a card to Microsoft Teams through an old connector; new ones are msteamsv2.',
  sendResolved: true,
  needs: ['webhook_url'],
  settings: Type.Object(
    {
      http_config: httpConfigField,
      webhook_url: secretText('Address of the connector.', { format: 'url' }),
      webhook_url_file: fileFor('connector’s address'),
      title: templated('Title of the card.', own('title')),
      summary: templated('Summary, shown in notifications.', own('summary')),
      text: templated('Text of the card; Markdown.', own('text')),
    },
    { additionalProperties: false },
  ),
  body: ({ set, text, data }) => ({
    '@context': 'http://schema.org/extensions',
    type: 'MessageCard',
    title: cutBytes(text(set.title), MSTEAMS_LIMITS.title_bytes_max),
    summary: cutBytes(text(set.summary), MSTEAMS_LIMITS.title_bytes_max),
    text: cutBytes(text(set.text), MSTEAMS_LIMITS.text_bytes_max),
    themeColor: COLOURS[data.Status],
  }),
  send: async (body, on) => on.postJson(await on.secret('webhook_url'), body),
  // A connector answers 200 and tells in the text what the service behind it said.
  verdict(reply, now) {
    const [, code] = /endpoint returned HTTP error (\d{3})/.exec(reply.body) ?? [];
    if (code === undefined) return judge(reply, now);
    return code === '429' || Number(code) >= 500 ? laterFor(reply, now) : neverFor(reply);
  },
});
