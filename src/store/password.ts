import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { DeskError } from '../base/errors.ts';

/** OWASP's second choice for argon2id: 19 MiB, two passes, one lane. About 20 ms of one core. */
export const ARGON2_MEMORY_KIB = 19_456;
export const ARGON2_PASSES = 2;
export const ARGON2_LANES = 1;
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** Hashing shares the four threads of Node's pool with files: it may not take them all. */
export const HASHES_RUNNING_MAX = 2;
/** Beyond it a sign-in is answered TOO_MANY at once. */
export const HASHES_WAITING_MAX = 32;

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

const COST: Cost = {
  memory: ARGON2_MEMORY_KIB,
  passes: ARGON2_PASSES,
  parallelism: ARGON2_LANES,
};

const derive = promisify(argon2);
let running = 0;
const waiting: (() => void)[] = [];

/** A slot is handed on to who waits, so that nobody can jump the queue. */
async function hash(password: string, salt: Uint8Array, cost: Cost): Promise<Buffer> {
  if (running >= HASHES_RUNNING_MAX) {
    if (waiting.length >= HASHES_WAITING_MAX) throw new DeskError('TOO_MANY', { seconds: 2 });
    await new Promise<void>((go) => waiting.push(go));
  } else running++;
  try {
    const message = password.normalize('NFKC');
    return await derive('argon2id', { message, nonce: salt, tagLength: TAG_BYTES, ...cost });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').split('=')[0] ?? '';

/** The PHC string of a password: `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const tag = await hash(password, salt, COST);
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${base64(salt)}$${base64(tag)}`;
}

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** Stands in for the hash of a login nobody has: checking it takes as long, and never fits. */
const NOBODY = `$argon2id$v=19$m=${ARGON2_MEMORY_KIB},t=${ARGON2_PASSES},p=${ARGON2_LANES}$${base64(
  Buffer.alloc(SALT_BYTES, 1),
)}$${base64(Buffer.alloc(TAG_BYTES))}`;

/**
 * Whether `password` is the one behind `phc`; `undefined` stands for a login nobody has.
 * `stale`: it fits, but was hashed at another cost and should be hashed again.
 */
export async function checkHash(
  password: string,
  phc: string | undefined,
): Promise<{ readonly fits: boolean; readonly stale: boolean }> {
  const [, m = '', t = '', p = '', salt = '', tag = ''] = PHC.exec(phc ?? NOBODY) ?? [];
  if (tag === '') return { fits: false, stale: false };
  const cost: Cost = { memory: +m, passes: +t, parallelism: +p };
  const got = await hash(password, Buffer.from(salt, 'base64'), cost);
  const want = Buffer.from(tag, 'base64');
  const fits = phc !== undefined && want.length === got.length && timingSafeEqual(want, got);
  return { fits, stale: fits && !sameCost(cost) };
}

const sameCost = (cost: Cost): boolean =>
  cost.memory === COST.memory &&
  cost.passes === COST.passes &&
  cost.parallelism === COST.parallelism;
