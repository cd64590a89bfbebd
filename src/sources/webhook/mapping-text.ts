import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { meant } from '../../base/near.ts';
import type { RuleFault } from '../../ports/source.ts';

export const MAPPING_LIMITS = {
  /** The library takes 0.6 s for the worst text of this length, and all of it on one thread. */
  text_chars_max: 65_536,
  mappings_max: 200,
  entries_max: 128,
  faults_max: 100,
} as const;

/** `resource: {site}/{host}` without quotes is a mapping with more behind it to YAML. */
function bracesHint(text: string, at: number): string {
  const from = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  const line = text.slice(from, end < 0 ? text.length : end);
  return /^[\s\w-]*:\s*\{[^{}'"]*\}./.test(line.slice(0, LINE_CHARS_MAX)) ? QUOTES_HINT : '';
}

const LINE_CHARS_MAX = 1_024;
const QUOTES_HINT = "; a text with paths in braces needs quotes around it: '{site}/{host}'";

/** A text of YAML that still knows where everything stood, and collects what is wrong with it. */
export class RuleText {
  readonly faults: RuleFault[] = [];
  readonly #lines = new LineCounter();

  /** The list of mappings at the top; empty when there is none. Total. */
  read(text: string): readonly Node[] {
    if (text.length > MAPPING_LIMITS.text_chars_max) {
      const why = `longer than ${MAPPING_LIMITS.text_chars_max} characters`;
      this.faults.push({ line: 0, column: 0, why });
      return [];
    }
    const root = this.#parsed(text);
    if (this.faults.length > 0 || root === undefined) return [];
    if (!isSeq(root)) {
      this.say(root, 'expected a list of mappings: each begins with "- "');
      return [];
    }
    const items = root.items as Node[];
    if (items.length > MAPPING_LIMITS.mappings_max) {
      this.say(root, `more than ${MAPPING_LIMITS.mappings_max} mappings`);
    }
    return items.slice(0, MAPPING_LIMITS.mappings_max);
  }

  #parsed(text: string): Node | undefined {
    try {
      const options = { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: false };
      const document = parseDocument(text, options);
      for (const { pos, message } of document.errors) {
        const why = `this is not YAML: ${message.charAt(0).toLowerCase()}${message.slice(1)}`;
        this.#sayAt(pos[0], why + bracesHint(text, pos[0]));
      }
      return document.contents ?? undefined;
    } catch (error) {
      // The library recurses: a text that is nothing but brackets ends its stack.
      if (!(error instanceof RangeError)) throw error;
      this.#sayAt(0, 'nested too deep');
      return undefined;
    }
  }

  say(node: unknown, why: string): void {
    this.#sayAt(offsetOf(node), why);
  }

  lineOf(node: unknown): number {
    return Math.max(1, this.#lines.linePos(offsetOf(node)).line);
  }

  #sayAt(offset: number, why: string): void {
    if (this.faults.length >= MAPPING_LIMITS.faults_max) return;
    const { line, col } = this.#lines.linePos(offset);
    this.faults.push({ line: Math.max(1, line), column: Math.max(1, col), why });
  }

  /** The entries of a mapping by name; a name that is not known is a fault, with the nearest. */
  entries(node: unknown, known: readonly string[] | undefined, what: string): Map<string, Node> {
    const found = new Map<string, Node>();
    if (!isMap(node)) {
      this.say(node, `${what}: expected names with values, ${aKind(node)} stands here`);
      return found;
    }
    for (const { key, value } of node.items.slice(0, MAPPING_LIMITS.entries_max)) {
      const name = isScalar(key) ? scalarText(key) : '';
      if (found.has(name)) this.say(key, `"${name}" stands here for the second time`);
      else if (known && !known.includes(name)) {
        this.say(key, `${what} has no field "${name}"${meant(name, known)}`);
      } else if (value !== null) found.set(name, value as Node);
    }
    if (node.items.length > MAPPING_LIMITS.entries_max) {
      this.say(node, `${what}: more than ${MAPPING_LIMITS.entries_max} entries`);
    }
    return found;
  }

  /** The text of a scalar as it was written; undefined, with a fault, for everything else. */
  text(node: Node | undefined, what: string): string | undefined {
    if (node === undefined) return undefined;
    if (isScalar(node) && node.value !== null) return scalarText(node);
    this.say(node, `${what}: expected a text, ${aKind(node)} stands here`);
    return undefined;
  }

  /** One text or a list of them, each with its place. */
  texts(
    node: Node | undefined,
    what: string,
    max: number,
  ): readonly { readonly text: string; readonly node: Node }[] {
    if (node === undefined) return [];
    const items = isSeq(node) ? (node.items as Node[]) : [node];
    if (items.length > max) this.say(node, `${what}: at most ${max}`);
    return items.slice(0, max).flatMap((item) => {
      const text = this.text(item, what);
      return text === undefined ? [] : [{ text, node: item }];
    });
  }
}

const offsetOf = (node: unknown): number =>
  (node as { range?: readonly number[] } | undefined)?.range?.[0] ?? 0;

/** `012` and `yes` stay as they are, whatever YAML would make of them. */
const scalarText = (node: { readonly value: unknown; readonly source?: string }): string =>
  typeof node.value === 'string' ? node.value : (node.source ?? String(node.value ?? ''));

function aKind(node: unknown): string {
  if (isAlias(node)) return 'an alias (*name), which is not taken here,';
  return isMap(node) ? 'a mapping' : isSeq(node) ? 'a list' : 'nothing';
}
