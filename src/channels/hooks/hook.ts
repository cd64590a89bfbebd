import type { Static, TObject } from 'typebox';
import { millis } from '../../base/time.ts';
import type { Notice } from '../../domain/routing/notice.ts';
import { durationOf } from '../../net/duration.ts';
import type { HttpReply, HttpRequest } from '../../net/http-request.ts';
import { jsonRequest } from '../../net/json.ts';
import { judge } from '../../net/judge.ts';
import { eitherFault, httpFaults, needed } from '../../net/settings.ts';
import { talk } from '../../net/talk.ts';
import type { Channel, NoticeData, SendResult, SendWorld } from '../../ports/channel.ts';

/**
 * A service over HTTP, told as data: its settings, what is said, where it is sent, and how the
 * reply is read. Built to the service's published format, not yet tried against the service.
 */
export interface Hook<T extends TObject, B> {
  readonly name: string;
  readonly summary: string;
  readonly sendResolved: boolean;
  readonly settings: T;
  readonly globals?: TObject;
  /** Settings that must be given, themselves or as `<name>_file`. */
  readonly needs: readonly string[];
  faults?(set: Static<T>): readonly (readonly [field: string, why: string])[];
  /** Pure; plain JSON data without secrets of files. */
  body(said: Said<Static<T>>): B;
  send(body: B, on: Wire<Static<T>>): Promise<HttpReply | SendResult>;
  /** How a reply is read, if not by its status alone. */
  verdict?(reply: HttpReply, now: Parameters<typeof judge>[1]): SendResult;
}

export interface Said<S> {
  readonly set: S;
  readonly notice: Notice;
  readonly data: NoticeData;
  text(template: string): string;
  html(template: string): string;
}

export interface Wire<S> {
  readonly set: S;
  readonly world: SendWorld;
  readonly id: string;
  /** The setting itself, or what its file says now; throws when both are empty. */
  secret(name: string): Promise<string>;
  /** Keeps a text out of the result. */
  hide(text: string): void;
  tell(request: HttpRequest): Promise<HttpReply>;
  postJson(
    url: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<HttpReply>;
  postForm(
    url: string,
    fields: Readonly<Record<string, string>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<HttpReply>;
}

export interface HookMessage<B> {
  readonly id: string;
  readonly body: B;
}

export function hook<T extends TObject, B>(h: Hook<T, B>): Channel<Static<T>, HookMessage<B>> {
  return {
    name: h.name,
    summary: h.summary,
    tried: 'published format',
    settings: h.settings,
    ...(h.globals && { globals: h.globals }),
    sendResolved: h.sendResolved,
    faults: (set) => [
      ...Object.keys(h.settings.properties)
        .filter((key) => `${key}_file` in h.settings.properties)
        .flatMap((key) => eitherFault(set as object, key, `${key}_file`, h.needs.includes(key))),
      ...h.needs
        .filter((key) => !(`${key}_file` in h.settings.properties) && !textAt(set, key))
        .map((key) => [key, 'is needed'] as const),
      ...httpFaults(set as object),
      ...(h.faults?.(set) ?? []),
    ],
    render: (notice, set, { text, html, data }) => ({
      id: notice.id,
      body: h.body({ set, notice, data, text, html }),
    }),
    send(message, set, world) {
      const limit = durationOf(textAt(set, 'timeout')) ?? millis(0);
      return talk(h.settings, set as object, world, limit, async ({ world: own, tell, hide }) => {
        const answer = await h.send(message.body, wire(set, own, message.id, tell, hide));
        if ('is' in answer) return answer;
        return (h.verdict ?? judge)(answer, own.clock.now());
      });
    },
  };
}

const textAt = (set: unknown, key: string): string => {
  const value = (set as Readonly<Record<string, unknown>>)[key];
  return typeof value === 'string' ? value : '';
};

function wire<S>(
  set: S,
  world: SendWorld,
  id: string,
  tell: (request: HttpRequest) => Promise<HttpReply>,
  hide: (text: string) => void,
): Wire<S> {
  return {
    set,
    world,
    id,
    hide,
    tell,
    secret: (name) => needed(name, textAt(set, name), textAt(set, `${name}_file`), world),
    postJson(url, body, headers = {}) {
      const request = jsonRequest('POST', url, JSON.stringify(body), id);
      return tell({ ...request, headers: { ...request.headers, ...headers } });
    },
    postForm(url, fields, headers = {}) {
      const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const all = { ...type, 'Idempotency-Key': id, ...headers };
      return tell({ method: 'POST', url, headers: all, body: formOf(fields) });
    },
  };
}

/** As `application/x-www-form-urlencoded`, with %20 for a space: what AWS signs. */
export const formOf = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .join('&');

export const encoded = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
