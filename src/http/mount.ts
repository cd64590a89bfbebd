import type { Clock } from '../base/clock.ts';
import type { Instant } from '../base/time.ts';
import type { Desk } from '../desk/desk.ts';
import type { SourceFigures } from '../desk/source-figures.ts';
import type { SourceRulesDesk } from '../desk/source-rules.ts';
import type { AlarmEvent } from '../domain/alarm/event.ts';
import { mediaType } from './body.ts';
import type { Answer, Asked, Route } from './route.ts';

type Delivered = Awaited<ReturnType<Desk['receive']>>;

interface Translated {
  readonly events: readonly AlarmEvent[];
  readonly refused: readonly { readonly field: string; readonly why: string }[];
  readonly unread?: { readonly why: string; readonly body?: string };
}

interface Input {
  readonly body: Uint8Array;
  readonly at: Instant;
  readonly from: string;
  readonly contentType: string;
  readonly params?: Readonly<Record<string, string>>;
}

interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the server needs of a source that lives on it: the part of ports/source.ts it uses. */
export interface MountedSource {
  /** Name of the instance: what `ingest:<name>` lets in and figures are counted under. */
  readonly name: string;
  readonly settings: unknown;
  readonly source: {
    readonly summary: string;
    translate(input: Input, settings: unknown): Translated;
    readonly http?: {
      readonly method: 'POST' | 'PUT';
      path(settings: unknown): string;
      readonly bodyBytesMax: number;
      answer(translated: Translated, delivered: Delivered | undefined): HttpAnswer;
    };
  };
}

/** A route that wants to hear of bodies that never reached it. */
export interface ServedRoute extends Route {
  readonly tooLarge?: (sender: string) => void;
}

export interface MountParts {
  readonly desk: Desk;
  readonly figures: SourceFigures;
  readonly clock: Clock;
  readonly rules: SourceRulesDesk;
}

/** The route of a source's HTTP door; none for sources that listen by themselves. */
export function sourceRoutes(mounted: MountedSource, parts: MountParts): ServedRoute[] {
  const { name, settings, source } = mounted;
  const { figures, clock } = parts;
  if (source.http === undefined) return [];
  const { method, bodyBytesMax } = source.http;
  figures.expect(name);
  const why = `larger than ${bodyBytesMax} bytes`;
  return [
    {
      method,
      path: source.http.path(settings),
      access: { need: 'ingest', source: name },
      summary: source.summary,
      bodyBytesMax,
      handle: (asked) => take(mounted, parts, asked),
      tooLarge: (from) => figures.refused(name, why, new Uint8Array(), clock.now(), { from }),
    },
  ];
}

const take = (mounted: MountedSource, parts: MountParts, asked: Asked): Promise<Answer> =>
  takeBody(mounted, parts, {
    body: asked.body,
    from: asked.remoteAddress,
    contentType: mediaType(asked.headers['content-type']),
    params: asked.params,
    once: onceOf(mounted.name, asked),
  });

/** One body for a source, from the router or from the fast lane. */
export async function takeBody(
  mounted: MountedSource,
  parts: MountParts,
  arrived: Omit<Input, 'at'> & { readonly once: string | undefined },
): Promise<HttpAnswer> {
  const { name, settings, source } = mounted;
  const { desk, figures, clock, rules } = parts;
  const at = clock.now();
  const { body, from, contentType, params, once } = arrived;
  const input = { body, at, from, contentType, ...(params ? { params } : {}) };
  const isRuled = rules.has(name);
  const translated = isRuled
    ? rules.translate(name, input, rules.text(name))
    : source.translate(input, settings);
  const { events, refused, unread } = translated;
  const [first] = refused;
  if (first && !unread) {
    const why = first.field === '' ? first.why : `${first.field}: ${first.why}`;
    figures.refused(name, why, body, at, { count: refused.length, from });
  }
  let delivered = events.length > 0 ? await desk.receive(name, events, once) : undefined;
  if (delivered?.ok) figures.received(name, events.length, at);
  else if (delivered) figures.counted(name, TURNED_AWAY, events.length);
  if (isRuled) {
    rules.note(name, rules.redacted(name, input));
    if (unread && delivered?.ok !== false) {
      const left = unread.body === undefined ? body : Buffer.from(unread.body);
      const part = rules.redacted(name, { ...input, body: left });
      const key = once === undefined ? undefined : `${once}?`.slice(-ONCE_CHARS_MAX);
      delivered = await rules.keep(name, part, unread.why, key);
    }
  }
  const answer = source.http?.answer(translated, delivered) ?? { status: 500, body: '' };
  const wait = delivered?.ok === false ? { 'retry-after': `${delivered.retryAfterSeconds}` } : {};
  return { ...answer, headers: { ...wait, ...answer.headers } };
}

/** Reports whose sender was told to come again. */
const TURNED_AWAY = 'turned away';

const KEY_CHARS_MAX = 200;
const ONCE_CHARS_MAX = 256;

/** A sender's own key, kept apart from those of other sources. Too long a key is no key. */
function onceOf(name: string, asked: Asked): string | undefined {
  const key = asked.headers['idempotency-key'];
  if (typeof key !== 'string' || key === '' || key.length > KEY_CHARS_MAX) return undefined;
  return `in:${name}:${key}`.slice(0, ONCE_CHARS_MAX);
}
