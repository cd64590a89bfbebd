import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { DeskError } from '../base/errors.ts';
import { SECRETS_LIMITS, type Secrets } from '../ports/secrets.ts';

export const SECRETS_FILE = 'secrets.db';
/** 32 random bytes. Whoever has both files has the secrets: back the two up apart. */
export const SECRETS_KEY_FILE = 'secrets.key';

const KEY_BYTES = 32;
const REF_BYTES = 12;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `mark`: keyed hash of the value, so that the same one is kept once and found without opening. */
const SCHEMA = `
create table if not exists secrets (
  ref text primary key, mark blob not null unique, box blob not null
) strict;
pragma user_version = 1;`;

interface Row {
  readonly ref: string;
  readonly box: Uint8Array;
}

/**
 * Opens the secrets of a data folder, readable by its owner only; makes file and key at the first
 * start. Values are sealed with AES-256-GCM, bound to their reference. Throws DATA_MISMATCH when
 * the key file is no key, and ACTION_REFUSED beyond `SECRETS_LIMITS`.
 */
export function openSecrets(folder: string): Secrets {
  const file = join(folder, SECRETS_FILE);
  const keys = keysOf(keyIn(folder));
  const db = new DatabaseSync(file);
  chmodSync(file, 0o600);
  db.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on;');
  db.exec(SCHEMA);
  const byMark = db.prepare('select ref, box from secrets where mark = ?');
  const byRef = db.prepare('select ref, box from secrets where ref = ?');
  const insert = db.prepare('insert into secrets (ref, mark, box) values (?, ?, ?)');
  const count = db.prepare('select count(*) as n from secrets');
  const remove = db.prepare('delete from secrets where ref = ?');
  return {
    keep(value) {
      refuseBeyond(Buffer.byteLength(value));
      const mark = createHmac('sha256', keys.mark).update(value).digest();
      const known = byMark.get(mark) as Row | undefined;
      if (known) return known.ref;
      refuseFull(count.get() as { n: number });
      const ref = randomBytes(REF_BYTES).toString('hex');
      insert.run(ref, mark, sealBox(keys.box, ref, value));
      return ref;
    },
    get(ref) {
      const row = byRef.get(ref) as Row | undefined;
      return row && openBox(keys.box, row);
    },
    retain(used) {
      const all = db.prepare('select ref from secrets').all() as { ref: string }[];
      db.exec('begin immediate');
      for (const { ref } of all) if (!used.has(ref)) remove.run(ref);
      db.exec('commit');
      db.exec('pragma wal_checkpoint(truncate)'); // what was forgotten leaves the log too
    },
    async copyTo(target) {
      await backup(db, target);
      chmodSync(target, 0o600);
    },
    close: () => db.close(),
  };
}

interface Keys {
  readonly box: Buffer;
  readonly mark: Buffer;
}

/** Two keys of one, so that neither use says anything about the other (RFC 5869). */
function keysOf(key: Buffer): Keys {
  const derived = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', key, '', `tocsin secrets ${use}`, KEY_BYTES));
  return { box: derived('box'), mark: derived('mark') };
}

function keyIn(folder: string): Buffer {
  const file = join(folder, SECRETS_KEY_FILE);
  let found: Buffer;
  try {
    found = readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return newKey(file);
  }
  const key = Buffer.from(found.toString('latin1').trim(), 'hex');
  if (key.length === KEY_BYTES) return key;
  throw new DeskError('DATA_MISMATCH', { folder, why: `${SECRETS_KEY_FILE} holds no key` });
}

/** On disk before anything is sealed with it. */
function newKey(file: string): Buffer {
  const key = randomBytes(KEY_BYTES);
  const open = openSync(file, 'wx', 0o600);
  try {
    writeSync(open, `${key.toString('hex')}\n`);
    fsyncSync(open);
  } finally {
    closeSync(open);
  }
  return key;
}

/** Nonce, tag, sealed bytes. */
function sealBox(key: Buffer, ref: string, value: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(ref));
  const sealed = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Undefined when it was sealed with another key, or something changed it. */
function openBox(key: Buffer, { ref, box }: Row): string | undefined {
  const nonce = box.subarray(0, NONCE_BYTES);
  const tag = box.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  if (tag.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(ref)).setAuthTag(tag);
  try {
    const opened = decipher.update(box.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([opened, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function refuseBeyond(bytes: number): void {
  const { value_bytes_max: max } = SECRETS_LIMITS;
  if (bytes > max)
    throw new DeskError('ACTION_REFUSED', { why: `A secret is larger than ${max} bytes.` });
}

function refuseFull({ n }: { n: number }): void {
  const { secrets_max: max } = SECRETS_LIMITS;
  if (n >= max) throw new DeskError('ACTION_REFUSED', { why: `There are ${max} secrets already.` });
}
