import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { DISCORD_LIMITS, discord } from '../../src/channels/hooks/discord.ts';
import { INCIDENTIO_BYTES_MAX, incidentio } from '../../src/channels/hooks/incidentio.ts';
import { MATTERMOST_TEXT_CHARS_MAX, mattermost } from '../../src/channels/hooks/mattermost.ts';
import { MSTEAMS_LIMITS, msteams } from '../../src/channels/hooks/msteams.ts';
import { NTFY_LIMITS, ntfy } from '../../src/channels/hooks/ntfy.ts';
import { PUSHOVER_LIMITS, pushover } from '../../src/channels/hooks/pushover.ts';
import { ROCKETCHAT_TITLE_CHARS_MAX, rocketchat } from '../../src/channels/hooks/rocketchat.ts';
import { STATE_MESSAGE_CHARS_MAX, victorops } from '../../src/channels/hooks/victorops.ts';
import { WEBEX_MESSAGE_BYTES_MAX, webex } from '../../src/channels/hooks/webex.ts';
import type { Channel } from '../../src/ports/channel.ts';
import { exchanged, FIRING, RESOLVED, settingsOf } from './exact.ts';
import { answers } from './far-side.ts';
import { alert, notice, plainRendering } from './notices.ts';

/** Bodies as the services publish them; nobody has tried them against the services yet. */

const ok = answers(200, '{}');
const KEY = createHash('sha256').update(FIRING.groupKey).digest('hex');
const bodyOf = (body: string | undefined): unknown => JSON.parse(body ?? '');

/** The body a channel makes of these settings, without sending it. */
const said = <S, B>(channel: Channel<S, { readonly body: B }>, given: object, one = FIRING): B =>
  channel.render(one, settingsOf<S>(channel.settings, given), plainRendering(one)).body;

test('discord: an embed with colour, the text above it, a name', async () => {
  const given = (url: string) => ({
    webhook_url: `${url}/api/webhooks/1/x`,
    title: 'T {{ .Text }}',
    message: 'M',
    content: '<@&42>',
    username: 'desk',
  });
  const { result, arrived } = await exchanged(discord, given, FIRING, answers(204));
  assert.equal(result.is, 'sent');
  assert.equal(arrived[0]?.path, '/api/webhooks/1/x');
  assert.deepEqual(bodyOf(arrived[0]?.body), {
    content: '<@&42>',
    embeds: [{ title: 'T db1 is down', description: 'M', color: 10038562 }],
    username: 'desk',
  });
  const over = said(discord, { title: 'T', message: 'M' }, RESOLVED);
  assert.equal(over.embeds[0]?.color, 3066993);
});

test('discord: the address may stand in a file', async () => {
  const files = { '/w': 'http://127.0.0.1:1/nobody\n' };
  const given = () => ({ webhook_url_file: '/w' });
  const { result } = await exchanged(discord, given, FIRING, ok, files);
  assert.deepEqual(result, { is: 'later', why: 'nobody listens there (ECONNREFUSED)' });
});

test('mattermost: one attachment, and a priority that goes together', async () => {
  const given = (url: string) => ({
    webhook_url: url,
    channel: 'ops',
    username: 'desk',
    title: 'T',
    title_link: 'http://x',
    text: 'X',
    color: '#f00',
    fallback: 'F',
    fields: [{ title: 'a', value: '{{ .Text }}', short: false }],
    priority: { priority: 'Urgent', requested_ack: true, persistent_notifications: true },
    props: { card: 'C' },
  });
  const { arrived } = await exchanged(mattermost, given, FIRING, answers(200, 'ok'));
  assert.deepEqual(bodyOf(arrived[0]?.body), {
    channel: 'ops',
    username: 'desk',
    attachments: [
      {
        fallback: 'F',
        color: '#f00',
        text: 'X',
        title: 'T',
        title_link: 'http://x',
        fields: [{ title: 'a', value: 'db1 is down', short: false }],
      },
    ],
    props: { card: 'C' },
    priority: { priority: 'urgent', requested_ack: true, persistent_notifications: true },
  });
  const low = { priority: 'whatever', requested_ack: true, persistent_notifications: true };
  assert.deepEqual(said(mattermost, { priority: low }).priority, { priority: 'standard' });
});

test('mattermost: attachments of one’s own leave the text outside', () => {
  const body = said(mattermost, { text: 'X', username: '', attachments: [{ text: 'A' }] });
  assert.deepEqual(body, { text: 'X', attachments: [{ text: 'A' }] });
});

test('rocketchat: chat.postMessage with its two headers; the body decides', async () => {
  const given = (url: string) => ({
    api_url: `${url}/`,
    token: 'tok',
    token_id: 'uid',
    channel: '#ops',
    title: 'T',
    title_link: '',
    text: 'X',
    color: 'red',
    emoji: ':fire:',
    icon_url: '',
    short_fields: true,
    fields: [{ title: 'a', value: 'b' }],
    actions: [{ type: 'menu', text: 'go', url: 'http://x' }],
  });
  const taken = answers(200, '{"success":true}');
  const { result, arrived } = await exchanged(rocketchat, given, FIRING, taken);
  assert.equal(result.is, 'sent');
  const [one] = arrived;
  assert.equal(one?.path, '/api/v1/chat.postMessage');
  assert.deepEqual([one?.headers['x-auth-token'], one?.headers['x-user-id']], ['tok', 'uid']);
  assert.deepEqual(bodyOf(one?.body), {
    channel: '#ops',
    emoji: ':fire:',
    attachments: [
      {
        title: 'T',
        text: 'X',
        color: 'red',
        fields: [{ short: true, title: 'a', value: 'b' }],
        actions: [{ type: 'button', text: 'go', url: 'http://x' }],
      },
    ],
  });
  const no = answers(200, '{"success":false,"error":"error-invalid-channel"}');
  const refused = await exchanged(rocketchat, given, FIRING, no);
  assert.deepEqual(refused.result, { is: 'never', why: 'HTTP 200: error-invalid-channel' });
});

test('pushover: a form with token and user, which may stand in files', async () => {
  const given = (url: string) => ({
    api_url: `${url}/1/messages.json`,
    token: 'app',
    user_key_file: '/u',
    title: 'T',
    message: ' ',
    url: 'http://x',
    priority: '2',
    retry: '1m30s',
    sound: 'siren',
    ttl: '1h',
  });
  const { arrived } = await exchanged(pushover, given, FIRING, ok, { '/u': 'usr\n' });
  assert.equal(arrived[0]?.headers['content-type'], 'application/x-www-form-urlencoded');
  assert.deepEqual(Object.fromEntries(new URLSearchParams(arrived[0]?.body)), {
    token: 'app',
    user: 'usr',
    title: 'T',
    message: '(no details)',
    url: 'http://x',
    url_title: '',
    priority: '2',
    retry: '90',
    expire: '3600',
    device: '',
    sound: 'siren',
    ttl: '3600',
  });
});

test('ntfy: a JSON message to the server’s root, signed with the token', async () => {
  const given = (url: string) => ({
    url,
    topic: 'ops-alarms',
    token: 'tk_1',
    title: 'T',
    message: 'M',
    priority: '5',
    tags: 'fire, db',
    click: 'http://x',
  });
  const { arrived } = await exchanged(ntfy, given, FIRING, ok);
  assert.equal(arrived[0]?.headers.authorization, 'Bearer tk_1');
  assert.deepEqual(bodyOf(arrived[0]?.body), {
    topic: 'ops-alarms',
    title: 'T',
    message: 'M',
    priority: 5,
    tags: ['fire', 'db'],
    click: 'http://x',
  });
  assert.equal('priority' in said(ntfy, { topic: 'x', priority: 'loud' }).fields, false);
});

test('msteams: an old card; what the connector says in its text counts', async () => {
  const given = (url: string) => ({ webhook_url: url, title: 'T', summary: 'S', text: 'X' });
  const { arrived } = await exchanged(msteams, given, FIRING, answers(200, '1'));
  assert.deepEqual(bodyOf(arrived[0]?.body), {
    '@context': 'http://schema.org/extensions',
    type: 'MessageCard',
    title: 'T',
    summary: 'S',
    text: 'X',
    themeColor: '8C1A1A',
  });
  const busy = answers(200, 'Microsoft Teams endpoint returned HTTP error 429 with ContextId x');
  assert.equal((await exchanged(msteams, given, FIRING, busy)).result.is, 'later');
});

test('victorops: the group is the entity; the key is part of the path', async () => {
  const given = (url: string) => ({
    api_url: `${url}/alert/`,
    api_key: 'k/1',
    routing_key: 'team a',
    message_type: 'nonsense',
    state_message: 'S',
    entity_display_name: 'E',
    monitoring_tool: 'M',
    custom_fields: { Text: '{{ .Text }}' },
  });
  const { arrived } = await exchanged(victorops, given, FIRING, ok);
  assert.equal(arrived[0]?.path, '/alert/k%2F1/team%20a');
  assert.deepEqual(bodyOf(arrived[0]?.body), {
    message_type: 'CRITICAL',
    entity_id: KEY,
    entity_display_name: 'E',
    state_message: 'S',
    monitoring_tool: 'M',
    Text: 'db1 is down',
  });
  const type = (one: typeof FIRING, message_type: string) =>
    said(victorops, { message_type }, one).fields.message_type;
  assert.deepEqual([type(FIRING, 'WARNING'), type(RESOLVED, 'WARNING')], ['WARNING', 'RECOVERY']);
  const reserved = settingsOf<never>(victorops.settings, {
    api_key: 'k',
    routing_key: 'r',
    custom_fields: { entity_id: 'x' },
  });
  assert.deepEqual(victorops.faults?.(reserved), [
    ['custom_fields.entity_id', 'has a setting of its own'],
  ]);
});

test('webex: Markdown to a room, signed by http_config', async () => {
  const given = (url: string) => ({
    api_url: url,
    room_id: 'R',
    message: 'M',
    http_config: { authorization: { credentials: 'bot' } },
  });
  const { arrived } = await exchanged(webex, given, FIRING, ok);
  assert.equal(arrived[0]?.headers.authorization, 'Bearer bot');
  assert.deepEqual(bodyOf(arrived[0]?.body), { markdown: 'M', roomId: 'R' });
  const bare = settingsOf<never>(webex.settings, { room_id: 'R' });
  assert.deepEqual(
    webex.faults?.(bare).map(([field]) => field),
    ['http_config.authorization'],
  );
});

test('incidentio: the data of templates as version 1, counted and bounded', async () => {
  const given = (url: string) => ({ url, alert_source_token: 'tok', max_alerts: 1 });
  const two = notice([alert({ alertname: 'A' }), alert({ alertname: 'B' })]);
  const { arrived } = await exchanged(incidentio, given, two, answers(202));
  assert.equal(arrived[0]?.headers.authorization, 'Bearer tok');
  const body = bodyOf(arrived[0]?.body) as Record<string, unknown>;
  assert.deepEqual(
    [body.version, body.groupKey, body.truncatedAlerts, body.receiver, body.status],
    ['1', two.groupKey, 1, 'ops', 'firing'],
  );
  assert.deepEqual((body.alerts as object[])[0], {
    status: 'firing',
    labels: { alertname: 'A' },
    annotations: {},
    startsAt: '2026-01-01T00:00:00.000Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.example.org/graph?g0.expr=up',
    fingerprint: two.alerts[0]?.fingerprint,
  });
  const sized = (chars: number) =>
    said(
      incidentio,
      { url: 'http://x', alert_source_token: 't' },
      notice([alert({ alertname: 'A' }, { text: 'x'.repeat(chars) }), alert({ alertname: 'B' })]),
    );
  const bytes = (one: object) => Buffer.byteLength(JSON.stringify(one));
  const room = INCIDENTIO_BYTES_MAX - bytes(sized(0));
  assert.deepEqual([sized(room).alerts.length, bytes(sized(room))], [2, INCIDENTIO_BYTES_MAX]);
  assert.deepEqual([sized(room + 1).alerts.length, sized(room + 1).truncatedAlerts], [1, 1]);
  assert.ok(bytes(sized(INCIDENTIO_BYTES_MAX)) < INCIDENTIO_BYTES_MAX);
  assert.match(sized(INCIDENTIO_BYTES_MAX).alerts[0]?.annotations.text ?? '', /x…$/);
});

test('texts are cut at what the services take, and whole at the limit', () => {
  const x = (n: number) => 'x'.repeat(n);
  const cases: [string, number, (text: string) => unknown][] = [
    [
      'discord title',
      DISCORD_LIMITS.title_chars_max,
      (t) => said(discord, { title: t }).embeds[0]?.title,
    ],
    [
      'discord message',
      DISCORD_LIMITS.message_chars_max,
      (t) => said(discord, { message: t }).embeds[0]?.description,
    ],
    [
      'discord content',
      DISCORD_LIMITS.content_chars_max,
      (t) => said(discord, { content: t }).content,
    ],
    [
      'pushover title',
      PUSHOVER_LIMITS.title_chars_max,
      (t) => said(pushover, { title: t }).fields.title,
    ],
    [
      'pushover message',
      PUSHOVER_LIMITS.message_chars_max,
      (t) => said(pushover, { message: t }).fields.message,
    ],
    ['pushover url', PUSHOVER_LIMITS.url_chars_max, (t) => said(pushover, { url: t }).fields.url],
    [
      'pushover url title',
      PUSHOVER_LIMITS.url_title_chars_max,
      (t) => said(pushover, { url_title: t }).fields.url_title,
    ],
    [
      'rocketchat title',
      ROCKETCHAT_TITLE_CHARS_MAX,
      (t) => said(rocketchat, { title: t }).attachments[0]?.title,
    ],
    [
      'victorops',
      STATE_MESSAGE_CHARS_MAX,
      (t) => said(victorops, { state_message: t }).fields.state_message,
    ],
    [
      'mattermost',
      MATTERMOST_TEXT_CHARS_MAX,
      (t) => said(mattermost, { text: t }).attachments[0]?.text,
    ],
  ];
  for (const [what, most, of] of cases) {
    assert.equal(of(x(most)), x(most), what);
    assert.equal(of(x(most + 1)), `${x(most - 1)}…`, what);
  }
  const byBytes: typeof cases = [
    ['webex', WEBEX_MESSAGE_BYTES_MAX, (t) => said(webex, { message: t }).markdown],
    [
      'ntfy message',
      NTFY_LIMITS.message_bytes_max,
      (t) => said(ntfy, { message: t }).fields.message,
    ],
    ['ntfy title', NTFY_LIMITS.title_bytes_max, (t) => said(ntfy, { title: t }).fields.title],
    ['msteams title', MSTEAMS_LIMITS.title_bytes_max, (t) => said(msteams, { title: t }).title],
    ['msteams text', MSTEAMS_LIMITS.text_bytes_max, (t) => said(msteams, { text: t }).text],
  ];
  for (const [what, most, of] of byBytes) {
    assert.equal(of(x(most)), x(most), what);
    assert.equal(of(x(most + 1)), `${x(most - 3)}…`, what);
  }
});
