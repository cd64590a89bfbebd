/** Who may hand in alarms without a token. */
export type IngestWithoutToken = 'loopback' | 'anyone' | 'nobody';

/** How the HTTP side behaves; main.ts fills it from flags and files. */
export interface HttpSettings {
  readonly host: string;
  /** 0: the system picks one. */
  readonly port: number;
  /** '' or `/path`: what every path begins with. */
  readonly routePrefix: string;
  /** Where people reach the desk, without a slash at the end; '' when nobody said. */
  readonly externalUrl: string;
  /** Further host names a browser may use. */
  readonly hosts: readonly string[];
  /** True: a proxy on this machine sets X-Forwarded-For, and its last address is the sender's. */
  readonly behindProxy: boolean;
  readonly ingestWithoutToken: IngestWithoutToken;
  /** Processes that hold the streams of consoles; 0: the desk holds them itself. */
  readonly fanOutProcesses: number;
  readonly limits: HttpLimits;
}

export interface HttpLimits {
  /** Of one request, for routes that do not name their own. */
  readonly body_bytes_max: number;
  readonly connections_max: number;
  readonly headers_ms_max: number;
  /** From the first byte of a request to the last: a slow body is cut off then. */
  readonly request_ms_max: number;
  readonly idle_connection_ms_max: number;
  /** How long a graceful end waits for requests being answered. */
  readonly close_ms_max: number;
  /** Wrong passwords from one address in a row, before it has to wait. */
  readonly sign_in_tries_max: number;
  readonly sign_in_refill_ms: number;
  /** The same for tokens that are none. */
  readonly token_tries_max: number;
  readonly token_refill_ms: number;
  /** Addresses remembered; the longest unseen is forgotten first. */
  readonly addresses_max: number;
}

export const HTTP_DEFAULTS: HttpSettings = {
  host: '127.0.0.1',
  port: 9093,
  routePrefix: '',
  externalUrl: '',
  hosts: [],
  behindProxy: false,
  ingestWithoutToken: 'loopback',
  fanOutProcesses: 0,
  limits: {
    body_bytes_max: 1_048_576,
    connections_max: 40_000,
    headers_ms_max: 10_000,
    request_ms_max: 30_000,
    idle_connection_ms_max: 75_000,
    close_ms_max: 5_000,
    sign_in_tries_max: 10,
    sign_in_refill_ms: 30_000,
    token_tries_max: 20,
    token_refill_ms: 5_000,
    addresses_max: 10_000,
  },
};
