import type { Clock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { type Instant, type Millis, seconds } from '../../src/base/time.ts';
import type { OpenWay } from '../../src/desk/outbox-try.ts';
import type { Notice, WayRef } from '../../src/domain/routing/notice.ts';
import type { Channel, Rendering, SendResult, SendWorld } from '../../src/ports/channel.ts';
import type { ManualClock } from '../support/clock.ts';
import type { Chance } from './random.ts';

/**
 * How one send ends at the far side. `loses`: taken, and the answer never comes through. `hangs`:
 * no answer, taken or not.
 */
type Ending = 'takes' | 'loses' | 'busy' | 'refuses' | 'hangs';

/** How often each kind of far side ends a send so, of a hundred; the rest it takes. */
const MOODS: Readonly<Record<string, Partial<Record<Ending, number>>>> = {
  steady: { busy: 5 },
  flaky: { loses: 20, busy: 25, hangs: 15 },
  hanging: { hangs: 55 },
  refusing: { refuses: 60, loses: 10 },
  email: { loses: 20, busy: 20, hangs: 10, refuses: 5 },
  ntfy: { refuses: 30, loses: 10, hangs: 10 },
};

const TIMEOUT = seconds(30);

/** A message the far side took, whether or not the desk came to know of it. */
export interface Taken {
  readonly notice: Notice;
  readonly at: Instant;
}

interface Send {
  readonly notice: Notice;
  readonly answer: (result: SendResult | Error) => void;
  ending: Ending | undefined;
}

/** Everybody the desk tells. What they took outlives the desk; what they answer may not. */
export class FarSide {
  readonly taken: Taken[] = [];
  /** From now on everything is taken and answered. */
  isWell = false;
  /** Called before a send begins: what the disk must hold by then is for the caller to know. */
  readonly #asked: (notice: Notice) => void;
  readonly #chance: Chance;
  readonly #clock: Pick<ManualClock, 'now'>;
  #sends: Send[] = [];
  #life = 0;

  constructor(chance: Chance, clock: Pick<ManualClock, 'now'>, asked: (notice: Notice) => void) {
    this.#chance = chance;
    this.#clock = clock;
    this.#asked = asked;
  }

  /** The ways out of one life of the desk. */
  ways(clock: Clock): (to: WayRef) => OpenWay {
    const life = ++this.#life;
    const channel = this.#channel(life);
    return ({ kind }) => ({
      channel,
      settings: {},
      rendering: () => NO_RENDERING,
      plainRendering: () => NO_RENDERING,
      world: (signal) => ({ ...WORLD, clock, signal }),
      timeout: TIMEOUT,
      sendsMax: kind === 'steady' ? 4 : 1,
      ...(kind === 'flaky' ? { rate: { perSecond: 1, burst: 5 } } : {}),
    });
  }

  /** Lets some sends go a step further: out to the far side, or the answer back. */
  pump(all: boolean): void {
    for (const send of [...this.#sends]) {
      if (!all && !this.#chance.in100(60)) continue;
      if (send.ending === undefined) this.#arrive(send);
      else this.#answer(send);
    }
  }

  /** The desk died: what was on its way arrived or did not, and no answer finds anybody. */
  crash(): void {
    for (const send of [...this.#sends]) this.#drop(send);
    this.#life++;
  }

  #drop(send: Send): void {
    if (!this.#sends.includes(send)) return;
    if (send.ending === undefined && this.#chance.in100(50)) this.#arrive(send);
    this.#sends.splice(this.#sends.indexOf(send), 1);
  }

  #channel(life: number): Channel {
    return {
      name: 'far',
      summary: 'A far side of the simulation.',
      tried: 'real counterpart',
      settings: {} as Channel['settings'],
      sendResolved: true,
      render: (notice) => notice,
      send: (message, _settings, { signal }) =>
        new Promise((resolve, reject) => {
          if (life !== this.#life) return;
          const notice = message as Notice;
          this.#asked(notice);
          const answer = (result: SendResult | Error): void =>
            result instanceof Error ? reject(result) : resolve(result);
          const send: Send = { notice, answer, ending: undefined };
          this.#sends.push(send);
          signal.addEventListener('abort', () => this.#drop(send));
        }),
    };
  }

  #arrive(send: Send): void {
    send.ending = this.#endingOf(send.notice.to);
    const takes = send.ending === 'takes' || send.ending === 'loses';
    if (!takes && !(send.ending === 'hangs' && this.#chance.in100(50))) return;
    this.taken.push({ notice: send.notice, at: this.#clock.now() });
  }

  #answer(send: Send): void {
    this.#sends.splice(this.#sends.indexOf(send), 1);
    const pause = this.#chance.in100(30) ? { retryAfter: 40_000 as Millis } : {};
    if (send.ending === 'takes') send.answer({ is: 'sent', detail: '200' });
    if (send.ending === 'busy') send.answer({ is: 'later', why: '503', ...pause });
    if (send.ending === 'refuses') send.answer({ is: 'never', why: '400' });
    if (send.ending === 'loses') send.answer(new Error('connection reset'));
  }

  #endingOf({ kind }: WayRef): Ending {
    if (this.isWell) return 'takes';
    let left = this.#chance.below(100);
    for (const [ending, percent] of Object.entries(MOODS[kind] ?? {})) {
      left -= percent;
      if (left < 0) return ending as Ending;
    }
    return 'takes';
  }
}

const WORLD: Omit<SendWorld, 'clock' | 'signal'> = {
  log: silentLog,
  externalUrl: 'http://desk.example.net',
  readSecret: async () => '',
  trust: 'file',
};

const NO_RENDERING = { text: (t: string) => t, html: (t: string) => t } as unknown as Rendering;
