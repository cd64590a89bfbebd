import { INTEGER_MAX } from './envelope.ts';
import type { Keys, Level, User } from './usm-keys.ts';

/** Senders whose engines are known by an authentic message; beyond, the longest quiet one goes. */
export const PEERS_MAX = 16_384;
/** Users of one engine whose keys are kept. */
export const KEYS_PER_PEER_MAX = 16;
/** RFC 3414 §2.2.3: how far the times of a message and of its authoritative engine may differ. */
export const WINDOW_SECONDS = 150;
/** How long a peer may have been quiet and still count as heard just now: spares moving it. */
const STALE_MS = 10_000;

interface Known {
  readonly keys: Keys | undefined;
  /** Per level, who vouches for a message, as members of a JSON object. */
  readonly said: Record<Level, string>;
}

/** One engine: the keys of its users, and the newest boots and time it was heard with. */
export class Peer {
  readonly id: Buffer;
  #users = new Map<User, Known>();
  #boots = -1;
  #latest = 0;
  #heardAt = 0;

  constructor(id: Buffer) {
    this.id = id;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  of(user: User): Known {
    const known = this.#users.get(user);
    if (known !== undefined) return known;
    const engine = this.id.toString('hex');
    const said = (level: Level): string =>
      `"user":${JSON.stringify(user.name)},"level":"${level}","engine":"${engine}"`;
    const made: Known = {
      keys: user.keysAt(this.id),
      said: {
        noAuthNoPriv: said('noAuthNoPriv'),
        authNoPriv: said('authNoPriv'),
        authPriv: said('authPriv'),
      },
    };
    for (const oldest of this.#users.keys()) {
      if (this.#users.size < KEYS_PER_PEER_MAX) break;
      this.#users.delete(oldest);
    }
    this.#users.set(user, made);
    return made;
  }

  /**
   * RFC 3414 §3.2 (7b), for an authentic message of this engine: a newer time is taken over, an
   * older start or a time 150 s behind is refused. Returns why, or ''.
   */
  hear(boots: number, time: number, now: number): string {
    if (boots > this.#boots || (boots === this.#boots && time > this.#latest)) {
      this.#boots = boots;
      this.#latest = time;
      this.#heardAt = now;
    }
    const known = this.#latest + Math.floor((now - this.#heardAt) / 1_000);
    if (this.#boots === INTEGER_MAX)
      return 'its engineBoots are at their end: give it a new engine id';
    if (boots < this.#boots)
      return `engineBoots of at least ${this.#boots} expected, ${boots} found`;
    if (time >= known - WINDOW_SECONDS) return '';
    return `engineTime of at least ${known - WINDOW_SECONDS} expected, ${time} found`;
  }
}

/** Engines by their id, as Latin-1 text of its bytes. Only authentic messages get one in here. */
export class Peers {
  #known = new Map<string, Peer>();

  get size(): number {
    return this.#known.size;
  }

  find(id: string): Peer | undefined {
    return this.#known.get(id);
  }

  /** Remembers one that was just heard; in the map the longest quiet ones stand first. */
  heard(id: string, peer: Peer, before: number, now: number): void {
    if (this.#known.get(id) === peer && now - before < STALE_MS) return;
    this.#known.delete(id);
    this.#known.set(id, peer);
    if (this.#known.size <= PEERS_MAX) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      return;
    }
  }
}

/** Exact copies are known among so many authentic traps; a power of two. */
export const COPIES_KNOWN = 1 << 20;

/**
 * Inside the window a copy of a trap is as good as the trap (RFC 3414 §1.5.1 leaves it so). We know
 * it by its digest, which no other message has: one place for each, the newest stays.
 */
export class Copies {
  #marks = new Float64Array(COPIES_KNOWN);

  /** Was this digest seen before? Notes it. */
  seen(bytes: Buffer, digestFrom: number): boolean {
    const place = bytes.readUInt32BE(digestFrom) & (COPIES_KNOWN - 1);
    const mark = bytes.readUIntBE(digestFrom + 4, 6) + 1;
    if (this.#marks[place] === mark) return true;
    this.#marks[place] = mark;
    return false;
  }
}
