import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGE_CHARS_MAX, telegram } from '../../src/channels/telegram.ts';
import { rendering } from '../../src/template/rendering.ts';
import { parseTemplates } from '../../src/template/set.ts';
import { exchanged, FIRING, settingsOf } from './exact.ts';
import { type Answer, answers } from './far-side.ts';
import { alert, notice, plainRendering } from './notices.ts';

const taken = answers(200, '{"ok":true,"result":{"message_id":17}}');
const bot = (more: object) => (url: string) => ({
  bot_token: '110201543:AAHdqTcv',
  api_url: `${url}/`,
  chat_id: -1001234567890,
  ...more,
});

test('the body is sendMessage’s, to the bot’s own address', async () => {
  const more = { message: '<b>{{ .Text }}</b>', message_thread_id: 5, disable_notifications: true };
  const { result, arrived } = await exchanged(telegram, bot(more), FIRING, taken);
  assert.deepEqual(result, { is: 'sent', detail: 'HTTP 200' });
  assert.equal(arrived[0]?.path, '/bot110201543:AAHdqTcv/sendMessage');
  assert.deepEqual(JSON.parse(arrived[0]?.body ?? ''), {
    chat_id: -1001234567890,
    message_thread_id: 5,
    text: plainRendering(FIRING).html('<b>{{ .Text }}</b>'),
    parse_mode: 'HTML',
    disable_web_page_preview: true,
    disable_notification: true,
  });
});

test('4.2 token and chat may stand in files', async () => {
  const given = (url: string) => ({ bot_token_file: '/t', chat_id_file: '/c', api_url: url });
  const files = { '/t': '1:x\n', '/c': ' -42\n' };
  const { arrived } = await exchanged(telegram, given, FIRING, taken, files);
  assert.equal(arrived[0]?.path, '/bot1:x/sendMessage');
  assert.equal(JSON.parse(arrived[0]?.body ?? '').chat_id, -42);
});

test('2.4 a message is cut at 4,096 characters; cut HTML goes without tags and half entities', () => {
  const textOf = (message: string, parse_mode: string, text = '') => {
    const one = notice([alert({ alertname: 'x' }, { summary: text })]);
    const set = settingsOf<Parameters<typeof telegram.send>[1]>(telegram.settings, {
      message,
      parse_mode,
    });
    const rendering = plainRendering(one);
    return telegram.render(one, set, { ...rendering, html: rendering.text }).text;
  };
  const full = 'x'.repeat(MESSAGE_CHARS_MAX);
  assert.equal(textOf(full, ''), full);
  assert.equal(textOf(`${full}x`, 'MarkdownV2'), `${'x'.repeat(MESSAGE_CHARS_MAX - 1)}…`);
  assert.equal(
    textOf(`${full.slice(7)}<b>x</b>`.slice(0, MESSAGE_CHARS_MAX), 'HTML').length,
    MESSAGE_CHARS_MAX,
  );
  assert.equal(textOf(`<b>${full}</b>`, 'HTML'), full);
  const long = textOf(`<b>${'x'.repeat(MESSAGE_CHARS_MAX - 4)}&amp;&amp;</b>`, 'HTML');
  assert.equal(long, `${'x'.repeat(MESSAGE_CHARS_MAX - 4)}…`);
});

test('2.5 what a sender wrote is no HTML in the message', () => {
  const one = notice(
    [alert({ alertname: '<b>x</b>' }, { summary: '<a href="javascript:1">y</a>' })],
    {
      groupLabels: { alertname: '<b>x</b>' },
    },
  );
  const templates = parseTemplates([]);
  assert.ok('inline' in templates);
  const options = { now: one.at, externalUrl: 'http://desk.example.org' };
  const set = settingsOf<Parameters<typeof telegram.send>[1]>(telegram.settings, { chat_id: 1 });
  const { text } = telegram.render(one, set, rendering(templates, one, options));
  assert.ok(text.includes('&lt;b&gt;x&lt;/b&gt;'), text);
  assert.doesNotMatch(text, /<b>x|<a href="javascript/);
});

test('2.5 marks that Telegram cannot read do not cost the page: it goes without them', async () => {
  const picky: Answer = (arrived, response, nth) =>
    (JSON.parse(arrived.body).parse_mode
      ? answers(
          400,
          '{"ok":false,"error_code":400,"description":"Bad Request: can\'t parse entities: x"}',
        )
      : taken)(arrived, response, nth);
  const { result, arrived } = await exchanged(
    telegram,
    bot({ parse_mode: 'Markdown' }),
    FIRING,
    picky,
  );
  assert.deepEqual([result.is, arrived.length], ['sent', 2]);
});

test('what Telegram answers decides, with its own words and its own wait', async () => {
  const said = async (status: number, body: object) =>
    (await exchanged(telegram, bot({}), FIRING, answers(status, JSON.stringify(body)))).result;
  assert.deepEqual(
    await said(429, {
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 34',
      parameters: { retry_after: 34 },
    }),
    { is: 'later', why: 'HTTP 429: Too Many Requests: retry after 34', retryAfter: 34_000 },
  );
  assert.deepEqual(
    await said(400, { ok: false, error_code: 400, description: 'Bad Request: chat not found' }),
    { is: 'never', why: 'HTTP 400: Bad Request: chat not found' },
  );
  assert.deepEqual(
    await said(400, {
      ok: false,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: -100 },
    }),
    {
      is: 'never',
      why: 'HTTP 400: Bad Request: group chat was upgraded to a supergroup chat: write -100 as the chat_id',
    },
  );
  assert.equal((await said(401, { ok: false, description: 'Unauthorized' })).is, 'never');
  assert.equal((await said(200, { ok: false, description: 'no' })).is, 'never');
});
