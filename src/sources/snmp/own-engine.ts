import { randomBytes } from 'node:crypto';
import type { Log } from '../../base/log.ts';
import type { Keep } from '../../ports/source.ts';
import { INTEGER_MAX } from './envelope.ts';

/**
 * RFC 3411 §5, SnmpEngineID: the first bit says that bytes follow the enterprise's number; 0, as we
 * have none; 5 says that what follows is as we please.
 */
const ENGINE_HEAD = '8000000005';
const ENGINE_RANDOM_BYTES = 12;
const KEY = 'engine';

/** Who we are to senders of informs, in this start. */
export interface Identity {
  /** In hex. */
  readonly engineId: string;
  readonly engineBoots: number;
}

const newId = (): string => ENGINE_HEAD + randomBytes(ENGINE_RANDOM_BYTES).toString('hex');

function parsed(text: string | undefined): Identity | undefined {
  const found = /^([0-9a-f]{10,64}) (\d{1,10})\n$/.exec(text ?? '');
  if (found === null) return undefined;
  const engineBoots = Number(found[2]);
  return engineBoots <= INTEGER_MAX ? { engineId: found[1] ?? '', engineBoots } : undefined;
}

/**
 * Begins another start: engineBoots is raised, and on disk, before anything is answered (RFC 3414
 * §2.2). Where that cannot be kept, or is at its end, we are somebody new: senders ask again who
 * we are, whereas an engine that counts backwards would be refused for ever.
 */
export function nextStart(keep: Keep, wanted: string, log: Log): Identity {
  const last = parsed(keep.read(KEY));
  const isSpent = last !== undefined && last.engineBoots >= INTEGER_MAX;
  if (isSpent && wanted !== '') log.warn('snmp.engine-boots-spent', { engineId: wanted });
  const engineId = (wanted === '' && !isSpent ? last?.engineId : wanted.toLowerCase()) || newId();
  const engineBoots =
    isSpent && wanted === '' ? 1 : Math.min((last?.engineBoots ?? 0) + 1, INTEGER_MAX);
  try {
    keep.write(KEY, `${engineId} ${engineBoots}\n`);
    return { engineId, engineBoots };
  } catch (error) {
    log.error('snmp.engine-not-kept', { error });
    return { engineId: newId(), engineBoots: 1 };
  }
}
