import { systemClock } from '../../src/base/clock.ts';
import { silentLog } from '../../src/base/log.ts';
import { seconds } from '../../src/base/time.ts';
import type { OpenWay } from '../../src/desk/outbox-try.ts';
import type { DeliveryId, Notice } from '../../src/domain/routing/notice.ts';
import type { Channel, Rendering, SendResult } from '../../src/ports/channel.ts';

export const SENT: SendResult = { is: 'sent', detail: '200' };
export const BUSY: SendResult = { is: 'later', why: '503' };
export const REFUSED: SendResult = { is: 'never', why: '400' };

/** How one send ends: at once, with what it throws, or when the test says so. */
export type Answer = SendResult | Error | 'wait';

/** A channel that answers by script, and remembers what it was asked. */
export interface FakeChannel {
  readonly channel: Channel<unknown, { readonly id: DeliveryId }>;
  /** Ids in the order of their sends, repeats included. */
  readonly asked: DeliveryId[];
  /** Sends that have not ended, oldest first. */
  readonly open: readonly DeliveryId[];
  /** Most sends open at one time. */
  readonly openMax: number;
  /** Ids of sends whose signal fired before they ended. */
  readonly aborted: DeliveryId[];
  /** The next sends end so, in this order; those after them as `always` says. */
  says(...answers: Answer[]): void;
  always(answer: Answer): void;
  /** Ends the oldest send that waits. */
  answer(result?: SendResult): void;
  /** Rendering throws this from now on; undefined: it works. */
  renderThrows(error: Error | undefined): void;
  /** The way as a configuration opens it. */
  way(more?: Partial<OpenWay>): OpenWay;
}

/** Of no use to a channel that renders nothing. */
const noRendering = { text: (t: string) => t, html: (t: string) => t } as unknown as Rendering;

export function fakeChannel(name = 'fake'): FakeChannel {
  const asked: DeliveryId[] = [];
  const aborted: DeliveryId[] = [];
  const waiting: { id: DeliveryId; end: (result: SendResult) => void }[] = [];
  const script: Answer[] = [];
  let otherwise: Answer = SENT;
  let fault: Error | undefined;
  let openMax = 0;
  const channel: Channel<unknown, { readonly id: DeliveryId }> = {
    name,
    summary: 'Answers by script.',
    tried: 'real counterpart',
    settings: {} as Channel['settings'],
    sendResolved: true,
    render(notice: Notice) {
      if (fault) throw fault;
      return { id: notice.id };
    },
    async send({ id }, _settings, { signal }) {
      asked.push(id);
      const answer = script.shift() ?? otherwise;
      if (answer instanceof Error) throw answer;
      if (answer !== 'wait') return answer;
      return new Promise((resolve) => {
        const own = { id, end: resolve };
        waiting.push(own);
        openMax = Math.max(openMax, waiting.length);
        signal.addEventListener('abort', () => {
          aborted.push(id);
          waiting.splice(waiting.indexOf(own), 1);
        });
      });
    },
  };
  return {
    channel,
    asked,
    aborted,
    get open() {
      return waiting.map((w) => w.id);
    },
    get openMax() {
      return openMax;
    },
    says: (...answers) => script.push(...answers),
    always: (answer) => {
      otherwise = answer;
    },
    answer: (result = SENT) => waiting.shift()?.end(result),
    renderThrows: (error) => {
      fault = error;
    },
    way: (more = {}) => ({
      channel: channel as Channel,
      settings: {},
      rendering: () => noRendering,
      plainRendering: () => noRendering,
      world: (signal) => ({
        clock: systemClock(),
        log: silentLog,
        externalUrl: 'http://desk.example.net',
        signal,
        readSecret: async () => '',
        trust: 'file',
      }),
      timeout: seconds(30),
      sendsMax: 4,
      ...more,
    }),
  };
}
