import type { Source } from './fault.ts';

/** What every node has: where it stands in its source. */
interface Node {
  readonly at: number;
}

/** One thing of a template's body. */
export type Item =
  | (Node & { readonly is: 'text'; readonly text: string })
  | (Node & { readonly is: 'action'; readonly pipe: Pipe })
  | (Node & { readonly is: 'if' | 'with' | 'range'; readonly pipe: Pipe; readonly body: Body } & {
      readonly otherwise: Body | undefined;
    })
  | (Node & { readonly is: 'template'; readonly name: string; readonly pipe: Pipe | undefined })
  | (Node & { readonly is: 'break' | 'continue' });

export type Body = readonly Item[];

/** `$a, $b := one x | two`. */
export interface Pipe extends Node {
  readonly is: 'pipe';
  /** Names with their dollar. */
  readonly variables: readonly string[];
  /** `=` instead of `:=`. */
  readonly assigns: boolean;
  readonly commands: readonly Command[];
}

export interface Command extends Node {
  /** At least one: the first is what is evaluated or called. */
  readonly words: readonly Word[];
}

/** An operand of a command. */
export type Word =
  | Pipe
  | (Node & { readonly is: 'dot' | 'nil' })
  | (Node & { readonly is: 'constant'; readonly value: boolean | string | bigint | number })
  | (Node & { readonly is: 'function'; readonly name: string })
  | (Node & { readonly is: 'field'; readonly path: readonly string[] })
  | (Node & { readonly is: 'variable'; readonly name: string; readonly path: readonly string[] })
  | (Node & { readonly is: 'chain'; readonly from: Word; readonly path: readonly string[] });

/** One `define`, or the text around all of them ('' or the file's name). */
export interface Tree {
  readonly name: string;
  readonly source: Source;
  readonly body: Body;
}

/** A file of templates as it was read. */
export interface TemplateFile {
  /** Shown in messages. */
  readonly name: string;
  readonly text: string;
}
