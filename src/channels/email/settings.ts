import { type Static, Type } from 'typebox';
import { hostAndPort } from '../../net/host.ts';
import { HttpConfigSchema } from '../../net/http-config.ts';
import { eitherFault, fileFor, flag, plain, secretText, templated } from '../../net/settings.ts';

/** Of settings and of what templates make of them. A larger body is cut. */
export const EMAIL_LIMITS = {
  recipients_max: 100,
  headers_max: 100,
  header_chars_max: 4_096,
  body_chars_max: 10_000_000,
  /** Mails of which we remember who took them, so that a retry leaves those out. */
  remembered_max: 1_000,
} as const;

/** TLS as `http_config` has it; a mail server is met the same way. */
const tls = (marks: object) =>
  Type.Optional(
    Type.Object(HttpConfigSchema.properties.tls_config.properties, {
      additionalProperties: false,
      description: 'TLS towards the mail server.',
      ...marks,
    }),
  );
const yesNo = (description: string, marks: object) =>
  Type.Optional(Type.Boolean({ description, ...marks }));
const HTML = '{{ template "email.default.html" . }}';

export const settings = Type.Object(
  {
    to: templated('Who gets the mail: addresses, separated by commas.'),
    from: templated('Address of the sender.', '', { global: 'smtp_from' }),
    smarthost: plain('Mail server, host:port; port 465 speaks TLS from the start.', {
      global: 'smtp_smarthost',
    }),
    hello: plain('Name we give in EHLO.', { global: 'smtp_hello' }),
    auth_username: plain('Name to sign in with; without it nobody signs in.', {
      global: 'smtp_auth_username',
    }),
    auth_password: secretText('Password for LOGIN and PLAIN.', { global: 'smtp_auth_password' }),
    auth_password_file: fileFor('password', { global: 'smtp_auth_password_file' }),
    auth_secret: secretText('Secret for CRAM-MD5.', { global: 'smtp_auth_secret' }),
    auth_secret_file: fileFor('secret for CRAM-MD5', { global: 'smtp_auth_secret_file' }),
    auth_identity: plain('Identity to act for, with PLAIN.', { global: 'smtp_auth_identity' }),
    require_tls: yesNo('Speak TLS (STARTTLS) or do not send. False: STARTTLS is not asked for.', {
      global: 'smtp_require_tls',
    }),
    force_implicit_tls: yesNo('TLS from the start, or not; absent: as port 465 says.', {
      global: 'smtp_force_implicit_tls',
    }),
    tls_config: tls({ global: 'smtp_tls_config' }),
    headers: Type.Record(Type.String(), Type.String({ template: 'text' }), {
      default: {},
      maxProperties: EMAIL_LIMITS.headers_max,
      description: 'Further headers; they win over our own.',
    }),
    html: templated('HTML part; empty: none.', HTML, { template: 'html' }),
    text: templated('Text part; empty: none.'),
    threading: Type.Object(
      {
        enabled: flag('Mails of one group form one thread.'),
        thread_by_date: Type.Enum(['daily', 'none'], {
          default: 'daily',
          description: 'daily: a new thread each day (UTC); none: one for good.',
        }),
      },
      { default: {}, additionalProperties: false, description: 'Threads in mail programs.' },
    ),
  },
  { additionalProperties: false },
);

export const globals = Type.Object({
  smtp_from: templated('Address of the sender of mails.'),
  smtp_smarthost: plain('Mail server, host:port.'),
  smtp_hello: Type.String({ default: 'localhost', description: 'Name we give in EHLO.' }),
  smtp_auth_username: plain('Name to sign in with at the mail server.'),
  smtp_auth_password: secretText('Password for LOGIN and PLAIN.'),
  smtp_auth_password_file: fileFor('password'),
  smtp_auth_secret: secretText('Secret for CRAM-MD5.'),
  smtp_auth_secret_file: fileFor('secret for CRAM-MD5'),
  smtp_auth_identity: plain('Identity to act for, with PLAIN.'),
  smtp_require_tls: flag('Speak TLS (STARTTLS) to the mail server or do not send.', true),
  smtp_force_implicit_tls: yesNo('TLS from the start, or not; absent: as port 465 says.', {}),
  smtp_tls_config: tls({}),
});

export type Settings = Static<typeof settings>;

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** They say how the body is built, which is ours to know. */
const OURS = new Set(['content-type', 'content-transfer-encoding', 'mime-version', 'bcc']);

export function faults(s: Settings): readonly (readonly [field: string, why: string])[] {
  const found: (readonly [string, string])[] = [];
  if (!s.to.trim()) found.push(['to', 'an address is needed']);
  if (!s.from) found.push(['from', 'is needed here or as global smtp_from']);
  if (!s.smarthost) found.push(['smarthost', 'is needed here or as global smtp_smarthost']);
  else if (!hostAndPort(s.smarthost)) found.push(['smarthost', 'host:port is expected']);
  return [
    ...found,
    ...eitherFault(s, 'auth_password', 'auth_password_file', false),
    ...eitherFault(s, 'auth_secret', 'auth_secret_file', false),
    ...headerFaults(s),
  ];
}

function headerFaults({ headers, threading }: Settings): (readonly [string, string])[] {
  const seen = new Set<string>();
  return Object.keys(headers).flatMap((name): [string, string][] => {
    const field = `headers.${name}`;
    const lower = name.toLowerCase();
    if (!HEADER_NAME.test(name)) return [[field, 'is no header name']];
    if (OURS.has(lower)) return [[field, 'is made from the message itself']];
    if (seen.has(lower)) return [[field, 'is there twice; case does not matter']];
    seen.add(lower);
    const threads = lower === 'references' || lower === 'in-reply-to';
    return threads && threading.enabled ? [[field, 'not together with threading.enabled']] : [];
  });
}
