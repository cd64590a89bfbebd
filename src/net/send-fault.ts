/**
 * A send that did not come about. `final`: it will not do so later either (an address that is
 * none, one the guard refuses), so it is a `never`; all else is a `later`.
 */
export class SendFault extends Error {
  readonly final: boolean;
  constructor(why: string, final: boolean) {
    super(why);
    this.name = 'SendFault';
    this.final = final;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was broken off',
  EPIPE: 'the connection was broken off',
  ETIMEDOUT: 'the connection took too long',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ENOTFOUND: 'that name has no address',
  EAI_AGAIN: 'the name service did not answer',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed: name it in tls_config.ca',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not trusted: name it in tls_config.ca',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its authority is not trusted: name it in tls_config.ca',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not trusted: name it in tls_config.ca',
};

/** What went wrong, in words; the code stays beside them for whoever knows it. */
export function faultWords(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return faultWords(error.errors[0]);
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const words = WORDS[code];
  return words === undefined ? error.message : `${words} (${code})`;
}
