import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import { after, type Instant, type Millis } from '../base/time.ts';
import { isRaised } from '../domain/alarm/alarm.ts';
import { identify } from '../domain/alarm/event.ts';
import { type DeliveryId, type Notice, wayText } from '../domain/routing/notice.ts';
import type { Subject } from '../domain/routing/subject.ts';
import type { Memory } from './desk.ts';
import type { Ended } from './outbox-try.ts';
import type { Finding } from './self-watch.ts';
import { type Phrase, phraseText } from './views/words.ts';

export interface CanarySettings {
  readonly every: Millis;
  /**
   * It must have been sent so long after it was raised: longer than group_wait and group_interval
   * of the route it takes.
   */
  readonly limit: Millis;
}

export interface CanaryParts {
  readonly settings: CanarySettings;
  readonly memory: Memory;
  readonly outbox: {
    watch(listener: (notice: Notice, ended: Ended) => void): () => void;
    whyOpen(id: DeliveryId): Phrase;
  };
  /** Makes the desk look at itself, and so at `findings()`, now. */
  readonly look: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface CanaryFigures {
  readonly rounds: number;
  readonly passed: number;
  readonly lastPassedAt: Instant | undefined;
  /** From raise to sent, of the last one that passed. */
  readonly lastTookMs: number;
  /** What hung; '' while all is well. */
  readonly lost: string;
  /** True while the routes lead it to no way out. */
  readonly resting: boolean;
}

const CANARY: Finding = {
  type: 'desk.canary',
  resource: 'desk/canary',
  severity: 'indeterminate',
  text: 'The desk tests its own way from alarm to message. Nothing is wrong.',
  labels: { alertname: 'TocsinCanary', instance: 'desk/canary' },
};
const LOST = { type: 'desk.canary-lost', resource: 'desk/canary', severity: 'critical' } as const;

export const CANARY_ID = identify(CANARY.resource, CANARY.type, '');
const LOST_ID = identify(LOST.resource, LOST.type, '');

const SUBJECT: Subject = {
  id: CANARY_ID,
  labels: CANARY.labels ?? {},
  value: (name) => CANARY.labels?.[name] ?? (name === '@severity' ? CANARY.severity : ''),
};

/**
 * Goes the whole way every few minutes: raises an alarm of the desk's own, waits until a message
 * that names it is sent, clears it. The routes choose who gets it.
 *
 * resting   nobody is told of it, or its last clear has yet to be told: not raised
 * raised    waits to be sent; past its limit the desk says what hung, and goes on waiting
 */
export class Canary {
  readonly #parts: CanaryParts;
  #raisedAt: Instant | undefined;
  /** Its clear must have been told by then. */
  #clearDueAt: Instant | undefined;
  /** How the last try ended that was not `sent`. */
  #refusal = '';
  #figures: CanaryFigures = {
    rounds: 0,
    passed: 0,
    lastPassedAt: undefined,
    lastTookMs: 0,
    lost: '',
    resting: false,
  };
  #cancelRound: () => void = () => {};
  #cancelLimit: () => void = () => {};
  #unwatch: () => void = () => {};

  constructor(parts: CanaryParts) {
    this.#parts = parts;
    // What was lost before a restart stays lost until one passes.
    const lost = parts.memory.get('alarms', LOST_ID);
    if (lost && isRaised(lost)) this.#note({ lost: lost.text });
  }

  begin(): void {
    this.#unwatch = this.#parts.outbox.watch((notice, ended) => this.#heard(notice, ended));
    this.#armRound();
  }

  stop(): void {
    this.#unwatch();
    this.#cancelRound();
    this.#cancelLimit();
  }

  figures(): CanaryFigures {
    return this.#figures;
  }

  /** What the desk should have on its list because of the canary. */
  findings(): readonly Finding[] {
    const { lost } = this.#figures;
    const found: Finding[] = this.#raisedAt === undefined ? [] : [CANARY];
    if (lost !== '') found.push({ ...LOST, text: lost });
    return found;
  }

  #armRound(): void {
    const { clock, settings } = this.#parts;
    this.#cancelRound = clock.at(after(clock.now(), settings.every), () => {
      this.#armRound();
      this.#round();
    });
  }

  #round(): void {
    const { memory, log } = this.#parts;
    const seats = memory.routing.seatsOf(SUBJECT);
    if (!seats.some(({ node }) => node.receiver.ways.length > 0)) {
      if (!this.#figures.resting) log.info('canary.rested');
      this.#note({ resting: true, lost: '' });
      return this.#land();
    }
    this.#note({ resting: false });
    if (this.#raisedAt !== undefined) return; // the last one is still on its way
    const told = this.#stillTold();
    if (told === '') return this.#raise();
    const now = this.#parts.clock.now();
    this.#clearDueAt ??= after(now, this.#parts.settings.limit);
    if (now >= this.#clearDueAt) this.#lose(`its last clear was not told to ${told}`);
  }

  #raise(): void {
    const { clock, settings, look } = this.#parts;
    const now = clock.now();
    this.#raisedAt = now;
    this.#refusal = '';
    this.#note({ rounds: this.#figures.rounds + 1 });
    this.#cancelLimit = clock.at(after(now, settings.limit), () => this.#lose(this.#hung()));
    void look();
  }

  /** A try ended. Only a notice of this round counts: an older one may be late. */
  #heard(notice: Notice, { is, detail }: Ended): void {
    const since = this.#raisedAt;
    if (since === undefined || notice.at < since || !names(notice)) return;
    if (is !== 'sent' && is !== 'shadow') {
      this.#refusal = `${wayText(notice.to)}: ${detail}`;
      return;
    }
    const now = this.#parts.clock.now();
    if (this.#figures.lost !== '') this.#parts.log.info('canary.passed', { tookMs: now - since });
    const passed = this.#figures.passed + 1;
    this.#note({ passed, lastPassedAt: now, lastTookMs: now - since, lost: '' });
    this.#land();
  }

  /** Takes the alarm back. */
  #land(): void {
    const { clock, settings, look } = this.#parts;
    this.#cancelLimit();
    if (this.#raisedAt !== undefined) this.#clearDueAt = after(clock.now(), settings.limit);
    this.#raisedAt = undefined;
    void look();
  }

  #lose(hung: string): void {
    const { look, log } = this.#parts;
    log.error('canary.lost', { why: hung });
    this.#note({ lost: `A test alarm of the desk did not reach anybody: ${hung}.` });
    void look();
  }

  /** The first step of its way that it did not take. */
  #hung(): string {
    const { memory, outbox, clock } = this.#parts;
    const alarm = memory.get('alarms', CANARY_ID);
    if (!alarm || !isRaised(alarm)) return 'not committed: the journal did not take it';
    if (this.#refusal !== '') return `not sent: ${this.#refusal}`;
    for (const { id, notice } of memory.all('deliveries')) {
      if (names(notice)) return `not sent: ${phraseText(outbox.whyOpen(id)) || wayText(notice.to)}`;
    }
    const { suppressed, receivers } = memory.routing.statusOf(alarm, clock.now());
    const [mute] = suppressed;
    if (mute) return `not routed: muted by ${mute.by} ${mute.rule}`;
    return `not routed: ${receivers.join(', ') || 'nobody'} was not told within its limit`;
  }

  /** A way that holds it as firing, so that another raise would be no news; '' when none does. */
  #stillTold(): string {
    const { memory, clock } = this.#parts;
    const alarm = memory.get('alarms', CANARY_ID);
    if (alarm && isRaised(alarm)) return 'the desk itself';
    const now = clock.now();
    for (const { firing, expiresAt, to } of memory.all('logs')) {
      if (expiresAt > now && firing.includes(CANARY_ID)) return wayText(to);
    }
    return '';
  }

  #note(more: Partial<CanaryFigures>): void {
    this.#figures = { ...this.#figures, ...more };
  }
}

const names = ({ alerts }: Notice): boolean =>
  alerts.some(({ alarm, status }) => alarm === CANARY_ID && status === 'firing');
