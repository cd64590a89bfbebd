import type { TObject } from 'typebox';
import type { Clock } from '../base/clock.ts';
import type { Log } from '../base/log.ts';
import type { Millis } from '../base/time.ts';
import type { Notice } from '../domain/routing/notice.ts';

/** How one send ended. `later`: may be tried again. `never`: the far side will not have it. */
export type SendResult =
  | { readonly is: 'sent'; readonly detail: string }
  | { readonly is: 'later'; readonly why: string; readonly retryAfter?: Millis }
  | { readonly is: 'never'; readonly why: string };

/**
 * Fills in templates for one notice. Throws `TemplateError` (with line and column) for a fault of
 * the template, which makes the send a `never`.
 */
export interface Rendering {
  /** Plain text, as Go's text/template. */
  text(template: string): string;
  /** Escaped for HTML, as Go's html/template. */
  html(template: string): string;
  /** The notice as templates see it, for channels that send it as JSON. */
  readonly data: NoticeData;
}

/** What templates see as `.`; the names are Alertmanager's, as they are in users' templates. */
export interface NoticeData {
  readonly Receiver: string;
  readonly Status: 'firing' | 'resolved';
  readonly NotificationReason: string;
  readonly Alerts: readonly AlertData[];
  readonly GroupLabels: Readonly<Record<string, string>>;
  readonly CommonLabels: Readonly<Record<string, string>>;
  readonly CommonAnnotations: Readonly<Record<string, string>>;
  readonly RouteLabels: Readonly<Record<string, string>>;
  readonly ExternalURL: string;
  /** Of a message that pages a person: AnswerURL, Why, Policy. */
  readonly Page?: Readonly<Record<string, string>>;
}

export interface AlertData {
  readonly Status: 'firing' | 'resolved';
  readonly Labels: Readonly<Record<string, string>>;
  readonly Annotations: Readonly<Record<string, string>>;
  /** RFC 3339 text as Go writes it; `0001-01-01T00:00:00Z` while firing. */
  readonly StartsAt: string;
  readonly EndsAt: string;
  readonly GeneratorURL: string;
  readonly Fingerprint: string;
}

/** What a send may use of the world. */
export interface SendWorld {
  readonly clock: Clock;
  readonly log: Log;
  /** Where `Tocsin` is reached by people, for links. */
  readonly externalUrl: string;
  /** Ends the send when its time is over: then it is `later`. */
  readonly signal: AbortSignal;
  /** Text of a secret's `*_file`, trimmed; throws with the path when it cannot be read. */
  readSecret(path: string): Promise<string>;
  /**
   * The way in which addresses may be reached: 'file' trusts what an administrator wrote into the
   * configuration file; 'guarded' refuses loopback, link-local, metadata and private addresses.
   */
  readonly trust: 'file' | 'guarded';
  /** Networks 'guarded' lets through although they are private: `10.1.0.0/16`, `fd12::/16`. */
  readonly allowedNetworks?: readonly string[];
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY as they were at the start; for proxy_from_environment. */
  readonly proxies?: { readonly http: string; readonly https: string; readonly none: string };
  /** Of this program, for `User-Agent: Tocsin/<version>`. */
  readonly version?: string;
}

/**
 * A way out. `render` thinks, `send` moves bytes. The contract is docs/spec/channel.md; the
 * compliance test walks `CHANNELS`.
 *
 * S: settings, with secrets resolved. M: the message as it goes out, plain JSON data, so that a
 * retry sends the same.
 */
export interface Channel<S = unknown, M = unknown> {
  /** `webhook`: receivers name it as `webhook_configs`. */
  readonly name: string;
  /** One sentence for the reference page. */
  readonly summary: string;
  /** How we know that it works: a real counterpart, recorded bodies, or the published format. */
  readonly tried: 'real counterpart' | 'recorded bodies' | 'published format';
  /**
   * TypeBox object: every field has a description; marks of ours on a field:
   * `secret: true` (never shown, moved to the secret store), `template: 'text' | 'html'`,
   * `global: 'slack_api_url'` (taken from `global` when absent), `globalUnless: ['api_url']` (but
   * not where one of these is written), `format: 'duration' | 'url' | …`.
   */
  readonly settings: TObject;
  /** Fields this channel adds to `global`, with their defaults and descriptions. */
  readonly globals?: TObject;
  /** Default of `send_resolved`. */
  readonly sendResolved: boolean;
  /** What no single field can say: `['url', 'one of url and url_file is needed']`. */
  faults?(settings: S): readonly (readonly [field: string, why: string])[];
  /** Pure: the same notice and settings give the same message. */
  render(notice: Notice, settings: S, rendering: Rendering): M;
  /** Never throws for what the far side does; what it throws counts as `later`. */
  send(message: M, settings: S, world: SendWorld): Promise<SendResult>;
}
