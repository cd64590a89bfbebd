import type { Matcher } from '../alarm/matcher.ts';
import type { Policy } from '../escalation/policy.ts';

/** Maxima of one runbook; beyond them it is refused with a fault. */
export const RUNBOOK_LIMITS = {
  text_chars_max: 65_536,
  name_chars_max: 100,
  title_chars_max: 200,
  steps_max: 50,
  /** What a step says to a person. */
  says_chars_max: 4_096,
  body_chars_max: 16_384,
  url_chars_max: 2_048,
  headers_max: 20,
  header_chars_max: 1_024,
  statuses_max: 20,
  wait_seconds_max: 86_400,
  /** What a page says, before the parameters are in it. */
  page_chars_max: 1_000,
  /** How long one answer to a page may be waited for. */
  answer_seconds_max: 86_400,
  parameters_max: 20,
  choices_max: 100,
  value_chars_max: 1_000,
  /** Lists of matchers; a runbook is for an alarm that one of them matches. */
  matchers_max: 20,
} as const;

/** Something wrong in a runbook; the line counts from 1. */
export interface RunbookFault {
  readonly line: number;
  readonly why: string;
}

export interface Parameter {
  readonly name: string;
  readonly type: 'text' | 'number' | 'choice';
  readonly required: boolean;
  readonly description: string;
  /** RE2, whole value; '' for none. */
  readonly pattern: string;
  readonly choices: readonly string[];
}

/** What a command takes. */
export interface TakenParameter extends Parameter {
  /** Its value may begin with a dash, as an option does. */
  readonly mayDash: boolean;
}

/** One HTTP request; `{{name}}` stands for a parameter, `{{secret.name}}` for a secret. */
export interface HttpStep {
  readonly is: 'http';
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Statuses that are a success; empty: 200 to 299. */
  readonly statuses: readonly number[];
  /** It may be asked again when nobody knows whether it was. */
  readonly repeatable: boolean;
}

/** Somebody is asked, and answers; `{{name}}` stands for a parameter. */
export interface PageStep {
  readonly is: 'page';
  readonly whom: (typeof PAGED)[number];
  readonly name: string;
  /** For an answer; an escalation policy has its own. */
  readonly waitSeconds: number;
  readonly text: string;
  /** As the configuration has it when the run begins. */
  readonly policy?: Policy;
}

/** A command of the desk's own list; nothing else is ever run. */
export interface CommandStep {
  readonly is: 'command';
  readonly name: string;
  /** What its parameters get; `{{name}}` stands for a parameter of the runbook. */
  readonly values: Readonly<Record<string, string>>;
  /** What it takes, as the configuration has it when the run begins. */
  readonly takes?: readonly TakenParameter[];
}

/** Whom a step may page: `policy=noc`. */
export const PAGED = ['policy', 'schedule', 'team', 'person'] as const;

export interface RunbookStep {
  readonly title: string;
  /** The Markdown below its heading, without the block. */
  readonly says: string;
  readonly does:
    | { readonly is: 'manual' }
    | { readonly is: 'wait'; readonly seconds: number }
    | HttpStep
    | PageStep
    | CommandStep;
}

export const STEP_KINDS: readonly RunbookStep['does']['is'][] = [
  'manual',
  'wait',
  'http',
  'page',
  'command',
];

export interface Runbook {
  readonly name: string;
  readonly title: string;
  /** What stands between the first heading and the first step. */
  readonly says: string;
  /** It is for an alarm that one of these lists matches. */
  readonly matchers: readonly (readonly Matcher[])[];
  readonly parameters: readonly Parameter[];
  readonly steps: readonly RunbookStep[];
  /** Of each step, where it says what it does; from 1. */
  readonly lines: readonly number[];
}

/** A line of a block with its number in the file. */
export type BlockLine = readonly [number: number, text: string];

/** Takes a fault of a line. */
export type Say = (line: number, why: string) => void;

/** Every `{{name}}` of a template, in its order. */
export const namesIn = (template: string): readonly string[] =>
  [...template.matchAll(/\{\{\s*([^{}]{0,200}?)\s*\}\}/g)].map(([, name = '']) => name);

export const SECRET_PREFIX = 'secret.';

/** One file of the folder: a runbook, or what is wrong with it. */
export type RunbookFile =
  | { readonly file: string; readonly runbook: Runbook }
  | {
      readonly file: string;
      readonly faults: readonly RunbookFault[];
      /** Where it could be read so far. */
      readonly name?: string;
    };
