import { readFile } from 'node:fs/promises';
import { systemClock } from '../../base/clock.ts';
import { silentLog } from '../../base/log.ts';
import type { TableSource } from '../../domain/check/source.ts';
import type { HttpConfig } from '../../net/http-config.ts';
import { redacted, variants } from '../../net/secret.ts';
import { faultWords } from '../../net/send-fault.ts';
import { sendHttp } from '../../net/send-http.ts';
import type { SendWorld } from '../../ports/channel.ts';
import { type RowSink, RowWriter } from './cells.ts';
import { CheckFault } from './fault.ts';

export const HTTP_TABLE_LIMITS = {
  reply_bytes_max: 64 * 1024 * 1024,
  wait_ms_max: 120_000,
} as const;

/** Reads a list of rows out of a JSON document. Only the desk's own file may name addresses. */
export async function readHttp(
  { url, httpConfig, rows }: Extract<TableSource, { kind: 'http' }>,
  sink: RowSink,
): Promise<void> {
  const secrets = new Set(variants(url));
  try {
    const world: SendWorld = {
      ...{ clock: systemClock(), log: silentLog, externalUrl: '', trust: 'file' },
      signal: AbortSignal.timeout(HTTP_TABLE_LIMITS.wait_ms_max),
      readSecret: async (path) => (await readFile(path, 'utf8')).trim(),
    };
    const replyBytesMax = HTTP_TABLE_LIMITS.reply_bytes_max;
    const headers = { Accept: 'application/json' };
    const request = { method: 'GET' as const, url, headers, body: '', replyBytesMax };
    const reply = await sendHttp(request, httpConfig as HttpConfig, world, (s) => {
      for (const variant of variants(s)) secrets.add(variant);
    });
    if (reply.status < 200 || reply.status > 299) throw new CheckFault(`status ${reply.status}`);
    if (Buffer.byteLength(reply.body) >= replyBytesMax)
      throw new CheckFault(`more than ${replyBytesMax >> 20} MiB`);
    writeRows(listIn(reply.body, rows), sink);
  } catch (error) {
    const words = error instanceof CheckFault ? error.message : faultWords(error);
    throw new CheckFault(`HTTP: ${redacted(words, secrets)}`);
  }
}

/** The list of rows in a document, by the names on the way to it. */
function listIn(text: string, path: string): readonly unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CheckFault('the answer is no JSON');
  }
  for (const name of path === '' ? [] : path.split('.')) {
    const has = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    if (!has) throw new CheckFault(`the answer has no "${name}" on the way to its rows`);
    value = (value as Record<string, unknown>)[name];
  }
  if (!Array.isArray(value)) throw new CheckFault('what should be the rows is no list');
  return value;
}

/** Objects by their names; or lists, the first of which names the columns. */
function writeRows(list: readonly unknown[], sink: RowSink): void {
  if (list.every((row) => Array.isArray(row))) {
    const [head = [], ...rows] = list;
    const writer = new RowWriter(head.map(String), sink);
    for (const row of rows) writer.write(row);
    return;
  }
  const names = new Set<string>();
  for (const row of list) {
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new CheckFault('a row is neither an object nor a list like the others');
    for (const name of Object.keys(row)) names.add(name);
  }
  const columns = [...names];
  const writer = new RowWriter(columns, sink);
  for (const row of list as readonly Record<string, unknown>[])
    writer.write(columns.map((name) => row[name]));
}
