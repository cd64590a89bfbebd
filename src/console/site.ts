import type { Role } from '../desk/entry.ts';

/** What every page must know of the desk it belongs to. The same for all readers. */
export interface Site {
  /** '' or `/path`: what every path begins with. */
  readonly prefix: string;
  /** The organisation's name for this desk. */
  readonly name: string;
  /** Full path of a static file, with its content's hash in it. */
  readonly asset: (file: string) => string;
}

export type Theme = 'auto' | 'light' | 'dark' | 'contrast';
export const THEMES: readonly Theme[] = ['auto', 'light', 'dark', 'contrast'];

/** Who reads this page. */
export interface Reader {
  readonly name: string;
  readonly role: Role;
  /** The session's form token. */
  readonly csrf: string;
  readonly theme: Theme;
  /** Path and query of this page below the prefix: where a form leads back to. */
  readonly here: string;
  /** A key that makes the forms of this page do what they do once, however often they are sent. */
  readonly once: string;
}

export const mayAct = (reader: Reader): boolean => reader.role !== 'viewer';
