/** What the fast lane reads of a request's head. */
export interface PlainHead {
  readonly bodyBytes: number;
  /** In lower case, without its parameters. */
  readonly contentType: string;
  readonly authorization: string | undefined;
}

/**
 * Lines of `name: value` and nothing else (RFC 9112 §5): no folding, no bare CR or LF, no space
 * before the colon. Each of those is how two readers come to see two different requests.
 */
const FIELDS = /^(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*)+$/;
const LENGTH = /^\d{1,9}$/;
const TYPE = /^[a-z0-9.+-]+\/[a-z0-9.+-]+(?=$| *; *charset=[a-z0-9-]+$)/i;

/** What changes nothing about the answer. Any other name is for the ordinary server to judge. */
const HARMLESS: ReadonlySet<string> = new Set([
  'user-agent',
  'accept',
  'accept-encoding',
  'accept-language',
  'keep-alive',
  'traceparent',
  'tracestate',
  'baggage',
  'x-request-id',
]);

/**
 * Reads the header fields of a POST, from the CR LF after the request line to the one before the
 * empty line. Undefined for everything but the plainest form: one host, one length, one type,
 * nothing that asks for more than an answer.
 */
export function readPlainHead(fields: string): PlainHead | undefined {
  if (!FIELDS.test(fields)) return undefined;
  let hosts = 0;
  let bodyBytes = -1;
  let contentType: string | undefined;
  let authorization: string | undefined;
  for (let at = 0; at < fields.length; ) {
    const next = fields.indexOf('\r\n', at + 2);
    const end = next < 0 ? fields.length : next;
    const colon = fields.indexOf(':', at);
    const name = fields.slice(at + 2, colon).toLowerCase();
    at = end;
    if (HARMLESS.has(name)) continue;
    const value = fields.slice(colon + 1, end).trim();
    switch (name) {
      case 'host':
        hosts++;
        break;
      case 'content-length':
        if (bodyBytes >= 0 || !LENGTH.test(value)) return undefined;
        bodyBytes = Number(value);
        break;
      case 'content-type':
        contentType ??= TYPE.exec(value)?.[0].toLowerCase() ?? '';
        break;
      case 'authorization':
        authorization ??= value;
        break;
      case 'connection':
        if (value.toLowerCase() !== 'keep-alive') return undefined;
        break;
      default:
        return undefined;
    }
  }
  if (hosts !== 1 || bodyBytes < 0 || !contentType) return undefined;
  return { bodyBytes, contentType, authorization };
}
