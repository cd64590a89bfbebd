import { type Static, Type } from 'typebox';

/**
 * `http_config` as Prometheus and Alertmanager read it: how a channel speaks HTTP. Absent means
 * unset, as in Go. A `*_file` is read at each send, so that a changed secret needs no reload.
 */

const text = (description: string) => Type.Optional(Type.String({ description }));
const file = (what: string) => text(`File with the ${what}; read at each send.`);
const secret = (description: string) => Type.Optional(Type.String({ description, secret: true }));
const yes = (description: string) => Type.Optional(Type.Boolean({ default: true, description }));
const no = (description: string) => Type.Optional(Type.Boolean({ default: false, description }));
const strict = { additionalProperties: false } as const;

const TLS_VERSIONS = ['TLS10', 'TLS11', 'TLS12', 'TLS13'] as const;
const version = (which: string) =>
  Type.Optional(Type.Enum([...TLS_VERSIONS], { description: `${which} version of TLS.` }));

const tls = Type.Object(
  {
    ca: text('Certificates of the authorities to trust, PEM.'),
    ca_file: file('authorities’ certificates'),
    cert: text('Our own certificate, PEM.'),
    cert_file: file('certificate'),
    key: secret('Key of our certificate, PEM.'),
    key_file: file('key'),
    server_name: text('Name that the far side’s certificate must have, if not the host’s.'),
    insecure_skip_verify: no('Take any certificate. Anybody on the way can then read and answer.'),
    min_version: version('Lowest'),
    max_version: version('Highest'),
  },
  { ...strict, description: 'TLS towards the far side.' },
);

const HEADERS_MAX = 100;
const proxyKeys = {
  proxy_url: Type.Optional(
    Type.String({
      description: 'Proxy to go through: http:// or https://, a name and password may be in it.',
      format: 'url',
      secret: true,
    }),
  ),
  no_proxy: text('Reached without the proxy: names, .domains, addresses and networks, by comma.'),
  proxy_from_environment: no('Take the proxy from HTTP_PROXY, HTTPS_PROXY and NO_PROXY.'),
  proxy_connect_header: Type.Optional(
    Type.Record(Type.String(), Type.Array(Type.String({ secret: true }), { maxItems: 16 }), {
      description: 'Headers sent to the proxy with CONNECT.',
    }),
  ),
};

const basicAuth = Type.Object(
  {
    username: text('Name to sign in with.'),
    username_file: file('name'),
    password: secret('Password to sign in with.'),
    password_file: file('password'),
  },
  { ...strict, description: 'Sign in with a name and a password (RFC 7617).' },
);

const authorization = Type.Object(
  {
    type: Type.Optional(Type.String({ default: 'Bearer', description: 'Word before the token.' })),
    credentials: secret('The token.'),
    credentials_file: file('token'),
  },
  { ...strict, description: 'An Authorization header with a fixed token.' },
);

const oauth2 = Type.Object(
  {
    client_id: text('Who we are to the token’s issuer.'),
    client_secret: secret('Our secret with the token’s issuer.'),
    client_secret_file: file('secret'),
    token_url: Type.Optional(
      Type.String({ description: 'Where tokens are handed out.', format: 'url' }),
    ),
    scopes: Type.Optional(
      Type.Array(Type.String(), { maxItems: 100, description: 'Scopes to ask for.' }),
    ),
    endpoint_params: Type.Optional(
      Type.Record(Type.String(), Type.String({ secret: true }), {
        description: 'Further parameters of the request for a token.',
      }),
    ),
    tls_config: Type.Optional(tls),
    ...proxyKeys,
  },
  { ...strict, description: 'A token by client credentials (RFC 6749 §4.4), renewed by itself.' },
);

const header = Type.Object(
  {
    values: Type.Optional(Type.Array(Type.String(), { description: 'Values as they are.' })),
    secrets: Type.Optional(
      Type.Array(Type.String({ secret: true }), { description: 'Values nobody may see.' }),
    ),
    files: Type.Optional(Type.Array(Type.String(), { description: 'Files with values.' })),
  },
  { ...strict, description: 'Values of one header.' },
);

export const HttpConfigSchema = Type.Object(
  {
    tls_config: Type.Optional(tls),
    basic_auth: Type.Optional(basicAuth),
    authorization: Type.Optional(authorization),
    oauth2: Type.Optional(oauth2),
    bearer_token: secret('Old way to write authorization.credentials.'),
    bearer_token_file: text('Old way to write authorization.credentials_file.'),
    ...proxyKeys,
    follow_redirects: yes('Go where the far side sends us, at most 10 times.'),
    enable_http2: yes('Accepted for compatibility: HTTP/1.1 is spoken either way.'),
    http_headers: Type.Optional(
      Type.Record(Type.String(), header, {
        maxProperties: HEADERS_MAX,
        description: 'Headers of our own in each request.',
      }),
    ),
  },
  { ...strict, description: 'How HTTP is spoken: TLS, sign-in, proxy, redirects.' },
);

export type HttpConfig = Static<typeof HttpConfigSchema>;
export type TlsConfig = Static<typeof tls>;
export type OAuth2Config = Static<typeof oauth2>;
export type ProxyConfig = Pick<
  HttpConfig,
  'proxy_url' | 'no_proxy' | 'proxy_from_environment' | 'proxy_connect_header'
>;

type Fault = readonly [field: string, why: string];
const set = (value: unknown): boolean => value !== undefined && value !== '' && value !== false;

/** What no single field can say; field paths begin with `at`. Empty when all is well. */
export function httpConfigFaults(config: HttpConfig, at = 'http_config'): readonly Fault[] {
  const { basic_auth: basic, authorization: auth, oauth2: flow } = config;
  const faults = [
    ...oneOf(config, at, 'bearer_token', 'bearer_token_file'),
    ...(basic ? oneOf(basic, `${at}.basic_auth`, 'username', 'username_file') : []),
    ...(basic ? oneOf(basic, `${at}.basic_auth`, 'password', 'password_file') : []),
    ...(auth ? oneOf(auth, `${at}.authorization`, 'credentials', 'credentials_file') : []),
    ...(flow ? oauth2Faults(flow, `${at}.oauth2`) : []),
    ...tlsFaults(config.tls_config, `${at}.tls_config`),
    ...proxyFaults(config, at),
    ...headerFaults(config, at),
  ];
  const bearer = set(config.bearer_token) || set(config.bearer_token_file);
  const ways = [basic, auth, flow, bearer || undefined].filter((way) => way !== undefined);
  if (ways.length > 1)
    faults.push([at, 'one of basic_auth, authorization, oauth2 and bearer_token, not several']);
  if (auth?.type?.trim().toLowerCase() === 'basic')
    faults.push([`${at}.authorization.type`, 'write basic_auth for that']);
  return faults;
}

const oneOf = <T extends object>(
  config: T,
  at: string,
  one: keyof T & string,
  other: keyof T & string,
): Fault[] =>
  set(config[one]) && set(config[other]) ? [[`${at}.${other}`, `not together with ${one}`]] : [];

function oauth2Faults(flow: OAuth2Config, at: string): Fault[] {
  const faults = [
    ...oneOf(flow, at, 'client_secret', 'client_secret_file'),
    ...tlsFaults(flow.tls_config, `${at}.tls_config`),
    ...proxyFaults(flow, at),
  ];
  if (!set(flow.client_id)) faults.push([`${at}.client_id`, 'is needed']);
  if (!set(flow.token_url)) faults.push([`${at}.token_url`, 'is needed']);
  if (!set(flow.client_secret) && !set(flow.client_secret_file))
    faults.push([`${at}.client_secret`, 'one of client_secret and client_secret_file is needed']);
  return faults;
}

function tlsFaults(config: TlsConfig | undefined, at: string): Fault[] {
  if (!config) return [];
  const faults = [
    ...oneOf(config, at, 'ca', 'ca_file'),
    ...oneOf(config, at, 'cert', 'cert_file'),
    ...oneOf(config, at, 'key', 'key_file'),
  ];
  const cert = set(config.cert) || set(config.cert_file);
  const key = set(config.key) || set(config.key_file);
  if (cert && !key) faults.push([`${at}.key`, 'a certificate needs its key']);
  if (key && !cert) faults.push([`${at}.cert`, 'a key needs its certificate']);
  const { min_version: low, max_version: high } = config;
  if (low && high && low > high)
    faults.push([`${at}.max_version`, `must not be lower than min_version, which is ${low}`]);
  return faults;
}

function proxyFaults(config: ProxyConfig, at: string): Fault[] {
  const { proxy_from_environment: environment } = config;
  const faults: Fault[] = [];
  if (environment && set(config.proxy_url))
    faults.push([`${at}.proxy_url`, 'not together with proxy_from_environment']);
  if (environment && set(config.no_proxy))
    faults.push([`${at}.no_proxy`, 'not together with proxy_from_environment']);
  if (!environment && set(config.no_proxy) && !set(config.proxy_url))
    faults.push([`${at}.no_proxy`, 'says nothing without proxy_url']);
  const header = Object.keys(config.proxy_connect_header ?? {}).length > 0;
  if (header && !environment && !set(config.proxy_url))
    faults.push([`${at}.proxy_connect_header`, 'says nothing without proxy_url']);
  if (set(config.proxy_url) && !/^https?:\/\//i.test(config.proxy_url ?? ''))
    faults.push([`${at}.proxy_url`, 'http:// or https:// is expected']);
  return faults;
}

/** Set by the request itself or by their own settings, as Prometheus has it. */
const RESERVED_HEADERS = new Set(
  (
    'accept accept-encoding authorization connection content-encoding content-length ' +
    'content-type expect host keep-alive proxy-authenticate proxy-authorization te trailer ' +
    'transfer-encoding upgrade user-agent www-authenticate ' +
    'x-prometheus-remote-write-version x-prometheus-scrape-timeout-seconds'
  ).split(' '),
);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

function headerFaults({ http_headers: headers = {} }: HttpConfig, at: string): Fault[] {
  return Object.keys(headers).flatMap((name): Fault[] => {
    const field = `${at}.http_headers.${name}`;
    if (!HEADER_NAME.test(name)) return [[field, 'is no header name']];
    return RESERVED_HEADERS.has(name.toLowerCase())
      ? [[field, 'has a setting of its own, or is made by the request']]
      : [];
  });
}
