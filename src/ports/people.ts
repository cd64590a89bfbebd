import type { Instant, Millis } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';

/**
 * A person behind an opaque id. Kept outside the journal, so that a name can be erased while the
 * id in old entries stays.
 */
export interface Person {
  readonly id: UserId;
  /** What is typed to sign in; '' for people who come through the organisation's sign-in. */
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly hasPassword: boolean;
  readonly createdAt: Instant;
}

export interface NewPerson {
  readonly login: string;
  readonly name: string;
  readonly email: string;
  /** '' for none: then only a one-time link or the organisation's sign-in lets them in. */
  readonly password: string;
}

/** Somebody is signed in, in one browser. */
export interface Session {
  /** SHA-256 of the secret, hex: names the session without letting anybody in. */
  readonly id: string;
  readonly user: UserId;
  readonly createdAt: Instant;
  readonly usedAt: Instant;
}

/**
 * Where a person can be told: a mail address, a chat's number, an address to post to. Entries name
 * it by its id alone.
 */
export interface Address {
  readonly id: string;
  readonly user: UserId;
  readonly kind: string;
  readonly address: string;
}

/** What a one-time link lets its holder do. */
export type LinkPurpose =
  | { readonly is: 'first-admin' }
  | { readonly is: 'password'; readonly user: UserId };

export interface PeopleSettings {
  /** A session nobody used for this long ends. */
  readonly sessionIdle: Millis;
  /** A session ends then, however busy it is. */
  readonly sessionLife: Millis;
  readonly linkLife: Millis;
}

export const PEOPLE_LIMITS = {
  login_chars_max: 64,
  name_chars_max: 128,
  email_chars_max: 254,
  password_chars_min: 10,
  password_bytes_max: 1_024,
  people_max: 100_000,
  sessions_max: 100_000,
  /** The oldest ends when one more begins. */
  sessions_per_person_max: 50,
  links_max: 1_000,
  address_chars_max: 2_048,
} as const;

export const CODE_LIMITS = {
  digits: 6,
  life_minutes: 15,
  /** Wrong ones; after that a code is worthless, and no other is made while it would have lived. */
  tries_max: 5,
} as const;

/** Names, passwords, sessions and one-time links. Secrets are kept as hashes only. */
export interface People {
  person(id: UserId): Person | undefined;
  byLogin(login: string): Person | undefined;
  /** Everybody who was not erased, in the order they were added. */
  all(): readonly Person[];
  /** Throws LOGIN_TAKEN or FIELD_INVALID. */
  add(person: NewPerson): Promise<Person>;
  rename(id: UserId, to: { readonly name: string; readonly email: string }): void;
  /** Ends every session of that person. */
  setPassword(id: UserId, password: string): Promise<void>;
  /** Takes as long for a login nobody has as for a wrong password. TOO_MANY when overrun. */
  checkPassword(login: string, password: string): Promise<UserId | undefined>;
  /** Removes everything but the id. */
  erase(id: UserId): void;

  /** The secret goes into the cookie and is kept nowhere. */
  openSession(user: UserId): { readonly secret: string; readonly session: Session };
  /** Finds a live session and counts this as use of it. */
  useSession(secret: string): Session | undefined;
  /** True while the session with that id lives; not a use. */
  hasSession(id: string): boolean;
  endSession(id: string): void;
  endSessionsOf(user: UserId): void;

  /** A new link for the same purpose makes the older ones worthless. */
  newLink(purpose: LinkPurpose): string;
  link(secret: string): LinkPurpose | undefined;
  /** True once. */
  spendLink(secret: string): boolean;

  /** Who came as `subject` from the organisation's sign-in at `issuer` before. */
  byIdentity(issuer: string, subject: string): UserId | undefined;
  addIdentity(issuer: string, subject: string, user: UserId): void;
  /** Adds or changes. Throws FIELD_INVALID. */
  setAddress(address: Address): void;
  address(id: string): Address | undefined;
  addressesOf(user: UserId): readonly Address[];
  dropAddress(id: string): void;

  /** A code for an address, unless one lives: whoever reads it there has the address. */
  makeCode(id: string): void;
  /** For the message that brings it. */
  codeOf(id: string): string | undefined;
  /** `right` once. `none`: there is none, it is too old, or it was tried too often. */
  tryCode(id: string, given: string): 'right' | 'wrong' | 'none';

  /** A signature under a key of this desk: what a link in a message proves itself with. */
  proof(text: string): string;
  isProof(text: string, given: string): boolean;
  /** A consistent copy while it is used, for a backup. */
  copyTo(file: string): Promise<void>;
  close(): void;
}
