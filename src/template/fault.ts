/** Maxima of templates and of what one rendering may do. Work is counted, not timed. */
export const TEMPLATE_LIMITS = {
  /** Longest template file or inline template, in UTF-8 bytes. */
  template_bytes_max: 1_048_576,
  files_max: 1_000,
  /** Longest text a rendering gives, and longest text a function of it may make (UTF-16 units). */
  output_chars_max: 1_048_576,
  /**
   * Steps of one rendering. A node costs one, a function one more for each 16 characters or each
   * item that it touches: about a second of work at most.
   */
  steps_max: 2_000_000,
  /** `template` inside `template`. */
  template_depth_max: 100,
  /** `if`, `with` and `range` inside one another while rendering, through all templates. */
  blocks_depth_max: 500,
  /** Rounds of one `range`. */
  range_rounds_max: 100_000,
  /** `if`, `with`, `range` and parentheses inside one another, as written. */
  nesting_max: 100,
  /** Longest text that `match` and `reReplaceAll` look through (UTF-16 units). */
  search_chars_max: 65_536,
  /** Lists and dicts inside one another. */
  value_depth_max: 100,
  /** Inline templates kept parsed, per set. */
  inline_cached_max: 1_000,
} as const;

/** A fault of a template, where it stands, in words for whoever wrote it. */
export class TemplateError extends Error {
  /** Name of the `define` it happened in; '' outside of any. */
  readonly template: string;
  /** Name of the file; '' for an inline template. */
  readonly file: string;
  /** Both from 1; a column counts UTF-16 units. */
  readonly line: number;
  readonly column: number;
  readonly why: string;
  constructor(place: Place, why: string) {
    const inside = place.template === '' ? '' : `in "${place.template}": `;
    super(`${place.file || 'template'}:${place.line}:${place.column}: ${inside}${why}`);
    this.name = 'TemplateError';
    this.template = place.template;
    this.file = place.file;
    this.line = place.line;
    this.column = place.column;
    this.why = why;
  }
}

export interface Place {
  readonly template: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A fault whose place is still to be said; whoever knows it makes a TemplateError of it. */
export class Fault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Fault';
  }
}

/** The text that a tree was read from, to say where in it something stands. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

export function placeOf({ file, text }: Source, template: string, at: number): Place {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  return { template, file, line, column: at - before.lastIndexOf('\n') };
}

/** Counts the work of one rendering, so that no template can hold up the desk. */
export class Meter {
  #left: number = TEMPLATE_LIMITS.steps_max;

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) {
      throw new Fault(`this takes more than ${TEMPLATE_LIMITS.steps_max} steps: make it simpler`);
    }
  }

  /** Charges a text by its length and hands it back; too long a one is a fault. */
  text(text: string): string {
    if (text.length > TEMPLATE_LIMITS.output_chars_max) {
      throw new Fault(`a text grows over ${TEMPLATE_LIMITS.output_chars_max} characters`);
    }
    this.spend(text.length >> 4);
    return text;
  }
}
