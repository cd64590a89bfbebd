import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slack, TITLE_CHARS_MAX } from '../../src/channels/slack.ts';
import { exchanged, FIRING, settingsOf } from './exact.ts';
import { answers } from './far-side.ts';
import { plainRendering } from './notices.ts';

const json = { 'Content-Type': 'application/json; charset=utf-8' };

test('the body is Slack’s message with one attachment, field by field', async () => {
  const given = (url: string) => ({
    api_url: `${url}/services/T000/B000/XXXX`,
    channel: '#ops',
    icon_emoji: ':fire:',
    icon_url: '',
    link_names: true,
    message_text: '{{ .Text }}',
    text: '{{ .Text }}',
    short_fields: true,
    fields: [
      { title: 'Where', value: '{{ .Text }}' },
      { title: 'Long', value: 'x', short: false },
    ],
    actions: [
      { type: 'button', text: 'Look', url: 'http://x/', name: 'gone', confirm: { text: 'gone' } },
      {
        type: 'button',
        text: 'Ack',
        name: 'ack',
        value: '1',
        style: 'primary',
        confirm: { text: 'Sure?', ok_text: 'Yes' },
      },
    ],
  });
  const { result, arrived } = await exchanged(slack, given, FIRING, answers(200, 'ok'));
  assert.deepEqual(result, { is: 'sent', detail: 'HTTP 200' });
  assert.equal(arrived[0]?.path, '/services/T000/B000/XXXX');
  assert.equal(
    arrived[0]?.body,
    JSON.stringify({
      channel: '#ops',
      username: 'slack.default.username of ops',
      icon_emoji: ':fire:',
      link_names: true,
      text: 'db1 is down',
      attachments: [
        {
          title: 'slack.default.title of ops',
          title_link: 'slack.default.titlelink of ops',
          pretext: 'slack.default.pretext of ops',
          text: 'db1 is down',
          fallback: 'slack.default.fallback of ops',
          callback_id: 'slack.default.callbackid of ops',
          fields: [
            { title: 'Where', value: 'db1 is down', short: true },
            { title: 'Long', value: 'x', short: false },
          ],
          actions: [
            { type: 'button', text: 'Look', url: 'http://x/' },
            {
              type: 'button',
              text: 'Ack',
              style: 'primary',
              name: 'ack',
              value: '1',
              confirm: { text: 'Sure?', ok_text: 'Yes' },
            },
          ],
          footer: 'slack.default.footer of ops',
          color: 'slack.default.color of ops',
          mrkdwn_in: ['fallback', 'pretext', 'text'],
        },
      ],
    }),
  );
});

test('as an app it posts to the API with its token, which may stand in a file', async () => {
  const given = (url: string) => ({
    app_token_file: '/token',
    app_url: `${url}/api/chat.postMessage`,
  });
  const ok = answers(200, '{"ok":true,"channel":"C1","ts":"1503435956.000247"}', json);
  const { result, arrived } = await exchanged(slack, given, FIRING, ok, {
    '/token': 'xoxb-1234\n',
  });
  assert.equal(result.is, 'sent');
  assert.equal(arrived[0]?.path, '/api/chat.postMessage');
  assert.equal(arrived[0]?.headers.authorization, 'Bearer xoxb-1234');
});

test('what Slack answers decides, not its status alone', async () => {
  const said = async (status: number, body: string, headers = {}) => {
    const given = (url: string) => ({ api_url: url });
    const { result } = await exchanged(slack, given, FIRING, answers(status, body, headers));
    return result.is === 'sent' ? 'sent' : `${result.is} ${result.why}`;
  };
  assert.equal(await said(200, 'ok'), 'sent');
  assert.equal(await said(200, '{"ok":true}', json), 'sent');
  assert.equal(
    await said(200, '{"ok":false,"error":"channel_not_found"}', json),
    'never HTTP 200: channel_not_found',
  );
  assert.equal(
    await said(200, '{"ok":false,"error":"ratelimited"}', json),
    'later HTTP 200: ratelimited',
  );
  assert.equal(await said(404, 'channel_is_archived'), 'never HTTP 404: channel_is_archived');
  assert.match(await said(200, 'invalid_payload'), /^never HTTP 200: answered "invalid_payload"/);
  assert.match(await said(200, '{"ok":', json), /^later/);
});

test('2.4 a title is cut at 1,024 characters, not before', () => {
  const titleOf = (title: string) =>
    JSON.parse(
      slack.render(
        FIRING,
        settingsOf(slack.settings, { api_url: 'http://x', title }),
        plainRendering(FIRING),
      ).body,
    ).attachments[0].title;
  assert.equal(titleOf('x'.repeat(TITLE_CHARS_MAX)), 'x'.repeat(TITLE_CHARS_MAX));
  assert.equal(titleOf('x'.repeat(TITLE_CHARS_MAX + 1)), `${'x'.repeat(TITLE_CHARS_MAX - 1)}…`);
});

test('one address is needed, and what cannot go together is said', () => {
  const faults = (given: object) =>
    slack.faults?.(settingsOf(slack.settings, given)).map(([field]) => field);
  assert.deepEqual(faults({}), ['api_url']);
  assert.deepEqual(faults({ app_token: 'x' }), []);
  assert.deepEqual(faults({ app_token: 'x', api_url: 'http://x' }), ['app_token']);
  assert.deepEqual(faults({ app_token: 'x', api_url: 'http://x', app_url: 'http://x' }), []);
  assert.deepEqual(faults({ api_url: 'http://x', update_message: true }), ['update_message']);
  assert.deepEqual(faults({ api_url: 'http://x', fields: [{ title: '', value: 'x' }] }), [
    'fields[0].title',
  ]);
  assert.deepEqual(
    faults({ api_url: 'http://x', actions: [{ type: 'button', text: 'x', url: '', name: '' }] }),
    ['actions[0].url'],
  );
});
