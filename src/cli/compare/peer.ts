import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DeskError } from '../../base/errors.ts';
import { parseInstant } from '../../base/time.ts';
import { reason } from '../client.ts';
import type { World } from '../command.ts';
import { usage } from '../parse.ts';
import { COMPARE_LIMITS } from './seen.ts';

/** The old desk, spoken to. Only ever read. */
export interface Peer {
  readonly url: string;
  /** What it should be, for whoever mistyped the address. */
  readonly kind: 'an Alertmanager' | 'an Argus';
  /** A JSON answer. Throws UNREACHABLE, PEER_REFUSED, PEER_STRANGE. */
  get(path: string): Promise<unknown>;
}

/** `secret` is the content of the token file; '' when none was given. */
export function openPeer(
  kind: Peer['kind'],
  url: string,
  secret: string,
  { fetch, signal }: Pick<World, 'fetch' | 'signal'>,
): Peer {
  const headers: Record<string, string> = { accept: 'application/json' };
  if (secret !== '') headers.authorization = authorizationOf(kind, secret);
  return {
    url,
    kind,
    async get(path) {
      const over = AbortSignal.timeout(COMPARE_LIMITS.answer_ms_max);
      const until = AbortSignal.any([signal, over]);
      try {
        const answer = await fetch(`${url}${path}`, { headers, signal: until, redirect: 'manual' });
        if (answer.ok) return jsonOf(kind, url, await textOf(answer, kind, url));
        await answer.body?.cancel();
        throw refused(kind, url, answer.status);
      } catch (error) {
        if (error instanceof DeskError || signal.aborted) throw error;
        const why = over.aborted
          ? `no whole answer in ${COMPARE_LIMITS.answer_ms_max / 1_000} s`
          : reason(error);
        throw new DeskError('UNREACHABLE', { what: url, why }, error);
      }
    },
  };
}

/** `user:password` for basic authentication, else a token, in the peer's own manner. */
function authorizationOf(kind: Peer['kind'], secret: string): string {
  if (secret.includes(':')) return `Basic ${Buffer.from(secret).toString('base64')}`;
  return kind === 'an Argus' ? `Token ${secret}` : `Bearer ${secret}`;
}

export function peerUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '')
    throw usage(`"${text}" is not the address of a desk; write https://old.example.org:9093`);
  return text.replace(/\/+$/, '').replace(/\/api\/v2$/, '');
}

export async function peerSecret(file: string, cwd: string): Promise<string> {
  if (file === '') return '';
  try {
    return (await readFile(resolve(cwd, file), 'utf8')).split('\n')[0]?.trim() ?? '';
  } catch (error) {
    throw new DeskError('SETTINGS_INVALID', { file, why: 'it cannot be read.' }, error);
  }
}

function refused(kind: Peer['kind'], url: string, status: number): DeskError {
  if (status === 401 || status === 403) return new DeskError('PEER_REFUSED', { what: url, status });
  return strangePeer({ kind, url }, `status ${status}`);
}

export const strangePeer = ({ kind, url }: Pick<Peer, 'kind' | 'url'>, why: string): DeskError =>
  new DeskError('PEER_STRANGE', { what: url, why, kind });

async function textOf(answer: Response, kind: Peer['kind'], url: string): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of answer.body ?? []) {
    bytes += piece.length;
    if (bytes > COMPARE_LIMITS.answer_bytes_max) {
      throw strangePeer({ kind, url }, `an answer of more than ${bytes} bytes`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function jsonOf(kind: Peer['kind'], url: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw strangePeer({ kind, url }, 'its answer is not JSON');
  }
}

// ---- Reading what a stranger answered: what is missing is '', and nothing throws ----

export type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

export const listAt = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textAt = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

export const timeAt = (value: unknown) => parseInstant(textAt(value));

/** Only texts; a label with an empty value is none, as in Alertmanager. */
export function labelsAt(value: unknown): Readonly<Record<string, string>> {
  const texts = Object.entries(fieldsOf(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
  return Object.fromEntries(texts);
}
