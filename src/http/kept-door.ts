import type { IncomingHttpHeaders } from 'node:http';
import { DeskError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { mediaType } from './body.ts';
import {
  KEPT_LIMITS,
  KEPT_PATH,
  type KeptForm,
  type KeptForms,
  keptCookie,
  keptKey,
} from './kept-forms.ts';
import type { Actor, KeptWords, Route } from './route.ts';
import type { HttpSettings } from './settings.ts';
import { ownPath } from './sign-in.ts';

/** The part of a request that this looks at. */
interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  readonly body: unknown;
}

/** Forms that are refused because their session is over: read all the same, and kept. */
export interface KeptDoor {
  /** Whose form key this is, for the time when the session is over. */
  saw(actor: Actor): void;
  /** Whether a form that nobody is signed in for is read before it is refused. */
  reads(route: Route, request: Omit<Posted, 'body'>, error: unknown): boolean;
  /** Keeps it, and says where the browser goes; undefined when it is not to be kept. */
  refused(
    route: Route,
    request: Posted,
    error: unknown,
  ): { readonly to: string; readonly cookie: string } | undefined;
  /** A kept form was sent and taken: it is kept no longer. */
  sent(request: Posted): void;
}

/** Field of a kept form that is sent again: its id. */
export const KEPT_FIELD = 'kept-form';
/** Field that names another one whose value is a secret, whatever it is called. */
const SECRET_FIELD = 'secret-field';
const SECRET_NAME = /password|passwd|secret|token|credential|authorization|api_?key|_key$/i;

const FORM_TYPE = 'application/x-www-form-urlencoded';
const decoder = new TextDecoder('utf-8', { fatal: true });

export function openKeptDoor(kept: KeptForms, settings: HttpSettings, log: Log): KeptDoor {
  const prefix = settings.routePrefix;
  return {
    saw: (actor) => {
      if (actor.is === 'user') kept.saw(actor.csrf, actor.id);
    },
    reads: (route, { headers, url }, error) =>
      codeOf(error) === 'NOT_SIGNED_IN' && isForm(route, headers) && isOwn(url, settings),
    refused(route, { headers, url, body }, error) {
      const code = codeOf(error);
      if (code !== 'NOT_SIGNED_IN' && code !== 'CSRF_FAILED') return undefined;
      if (!isForm(route, headers) || !isOwn(url, settings)) return undefined;
      const typed = fieldsOf(body);
      if (typed === undefined) return undefined;
      const person = kept.personOf(typed.get('csrf') ?? '');
      // Who is signed in and sends a form that no session of this desk wrote is not asked about it.
      if (code === 'CSRF_FAILED' && person === undefined) return undefined;
      const { summary, path, kept: words = {} } = route;
      const { labels = {} } = words;
      const form = {
        person,
        action: url,
        summary,
        labels,
        ...withoutSecrets(typed, words, person !== undefined),
      };
      const browser = keptKey(headers.cookie, settings);
      kept.drop(browser, typed.get(KEPT_FIELD) ?? ''); // refused once more: once is enough
      const cookie = keptCookie(kept.keep(browser, form), settings);
      log.info('form.kept', { path, ...(person === undefined ? {} : { user: person }) });
      const page = prefix + KEPT_PATH;
      const signIn = `${prefix}/sign-in?next=${encodeURIComponent(page)}`;
      return { to: code === 'NOT_SIGNED_IN' ? signIn : page, cookie };
    },
    sent({ headers, body }) {
      const browser = keptKey(headers.cookie, settings);
      if (kept.on(browser).length === 0) return;
      const id = fieldsOf(body)?.get(KEPT_FIELD);
      if (id) kept.drop(browser, id);
    },
  };
}

const codeOf = (error: unknown): string => (error instanceof DeskError ? error.code : '');

/** A form of the console, sent by a browser as a page of its own, and not too long. */
function isForm(route: Route, headers: IncomingHttpHeaders): boolean {
  const { method, access, path } = route;
  if (method !== 'POST' || access.need !== 'role') return false;
  if (/^\/(api|mcp|kept)(\/|$)/.test(path) || headers.authorization !== undefined) return false;
  const bytes = Number(headers['content-length'] ?? 0);
  return (
    (headers.accept ?? '').includes('text/html') &&
    mediaType(headers['content-type']) === FORM_TYPE &&
    headers['content-encoding'] === undefined &&
    bytes > 0 &&
    bytes <= KEPT_LIMITS.form_bytes_max
  );
}

/** A path of this desk, spelled as it is meant: it becomes the target of a form. */
const isOwn = (url: string, settings: HttpSettings): boolean => ownPath(url, settings) === url;

/** The fields in the order they came; undefined when they are too many, or no text. */
function fieldsOf(body: unknown): URLSearchParams | undefined {
  if (!(body instanceof Uint8Array)) return undefined;
  try {
    const typed = new URLSearchParams(decoder.decode(body));
    return typed.size <= KEPT_LIMITS.fields_max ? typed : undefined;
  } catch {
    return undefined; // not UTF-8
  }
}

/** A member of a mapping with a plain or quoted value on its line. */
const MEMBER = /([\w-]+)(["']?[ \t]*:[ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s,{}[\]][^\n,}]*)/g;

/**
 * A part of a configuration, as typed into a form, without what its names call a secret. Undefined
 * when one goes on over further lines.
 */
export function hidingLines(_name: string, text: string): string | undefined {
  let isWhole = true;
  const hidden = text.replace(MEMBER, (member, key: string, colon: string, value: string) => {
    if (!SECRET_NAME.test(key) || value.startsWith('<secret>')) return member;
    if (/^[|>&!]/.test(value)) isWhole = false;
    return `${key}${colon}<secret>`;
  });
  return isWhole ? hidden : undefined;
}

type Kept = Pick<KeptForm, 'fields' | 'secrets' | 'hidden' | 'lost'>;

function withoutSecrets(
  typed: URLSearchParams,
  { hides = (_, text) => text }: KeptWords,
  isKnown: boolean,
): Kept {
  const named = new Set(typed.getAll(SECRET_FIELD));
  const own = new Set(['csrf', KEPT_FIELD, SECRET_FIELD]);
  const all = [...typed].filter(([name]) => !own.has(name));
  // An empty one is none, and says that nothing was typed there.
  const isSecret = ([name, value]: readonly [string, string]): boolean =>
    value !== '' && (named.has(name) || SECRET_NAME.test(name));
  const told = all
    .filter((one) => !isSecret(one))
    .map(([name, text]) => ({ name, text, safe: hides(name, text, isKnown) }));
  return {
    fields: told.flatMap(({ name, safe }) => (safe === undefined ? [] : [[name, safe] as const])),
    secrets: [...new Set(all.filter(isSecret).map(([name]) => name))],
    hidden: told.flatMap((one) =>
      one.safe === undefined || one.safe === one.text ? [] : [one.name],
    ),
    lost: told.flatMap(({ name, safe }) => (safe === undefined ? [name] : [])),
  };
}
