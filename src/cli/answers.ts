import type { Severity } from '../domain/alarm/severity.ts';
import { type Client, strange } from './client.ts';

/** What the commands read of the API's answers; shapes of src/http/api/shapes.ts. */
export interface Somebody {
  readonly id: string;
  readonly name: string;
}

export interface AlarmAnswer {
  readonly id: string;
  readonly source: string;
  readonly resource: string;
  readonly type: string;
  readonly severity: Severity;
  readonly text: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly context?: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly link: string;
  readonly standing: string;
  readonly condition: { readonly is: string; readonly since: string; readonly at: string | null };
  readonly assignee: Somebody | null;
  readonly ticket: string;
  readonly episode: number;
  readonly occurrences: number;
  /** Absent from an older desk. */
  readonly unkept?: number;
  readonly episodes: number;
  readonly heardAt: string;
}

export interface ExplainLine {
  readonly at: string | null;
  readonly what: string;
  readonly why: string;
  readonly by: Somebody | null;
  readonly rule: string;
}

export interface ExplainAnswer {
  readonly now: readonly ExplainLine[];
  readonly next: readonly ExplainLine[];
  readonly past: readonly ExplainLine[];
}

export interface ResultAnswer {
  readonly id: string;
  readonly ok: boolean;
  readonly code?: string;
  readonly why?: string;
  readonly shelvedUntil?: string;
}

type Json = Readonly<Record<string, unknown>>;

/** An object of an answer. Throws ANSWER_STRANGE: whatever answered is not a desk as we know it. */
export function objectOf(client: Client, value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw strange(client, `${what} is not an object`);
  return value as Json;
}

/** The list under `name` of an answer. */
export function listOf<T>(client: Client, value: unknown, name: string): readonly T[] {
  const list = objectOf(client, value, 'the answer')[name];
  if (!Array.isArray(list)) throw strange(client, `\`${name}\` is not a list`);
  return list as readonly T[];
}

/** An alarm whose fields a table can be drawn from. */
export function alarmOf(client: Client, value: unknown): AlarmAnswer {
  const alarm = objectOf(client, value, 'an alarm');
  const hasTexts = ['id', 'severity', 'resource', 'text'].every(
    (n) => typeof alarm[n] === 'string',
  );
  if (!hasTexts || typeof alarm.condition !== 'object')
    throw strange(client, 'an alarm lacks its fields');
  return value as AlarmAnswer;
}
