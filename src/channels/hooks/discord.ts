import { Type } from 'typebox';
import { cutPoints, withoutEmpty } from '../../net/json.ts';
import { fileFor, httpConfigField, plain, secretText, templated } from '../../net/settings.ts';
import { hook } from './hook.ts';

/** In characters, as Discord counts them. */
export const DISCORD_LIMITS = {
  title_chars_max: 256,
  message_chars_max: 4_096,
  content_chars_max: 2_000,
} as const;
const COLOURS = { firing: 0x99_2d_22, resolved: 0x2e_cc_71 };

export const discord = hook({
  name: 'discord',
  summary: 'Posts an embed to a Discord channel through its webhook.',
  sendResolved: true,
  needs: ['webhook_url'],
  settings: Type.Object(
    {
      http_config: httpConfigField,
      webhook_url: secretText('Address of the channel’s webhook.', { format: 'url' }),
      webhook_url_file: fileFor('webhook’s address'),
      content: templated('Text above the embed; mentions go here.'),
      title: templated('Title of the embed.', '{{ template "discord.default.title" . }}'),
      message: templated('Text of the embed.', '{{ template "discord.default.message" . }}'),
      username: plain('Name to post as.'),
      avatar_url: plain('Picture to post with.', { format: 'url' }),
    },
    { additionalProperties: false },
  ),
  body: ({ set, text, data }) => ({
    content: cutPoints(text(set.content), DISCORD_LIMITS.content_chars_max),
    embeds: [
      {
        title: cutPoints(text(set.title), DISCORD_LIMITS.title_chars_max),
        description: cutPoints(text(set.message), DISCORD_LIMITS.message_chars_max),
        color: COLOURS[data.Status],
      },
    ],
    ...withoutEmpty({ username: set.username, avatar_url: set.avatar_url }),
  }),
  send: async (body, on) => on.postJson(await on.secret('webhook_url'), body),
});
