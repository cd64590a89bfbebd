import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { after, type Instant, millis } from '../../base/time.ts';
import { cutBytes } from '../../net/cut-bytes.ts';
import type { HttpReply } from '../../net/http-request.ts';
import { objectIn, textIn } from '../../net/json.ts';
import { answered, judge } from '../../net/judge.ts';
import { SendFault } from '../../net/send-fault.ts';
import { fileFor, httpConfigField, plain, secretText, templated } from '../../net/settings.ts';
import type { SendResult } from '../../ports/channel.ts';
import { encoded, hook, type Wire } from './hook.ts';

export const WECHAT_MESSAGE_BYTES_MAX = 2_048;
/** Access tokens kept at once; the oldest leaves first. */
export const WECHAT_TOKENS_MAX = 64;
const API = 'https://qyapi.weixin.qq.com/cgi-bin/';
const LIFE_SECONDS_MAX = 7_200;
const own = (name: string) => `{{ template "wechat.default.${name}" . }}`;

const settings = Type.Object(
  {
    http_config: httpConfigField,
    api_url: plain('Address of the API.', { global: 'wechat_api_url', format: 'url' }),
    api_secret: secretText('Secret of the application.', {
      global: 'wechat_api_secret',
      template: 'text',
    }),
    api_secret_file: fileFor('secret of the application', { global: 'wechat_api_secret_file' }),
    corp_id: templated('Id of the organisation.', '', { global: 'wechat_api_corp_id' }),
    agent_id: templated('Id of the application.', own('agent_id')),
    to_user: templated('Members, separated by |; @all for all.', own('to_user')),
    to_party: templated('Departments, separated by |.', own('to_party')),
    to_tag: templated('Tags, separated by |.', own('to_tag')),
    message: templated('Text.', own('message')),
    message_type: Type.Enum(['text', 'markdown'], {
      default: 'text',
      description: 'Kind of text.',
    }),
  },
  { additionalProperties: false },
);

export const wechat = hook({
  name: 'wechat',
  summary: 'Sends a message through an application of WeCom (WeChat Work).',
  sendResolved: false,
  needs: ['api_secret', 'corp_id'],
  settings,
  globals: Type.Object({
    wechat_api_url: plain('Address of WeCom’s API.', { default: API, format: 'url' }),
    wechat_api_secret: secretText('Secret of the WeCom application.'),
    wechat_api_secret_file: fileFor('secret of the WeCom application'),
    wechat_api_corp_id: plain('Id of the organisation at WeCom.'),
  }),
  body({ set, text }) {
    const content = { content: cutBytes(text(set.message), WECHAT_MESSAGE_BYTES_MAX) };
    return {
      corp: text(set.corp_id),
      secret: text(set.api_secret),
      message: {
        touser: text(set.to_user),
        toparty: text(set.to_party),
        totag: text(set.to_tag),
        agentid: text(set.agent_id),
        msgtype: set.message_type,
        [set.message_type]: content,
        safe: '0',
      },
    };
  },
  async send(body, on) {
    const secret = body.secret || (await on.secret('api_secret'));
    on.hide(secret);
    const api = (on.set.api_url || API).replace(/\/*$/, '');
    const first = await said(
      body.message,
      await tokenFor(api, body.corp, secret, on, false),
      api,
      on,
    );
    if (!STALE.has(codeIn(first) ?? 0)) return verdict(first, on.world.clock.now());
    const token = await tokenFor(api, body.corp, secret, on, true);
    return verdict(await said(body.message, token, api, on), on.world.clock.now());
  },
});

/** The access token is not valid, or not any more. */
const STALE = new Set([40_014, 42_001]);
const codeIn = (reply: HttpReply): number | undefined => {
  const code = objectIn(reply)?.errcode;
  return typeof code === 'number' ? code : undefined;
};

type Spoken = Wire<{ readonly api_url: string }>;

const said = (message: object, token: string, api: string, on: Spoken): Promise<HttpReply> =>
  on.postJson(`${api}/message/send?access_token=${encoded(token)}`, message);

function verdict(reply: HttpReply, now: Instant): SendResult {
  const common = judge(reply, now);
  const code = codeIn(reply);
  if (common.is !== 'sent' || code === 0) return common;
  if (code === undefined)
    return { is: 'later', why: answered(reply, `not understood: ${reply.body}`) };
  const why = answered(reply, `${code} ${textIn(objectIn(reply), 'errmsg') ?? ''}`);
  // -1: the system is busy; 45009 and 45033: too many at once.
  return [-1, 45_009, 45_033].includes(code) ? { is: 'later', why } : { is: 'never', why };
}

const tokens = new Map<string, { readonly token: string; readonly until: Instant }>();

/** WeCom hands out few tokens an hour: one is used as long as it lives. */
async function tokenFor(
  api: string,
  corp: string,
  secret: string,
  on: Spoken,
  renew: boolean,
): Promise<string> {
  const { clock, trust } = on.world;
  const key = createHash('sha256')
    .update(JSON.stringify([api, corp, secret, trust]))
    .digest('hex');
  const known = tokens.get(key);
  if (known && !renew && known.until > clock.now()) return hidden(known.token, on);
  const url = `${api}/gettoken?corpid=${encoded(corp)}&corpsecret=${encoded(secret)}`;
  const headers = { 'Idempotency-Key': on.id };
  const reply = await on.tell({ method: 'GET', url, headers, body: '' });
  const answer = objectIn(reply);
  const token = textIn(answer, 'access_token');
  const code = codeIn(reply);
  if (token === undefined) {
    const judged = judge(reply, clock.now());
    throw new SendFault(
      `no access token: ${answered(reply, reply.body)}`,
      judged.is === 'never' || (code !== undefined && code > 0),
    );
  }
  const life = Math.min(Number(answer?.expires_in) || LIFE_SECONDS_MAX, LIFE_SECONDS_MAX);
  tokens.delete(key);
  tokens.set(key, { token, until: after(clock.now(), millis(life * 1000)) });
  for (const oldest of tokens.keys()) {
    if (tokens.size <= WECHAT_TOKENS_MAX) break;
    tokens.delete(oldest);
  }
  return hidden(token, on);
}

function hidden(token: string, on: Spoken): string {
  on.hide(token);
  return token;
}
