import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { after, type Instant, minutes } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { readCookie, setCookie } from './cookie.ts';
import type { HttpSettings } from './settings.ts';

/** Where a browser sees what is kept on it. */
export const KEPT_PATH = '/kept';

export const KEPT_LIMITS = {
  /** The oldest makes room, one of nobody known first: strangers push out no person's text. */
  forms_max: 500,
  /** On one browser; the oldest makes room. */
  forms_per_browser_max: 5,
  /** Of a form's body as it was posted. A longer one is refused and not kept. */
  form_bytes_max: 65_536,
  fields_max: 2_000,
  minutes_max: 15,
  /** Form keys whose person is remembered; the longest unused is forgotten first. */
  keys_max: 10_000,
} as const;

/** A form that was sent when its session was over, until its person sends it again. */
export interface KeptForm {
  readonly id: string;
  /** Undefined when not known: then it is for whoever signs in on that browser. */
  readonly person: UserId | undefined;
  /** Path and query it was posted to: it is sent there and nowhere else. */
  readonly action: string;
  /** What that path does, in the words of its route. */
  readonly summary: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** What the form calls its fields, by their names. */
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the fields that held secrets: those are not kept, and must be typed anew. */
  readonly secrets: readonly string[];
  /** Names of texts in which secrets stand as `<secret>` now. */
  readonly hidden: readonly string[];
  /** Names of texts whose secrets could not be told apart: without them it cannot be sent. */
  readonly lost: readonly string[];
  readonly until: Instant;
}

/** Forms that came after their session had ended. In memory only: a restart forgets them. */
export interface KeptForms {
  /** A form key, and whose it is: by it an ended session's form is known. */
  saw(key: string, person: UserId): void;
  personOf(key: string): UserId | undefined;
  /** Keeps it under the browser's key; returns that key, a new one if it had none in use. */
  keep(browser: string, form: Omit<KeptForm, 'id' | 'until'>): string;
  /** What is kept on a browser, the oldest first. */
  on(browser: string): readonly KeptForm[];
  drop(browser: string, id: string): void;
}

const newKey = (): string => randomBytes(24).toString('base64url');

export function openKeptForms(clock: Clock): KeptForms {
  const forms = new Map<string, KeptForm & { readonly browser: string }>();
  const persons = new Map<string, UserId>();
  const forgetOld = (): void => {
    for (const { id, until } of forms.values()) if (clock.now() >= until) forms.delete(id);
  };
  const on = (browser: string) => {
    forgetOld();
    return browser === '' ? [] : [...forms.values()].filter((one) => one.browser === browser);
  };
  const makeRoom = (): void => {
    if (forms.size < KEPT_LIMITS.forms_max) return;
    const [oldest] = forms.values();
    const unknown = [...forms.values()].find(({ person }) => person === undefined);
    forms.delete((unknown ?? oldest)?.id ?? '');
  };
  return {
    saw(key, person) {
      persons.delete(key); // goes last again
      persons.set(key, person);
      const [oldest] = persons.keys();
      if (persons.size > KEPT_LIMITS.keys_max && oldest !== undefined) persons.delete(oldest);
    },
    personOf: (key) => persons.get(key),
    keep(given, form) {
      const own = on(given);
      const browser = own.length > 0 ? given : newKey(); // only a key that was made here
      if (own.length >= KEPT_LIMITS.forms_per_browser_max) forms.delete(own[0]?.id ?? '');
      makeRoom();
      const id = newKey();
      const until = after(clock.now(), minutes(KEPT_LIMITS.minutes_max));
      forms.set(id, { ...form, id, until, browser });
      return browser;
    },
    on,
    drop(browser, id) {
      if (forms.get(id)?.browser === browser) forms.delete(id);
    },
  };
}

const COOKIE = 'tocsin_kept';

/** The key of the browser that asks; '' when it has none. */
export const keptKey = (cookies: string | undefined, settings: HttpSettings): string =>
  readCookie(cookies, COOKIE, settings);

export const keptCookie = (browser: string, settings: HttpSettings): string =>
  setCookie(COOKIE, browser, settings, KEPT_LIMITS.minutes_max * 60);
