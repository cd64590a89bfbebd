import { type Static, Type } from 'typebox';
import { cut } from '../base/text.ts';
import { type Instant, millis } from '../base/time.ts';
import type { Notice } from '../domain/routing/notice.ts';
import type { HttpReply } from '../net/http-request.ts';
import { jsonRequest, objectIn, textIn } from '../net/json.ts';
import { judge, laterFor, neverFor } from '../net/judge.ts';
import { SendFault } from '../net/send-fault.ts';
import {
  eitherFault,
  fileFor,
  flag,
  httpConfigField,
  httpFaults,
  needed,
  plain,
  secretText,
} from '../net/settings.ts';
import { type Talk, talk } from '../net/talk.ts';
import type { Channel, Rendering, SendResult, SendWorld } from '../ports/channel.ts';

/** Telegram refuses longer messages. */
export const MESSAGE_CHARS_MAX = 4_096;

const API = 'https://api.telegram.org';
const PARSE_MODES = ['', 'Markdown', 'MarkdownV2', 'HTML'] as const;

const settings = Type.Object(
  {
    http_config: httpConfigField,
    api_url: plain('Where the Bot API is.', { global: 'telegram_api_url', format: 'url' }),
    bot_token: secretText('Token of the bot.', {
      global: 'telegram_bot_token',
    }),
    bot_token_file: fileFor('bot’s token', {
      global: 'telegram_bot_token_file',
    }),
    chat_id: Type.Integer({
      minimum: Number.MIN_SAFE_INTEGER,
      maximum: Number.MAX_SAFE_INTEGER,
      default: 0,
      description: 'Number of the chat; groups have negative ones.',
    }),
    chat_id_file: fileFor('chat’s number'),
    message_thread_id: Type.Integer({
      minimum: 0,
      default: 0,
      description: 'Number of the topic in a group that has topics; 0: none.',
    }),
    message: Type.String({
      default: '{{ template "telegram.default.message" . }}',
      template: 'html',
      description: 'Text of the message; with parse_mode HTML, values are escaped for it.',
    }),
    disable_notifications: flag('Come without a sound.'),
    parse_mode: Type.Enum([...PARSE_MODES], {
      default: 'HTML',
      description: 'Marks that count in the text: HTML, MarkdownV2, Markdown, or none.',
    }),
  },
  { additionalProperties: false },
);
type TelegramSettings = Static<typeof settings>;

const globals = Type.Object({
  telegram_api_url: Type.String({
    default: API,
    format: 'url',
    description: 'Where the Bot API is.',
  }),
  telegram_bot_token: secretText('Token of the bot for all Telegram receivers.'),
  telegram_bot_token_file: fileFor('bot’s token for all Telegram receivers'),
});

export interface TelegramMessage {
  readonly id: string;
  readonly text: string;
}

export const telegram: Channel<TelegramSettings, TelegramMessage> = {
  name: 'telegram',
  summary: 'Sends a message to a Telegram chat as a bot.',
  tried: 'recorded bodies',
  settings,
  globals,
  sendResolved: true,
  faults: (set) => [
    ...eitherFault(set, 'bot_token', 'bot_token_file', true),
    ...eitherFault(set, 'chat_id', 'chat_id_file', true),
    ...httpFaults(set),
  ],
  render,
  send,
};

function render(notice: Notice, set: TelegramSettings, rendering: Rendering): TelegramMessage {
  const isHtml = set.parse_mode === 'HTML';
  const text = isHtml ? rendering.html(set.message) : rendering.text(set.message);
  return {
    id: notice.id,
    text:
      isHtml && text.length > MESSAGE_CHARS_MAX ? shortHtml(text) : cut(text, MESSAGE_CHARS_MAX),
  };
}

/** Cut HTML would be refused: it goes without its tags, and no entity is cut in half. */
function shortHtml(html: string): string {
  const bare = html.replace(/<[^<>]*>/g, '');
  if (bare.length <= MESSAGE_CHARS_MAX) return bare;
  return `${cut(bare, MESSAGE_CHARS_MAX)
    .slice(0, -1)
    .replace(/&[^;&]{0,16}$/, '')}…`;
}

function send(out: TelegramMessage, set: TelegramSettings, world: SendWorld): Promise<SendResult> {
  return talk(settings, set, world, millis(0), async (line) => {
    const token = await needed('bot_token', set.bot_token, set.bot_token_file, line.world);
    line.hide(token);
    const url = `${(set.api_url || API).replace(/\/+$/, '')}/bot${token}/sendMessage`;
    const chat = await chatOf(set, line);
    const tell = (parseMode: string) =>
      line.tell(jsonRequest('POST', url, bodyOf(out, set, chat, parseMode), out.id));
    const now = () => line.world.clock.now();
    const reply = await tell(set.parse_mode);
    // A label with a `_` too many must not cost the page: then it goes without marks.
    const marksFail = set.parse_mode !== '' && /can't parse entities/i.test(reply.body);
    return verdict(marksFail ? await tell('') : reply, now());
  });
}

async function chatOf(set: TelegramSettings, { world }: Talk): Promise<number> {
  if (set.chat_id !== 0) return set.chat_id;
  const text = await needed('chat_id', '', set.chat_id_file, world);
  const id = Number(text);
  if (!Number.isSafeInteger(id)) throw new SendFault('chat_id_file holds no number', false);
  return id;
}

const bodyOf = (
  { text }: TelegramMessage,
  set: TelegramSettings,
  chat: number,
  parseMode: string,
): string =>
  JSON.stringify({
    chat_id: chat,
    ...(set.message_thread_id > 0 && { message_thread_id: set.message_thread_id }),
    text,
    ...(parseMode !== '' && { parse_mode: parseMode }),
    disable_web_page_preview: true,
    disable_notification: set.disable_notifications,
  });

/** `{ok, description, error_code, parameters: {retry_after, migrate_to_chat_id}}`. */
function verdict(reply: HttpReply, now: Instant): SendResult {
  const said = objectIn(reply);
  const common = judge(reply, now);
  if (said?.ok === true && common.is === 'sent') return common;
  const { retry_after: wait, migrate_to_chat_id: moved } = (said?.parameters ?? {}) as Record<
    string,
    unknown
  >;
  const words = textIn(said, 'description') ?? reply.body;
  if (typeof moved === 'number') return neverFor(reply, `${words}: write ${moved} as the chat_id`);
  if (common.is === 'never') return neverFor(reply, words);
  const asked = typeof wait === 'number' && wait > 0 ? `${Math.ceil(wait)}` : undefined;
  const headers = { ...reply.headers, ...(asked !== undefined && { 'retry-after': asked }) };
  if (common.is === 'later' || said === undefined)
    return laterFor({ ...reply, headers }, now, words);
  return neverFor(reply, words);
}
