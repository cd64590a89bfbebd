import type { Clock } from '../base/clock.ts';
import { oneLine } from '../base/text.ts';
import { after, type Millis } from '../base/time.ts';
import { NOTICE_LIMITS, type Notice } from '../domain/routing/notice.ts';
import type { Channel, Rendering, SendResult, SendWorld } from '../ports/channel.ts';

/** A way as the applied configuration has it, with its secrets. Made by whoever wires. */
export interface OpenWay {
  readonly channel: Channel;
  readonly settings: unknown;
  rendering(notice: Notice): Rendering;
  /** The same where a template that fails is a plain line instead: `fault` hears of each. */
  plainRendering(notice: Notice, fault: (why: string) => void): Rendering;
  world(signal: AbortSignal): SendWorld;
  /** One try takes at most so long; then it is `later`. */
  readonly timeout: Millis;
  /** Sends at once on this way. */
  readonly sendsMax: number;
  /** Sends a second, and sends at once after a quiet time; undefined: no limit. */
  readonly rate?: { readonly perSecond: number; readonly burst: number } | undefined;
}

/** How one try ended. */
export interface Ended {
  readonly is: SendResult['is'] | 'shadow';
  readonly detail: string;
  readonly retryAfter?: Millis;
  readonly tookMs: number;
  /** False: the far side had no part in it, so it says nothing about the way. */
  readonly asked: boolean;
}

/** One try under way. */
export interface Flight {
  readonly ended: Promise<Ended>;
  /** Tells the channel to let go. How it ends then is of no interest. */
  abandon(): void;
}

/** Takes a rendered message away. */
type Fly = (way: OpenWay, message: unknown) => Flight;

/** Renders and sends one notice. The way may be exchanged meanwhile: this try ends as it began. */
export const tryOnce = (way: OpenWay | undefined, notice: Notice, clock: Clock): Flight =>
  tryWith(way, notice, (to, message) => fly(to, message, clock));

/** The same up to the send, which is left out: a template at fault shows in shadow mode too. */
export const tryInShadow = (way: OpenWay | undefined, notice: Notice): Flight =>
  tryWith(way, notice, () => ({ ended: Promise.resolve(SHADOW), abandon() {} }));

const SHADOW: Ended = { is: 'shadow', detail: 'not sent: shadow mode', tookMs: 0, asked: false };

function tryWith(way: OpenWay | undefined, notice: Notice, send: Fly): Flight {
  if (!way) return grounded('no such way in the configuration');
  try {
    return send(way, way.channel.render(notice, way.settings, way.rendering(notice)));
  } catch (error) {
    return tryPlain(way, notice, send, messageOf(error));
  }
}

/** A faulty template must not cost a page: what it should have said is said in a plain line. */
function tryPlain(way: OpenWay, notice: Notice, send: Fly, first: string): Flight {
  let why = first;
  try {
    const rendering = way.plainRendering(notice, (fault) => {
      why = fault;
    });
    const flight = send(way, way.channel.render(notice, way.settings, rendering));
    const told = `its template failed, so it said less: ${why}`;
    const ended = flight.ended.then((end) => ({ ...end, detail: said(`${end.detail}; ${told}`) }));
    return { ...flight, ended };
  } catch (error) {
    // A template's fault says name, line and column.
    return grounded(`could not be rendered: ${messageOf(error)}`);
  }
}

function grounded(why: string): Flight {
  const ended: Ended = { is: 'never', detail: said(why), tookMs: 0, asked: false };
  return { ended: Promise.resolve(ended), abandon() {} };
}

function fly(way: OpenWay, message: unknown, clock: Clock): Flight {
  const { channel, settings, timeout } = way;
  const abort = new AbortController();
  const began = clock.now();
  const ended = new Promise<Ended>((resolve) => {
    const finish = (result: SendResult): void => {
      cancel();
      resolve(endedOf(result, clock.now() - began));
    };
    // A channel that does not listen to its signal is not waited for.
    const cancel = clock.at(after(began, timeout), () => {
      finish({ is: 'later', why: `no answer within ${timeout / 1000} s` });
      abort.abort();
    });
    const send = async () => channel.send(message, settings, way.world(abort.signal));
    send().then(finish, (error: unknown) => finish({ is: 'later', why: messageOf(error) }));
  });
  return { ended, abandon: () => abort.abort() };
}

function endedOf(result: SendResult, tookMs: number): Ended {
  const told = { is: result.is, tookMs, asked: true };
  if (result.is === 'sent') return { ...told, detail: said(result.detail) };
  const detail = said(result.why);
  if (result.is === 'never' || result.retryAfter === undefined) return { ...told, detail };
  return { ...told, detail, retryAfter: result.retryAfter };
}

const said = (text: string): string => oneLine(text, NOTICE_LIMITS.detail_chars_max);

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
