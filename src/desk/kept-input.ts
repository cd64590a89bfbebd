import type { Instant } from '../base/time.ts';
import type { Received } from '../ports/source.ts';
import type { KeptInput } from './standing-acts.ts';

/** A byte order mark is kept, so that what is read back is what arrived. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** An input as an entry carries it. */
export function keptInput({ body, from, contentType, params }: Received): KeptInput {
  const told = { from, contentType, ...(params ? { params } : {}) };
  try {
    return { ...told, body: strict.decode(body) };
  } catch {
    return { ...told, body: Buffer.from(body).toString('base64'), base64: true };
  }
}

/** A kept input as it was received at `at`. */
export function receivedInput({ body, base64, ...told }: KeptInput, at: Instant): Received {
  return { ...told, at, body: Buffer.from(body, base64 ? 'base64' : 'utf8') };
}
