import type { Answer } from './far-side.ts';
import { answers } from './far-side.ts';

/** Stands in every secret of the samples: it must come out nowhere. */
export const MARKER = 'Marker7d1f';

/**
 * How the harness talks to one channel over HTTP. `settings` has one entry for each way in which
 * its secrets can be given; `url` is the fake far side.
 */
export interface Sample {
  settings(url: string): readonly Readonly<Record<string, unknown>>[];
  /** What the far side says when it took the message. */
  readonly ok: Answer;
  /** True when 2xx alone does not mean that the message was taken. */
  readonly readsBody: boolean;
}

const secret = (name: string) => `${MARKER}-${name}`;
const json = { 'Content-Type': 'application/json; charset=utf-8' };

export const SAMPLES: Readonly<Record<string, Sample>> = {
  webhook: {
    settings: (url) => [{ url: `${url}/${secret('url')}` }],
    ok: answers(204),
    readsBody: false,
  },
  slack: {
    settings: (url) => [
      { api_url: `${url}/services/${secret('api_url')}`, channel: '#ops' },
      { app_token: secret('app_token'), app_url: `${url}/api/chat.postMessage`, channel: 'C1' },
    ],
    ok: (arrived, response) => {
      const isApi = arrived.path.startsWith('/api/') || arrived.path === '/elsewhere';
      response.writeHead(200, isApi ? json : { 'Content-Type': 'text/html' });
      response.end(isApi ? '{"ok":true,"channel":"C1","ts":"1503435956.000247"}' : 'ok');
    },
    readsBody: true,
  },
  msteamsv2: {
    settings: (url) => [{ webhook_url: `${url}/workflows/${secret('webhook_url')}` }],
    ok: answers(202),
    readsBody: false,
  },
  pagerduty: {
    settings: (url) => [
      { routing_key: secret('routing_key'), url: `${url}/v2/enqueue` },
      { service_key: secret('service_key'), url: `${url}/v2/enqueue` },
    ],
    ok: answers(
      202,
      '{"status":"success","message":"Event processed","dedup_key":"samplekeyhere"}',
      json,
    ),
    readsBody: false,
  },
  opsgenie: {
    settings: (url) => [{ api_key: secret('api_key'), api_url: url, update_alerts: true }],
    ok: answers(
      202,
      '{"result":"Request will be processed","took":0.302,"requestId":"43a29c5c"}',
      json,
    ),
    readsBody: false,
  },
  telegram: {
    settings: (url) => [
      { bot_token: `110201543:${secret('bot_token')}`, api_url: url, chat_id: -1001234567890 },
    ],
    ok: answers(200, '{"ok":true,"result":{"message_id":17,"date":1767225600,"text":"x"}}', json),
    readsBody: true,
  },
  discord: {
    settings: (url) => [{ webhook_url: `${url}/api/webhooks/1/${secret('webhook_url')}` }],
    ok: answers(204),
    readsBody: false,
  },
  incidentio: {
    settings: (url) => [{ url, alert_source_token: secret('alert_source_token') }],
    ok: answers(202, '{"status":"success","message":"Event accepted"}', json),
    readsBody: false,
  },
  jira: {
    settings: (url) => [{ api_url: `${url}/rest/api/2`, project: 'OPS', issue_type: 'Bug' }],
    ok: answers(200, '{"issues":[],"id":"10000","key":"OPS-1"}', json),
    readsBody: true,
  },
  mattermost: {
    settings: (url) => [{ webhook_url: `${url}/hooks/${secret('webhook_url')}` }],
    ok: answers(200, 'ok'),
    readsBody: false,
  },
  msteams: {
    settings: (url) => [{ webhook_url: `${url}/webhookb2/${secret('webhook_url')}` }],
    ok: answers(200, '1'),
    readsBody: false,
  },
  ntfy: {
    settings: (url) => [{ url, topic: secret('topic'), token: secret('token') }],
    ok: answers(200, '{"id":"sPs71M8A2T","event":"message"}', json),
    readsBody: false,
  },
  pushover: {
    settings: (url) => [
      { api_url: url, user_key: secret('user_key'), token: secret('token'), priority: '2' },
    ],
    ok: answers(200, '{"status":1,"request":"647d2300"}', json),
    readsBody: false,
  },
  rocketchat: {
    settings: (url) => [
      { api_url: url, token: secret('token'), token_id: secret('token_id'), channel: '#ops' },
    ],
    ok: answers(200, '{"success":true,"channel":"ops"}', json),
    readsBody: true,
  },
  sns: {
    settings: (url) => [
      {
        api_url: url,
        sigv4: { region: 'eu-central-1', access_key: 'AKID', secret_key: secret('secret_key') },
        topic_arn: 'arn:aws:sns:eu-central-1:123456789012:ops',
      },
    ],
    ok: answers(200, '<PublishResponse><MessageId>1</MessageId></PublishResponse>'),
    readsBody: false,
  },
  victorops: {
    settings: (url) => [
      { api_url: `${url}/alert/`, api_key: secret('api_key'), routing_key: 'ops' },
    ],
    ok: answers(200, '{"result":"success","entity_id":"x"}', json),
    readsBody: false,
  },
  webex: {
    settings: (url) => [{ api_url: url, room_id: 'room' }],
    ok: answers(200, '{"id":"1"}', json),
    readsBody: false,
  },
  wechat: {
    settings: (url) => [{ api_url: url, api_secret: secret('api_secret'), corp_id: 'corp' }],
    ok: answers(200, '{"errcode":0,"errmsg":"ok","access_token":"t","expires_in":7200}', json),
    readsBody: true,
  },
};

/** How the name and password of HTTP_SECRETS go out. */
export const MARKED_PAIR = Buffer.from(`tocsin:${secret('password')}`).toString('base64');

/** Every secret of http_config, in settings that go together. */
export const HTTP_SECRETS: readonly Readonly<Record<string, unknown>>[] = [
  { basic_auth: { username: 'tocsin', password: secret('password') } },
  { authorization: { credentials: secret('credentials') } },
  { bearer_token: secret('bearer') },
  { http_headers: { 'X-Key': { secrets: [secret('header')] } } },
];
