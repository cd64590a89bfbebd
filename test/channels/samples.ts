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
