import { createHash, createHmac } from 'node:crypto';
import type { Instant } from '../../base/time.ts';

/** AWS Signature Version 4, for a POST with a body. */
export interface Credentials {
  readonly accessKey: string;
  readonly secretKey: string;
  /** Of a role that was assumed. */
  readonly token?: string;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();

/** Headers to add; `contentType` is signed with them. */
export function signed(
  url: URL,
  body: string,
  contentType: string,
  service: string,
  region: string,
  { accessKey, secretKey, token }: Credentials,
  now: Instant,
): Readonly<Record<string, string>> {
  const at = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = at.slice(0, 8);
  const headers: [string, string][] = [
    ['content-type', contentType],
    ['host', url.host],
    ['x-amz-date', at],
    ...(token === undefined ? [] : [['x-amz-security-token', token] as [string, string]]),
  ];
  const names = headers.map(([name]) => name).join(';');
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('');
  const canonical = ['POST', url.pathname, '', lines, names, sha256(body)].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', at, scope, sha256(canonical)].join('\n');
  const key = [region, service, 'aws4_request'].reduce<Buffer>(
    (made, part) => hmac(made, part),
    hmac(`AWS4${secretKey}`, day),
  );
  const signature = hmac(key, toSign).toString('hex');
  return {
    'X-Amz-Date': at,
    ...(token !== undefined && { 'X-Amz-Security-Token': token }),
    Authorization:
      `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, SignedHeaders=${names}, ` +
      `Signature=${signature}`,
  };
}
