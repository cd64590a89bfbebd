import type { TObject } from 'typebox';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Instant } from '../base/time.ts';
import type { AlarmEvent } from '../domain/alarm/event.ts';

/** One thing a source could not use, in words for whoever sent it. Counted, never thrown. */
export interface Refusal {
  /** Where: a field path (`[3].labels`), a byte offset; '' for the whole input. */
  readonly field: string;
  /** What was expected and what came instead. */
  readonly why: string;
}

/** What `translate` made of one input. A bad item never costs the good ones. */
export interface Translated {
  readonly events: readonly AlarmEvent[];
  readonly refused: readonly Refusal[];
  /**
   * HTTP doors: what nobody understood, to be kept durably until it is read anew. `body` is the
   * part of the input that is meant; without it, all of it.
   */
  readonly unread?: { readonly why: string; readonly body?: string };
}

/** One input as it arrived. */
export interface Received {
  readonly body: Uint8Array;
  /** When it was received. */
  readonly at: Instant;
  /** The sender's address, `ip` without port; '' when unknown. */
  readonly from: string;
  /** HTTP only: content type without parameters, lower case; '' otherwise. */
  readonly contentType: string;
  /** HTTP only: what stood for the `:name` parts of the door's path; absent when it has none. */
  readonly params?: Readonly<Record<string, string>>;
}

/** A place in a text of rules that cannot be used. Line and column from 1; 0 when unknown. */
export interface RuleFault {
  readonly line: number;
  readonly column: number;
  readonly why: string;
}

/** A part of an input, and what rules call it. */
export interface RuleField {
  readonly selector: string;
  readonly value: string;
}

/** Rules of people's own for one source: one text, tried on what arrived before it is saved. */
export interface SourceRules<S> {
  /** A text that teaches, shown where nobody has written rules yet. */
  readonly example: string;
  /** What is wrong with a text; empty: it can be used. Pure and total. */
  check(text: string): readonly RuleFault[];
  /** What one input becomes under a text without faults. Pure and total, as `translate`. */
  translate(input: Received, settings: S, text: string): Translated;
  /** How an input is shown to people, redacted; without it: the body as text. */
  show?(input: Received): string;
  /** What of an input rules can name, for people to pick from. */
  fields?(input: Received): readonly RuleField[];
  /** An input without its secrets, for sources on the HTTP server: all that is kept of it. */
  redact?(input: Received, settings: S): Received;
}

/** How a hand-over to the desk ended. Success means stored and applied. */
export type Delivered =
  | {
      readonly ok: true;
      readonly position: number;
      /** Reports taken, repeats that were folded into one event counted; for `receiveText`. */
      readonly reports?: number;
    }
  | {
      readonly ok: false;
      readonly why: string;
      readonly retryAfterSeconds: number;
      /** This source alone sends too much, others are taken: 429 where the protocol has it. */
      readonly overBudget?: true;
    };

/** Small texts that outlive a restart but are no part of a backup: each copy is somebody new. */
export interface Keep {
  /** Undefined when nobody wrote it, or it cannot be read. */
  read(key: string): string | undefined;
  /** On disk when it returns; throws when it cannot be. */
  write(key: string, value: string): void;
}

export const KEEP_LIMITS = { value_bytes_max: 65_536, key_chars_max: 64 } as const;

/** What a running source may ask of the desk. */
export interface SourceContext<S> {
  /** Name of this instance: the source's name, or name/instance. */
  readonly name: string;
  readonly settings: S;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Hands events over; resolves after commit and apply. `once` names a retransmission: a second
   * call with the same one answers with the first outcome and changes nothing.
   */
  receive(events: readonly AlarmEvent[], once?: string): Promise<Delivered>;
  /**
   * The same for a thread that already made the JSON text of the events (an array): it is parsed
   * once and goes into the journal as it is.
   */
  receiveText(eventsJson: string, once?: string): Promise<Delivered>;
  /**
   * Counts input that was refused, with a bounded sample of the body kept for the health page;
   * `count` of them when it is given, else one.
   */
  refused(why: string, sample: Uint8Array, count?: number): void;
  /** Counts input lost before it could be read: `where` is `kernel`, `queue` … */
  dropped(where: string, count: number): void;
  /** Counts what its protocol has a counter for, by the protocol's own name for it. */
  counted(what: string, count: number): void;
  /** This instance's own. */
  readonly keep: Keep;
  /** A folder for what can be made again; no part of a backup. Absent: nothing is kept. */
  readonly cacheFolder?: string;
  /** A bound UDP socket that was handed to the process for this source: its descriptor. */
  readonly socket?: number;
  /** People's own rules for this source, as saved; '' when there are none. */
  readonly rulesText: string;
  /** Calls `follow` with the text after each save: it holds from then on, without a restart. */
  onRules(follow: (text: string) => void): void;
  /**
   * Keeps an input in memory, without its secrets, for trying rules on. Cheap when there are many:
   * most of a flood is passed over.
   */
  seen(input: Received): void;
  /**
   * Keeps an input nobody understood, without its secrets, until rules that understand it read it
   * anew. Resolves after commit; refused when the queue is full: then the sender keeps it.
   */
  unread(input: Received, why: string): Promise<Delivered>;
}

/** What a started source answers to. */
export interface RunningSource {
  /** Where it listens, for the start-up lines: `udp 127.0.0.1:1162`. */
  readonly listening: readonly string[];
  stop(): Promise<void>;
}

/** An HTTP answer in the shape the sender's own protocol wants. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How an HTTP source is mounted. The server reads, limits and authorises; this only speaks. */
export interface HttpDoor<S> {
  readonly method: 'POST' | 'PUT';
  /** Path below the route prefix; `:name` parts are allowed. */
  path(settings: S): string;
  readonly bodyBytesMax: number;
  answer(translated: Translated, delivered: Delivered | undefined): HttpAnswer;
}

/**
 * A way in. `translate` thinks, `run` moves bytes. The contract is docs/spec/source.md; the
 * compliance test walks `SOURCES` and reads fixtures/<name>/.
 */
export interface Source<S = unknown> {
  readonly name: string;
  /** One sentence for the reference page. */
  readonly summary: string;
  /** TypeBox object: every field has a default and a description. */
  readonly settings: TObject;
  /** Pure and total: never throws, whatever it is handed. */
  translate(input: Received, settings: S): Translated;
  /** Sources that listen by themselves. */
  readonly run?: (context: SourceContext<S>) => Promise<RunningSource>;
  /** Sources that live on the desk's HTTP server. */
  readonly http?: HttpDoor<S>;
  /** Rules of people's own; without it the source has none. */
  readonly rules?: SourceRules<S>;
}
