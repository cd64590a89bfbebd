import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TSchema } from 'typebox';
import type { Role, TokenScope } from '../desk/entry.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Reader } from './reader.ts';

/**
 * Who may call a route. `ingest` names the source whose events it takes: a token of that scope, or
 * nobody's name at all from loopback when the settings say so; a GET of such a route takes a viewer
 * instead of the token. `local` asks for a role as `role` does, but lets in programs on this
 * machine that give no name, for as long as they may hand in alarms so. The authorisation test
 * walks the table: a route without a rule does not compile.
 */
export type Access =
  | { readonly need: 'nothing' }
  | { readonly need: 'role'; readonly role: Role }
  | { readonly need: 'local'; readonly role: Role }
  | { readonly need: 'ingest'; readonly source: string };

/** Who is asking, once the door has looked. */
export type Actor =
  | { readonly is: 'nobody' }
  | {
      readonly is: 'user';
      readonly id: UserId;
      readonly role: Role;
      readonly session: string;
      readonly csrf: string;
    }
  | {
      readonly is: 'token';
      readonly id: string;
      readonly owner: UserId;
      readonly role: Role;
      readonly scope: TokenScope;
    };

/** One request, read and allowed. */
export interface Asked {
  readonly actor: Actor;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** The body's bytes; empty when there is none. */
  readonly body: Uint8Array;
  /** The body as JSON or form fields, checked against `bodySchema` when the route has one. */
  readonly json: unknown;
  /** Quoted in errors and logs. */
  readonly reference: string;
  readonly remoteAddress: string;
  /** Begins an answer that goes on; the handler then says that it has taken the socket over. */
  readonly stream: (headers: Readonly<Record<string, string>>) => Reader;
  /** For streams only. */
  readonly raw: { readonly request: IncomingMessage; readonly response: ServerResponse };
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A string goes out as it is; `undefined` has no body. */
  readonly body?: string | Uint8Array | AsyncIterable<string | Uint8Array>;
  /** The handler took the socket over (SSE): nothing more is sent. */
  readonly taken?: true;
}

/** One line of the route table. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the route prefix; `:name` for parameters. */
  readonly path: string;
  readonly access: Access;
  /** One sentence; makes the OpenAPI operation of /api/v1 routes. */
  readonly summary: string;
  /** True for routes browsers post forms to: the session's CSRF token is demanded. */
  readonly form?: boolean;
  readonly bodyBytesMax?: number;
  readonly bodySchema?: TSchema;
  readonly querySchema?: TSchema;
  readonly answerSchema?: TSchema;
  /** How its form is kept when it comes after the session has ended. */
  readonly kept?: KeptWords;
  readonly handle: (asked: Asked) => Promise<Answer> | Answer;
}

export interface KeptWords {
  /** What the form calls its fields, by their names. */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * A field's text with `<secret>` for each secret in it; undefined when that cannot be told, and
   * nothing of it is kept then. `isKnown`: a session of this desk wrote the form, so that a text
   * may cost something to be read.
   */
  readonly hides?: (name: string, text: string, isKnown: boolean) => string | undefined;
}
