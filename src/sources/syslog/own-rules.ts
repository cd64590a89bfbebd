import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { meant } from '../../base/near.ts';
import type { RuleFault } from '../../ports/source.ts';
import { type Rule, readRule, stepsOf } from './rules.ts';
import { NAMES, RULES_MAX, type RuleSettings, rule as ruleShape } from './settings.ts';

export const OWN_RULES_LIMITS = {
  /** The library takes 0.6 s for the worst text of this length. */
  text_chars_max: 65_536,
  rules_max: RULES_MAX,
  faults_max: 100,
  /** Steps of all patterns together: what one line may cost has a maximum. */
  instructions_max: 40_000,
} as const;

/** People's own rules, read. With a fault none of them is used. */
export interface OwnRules {
  readonly rules: readonly Rule[];
  readonly faults: readonly RuleFault[];
}

type Part = keyof RuleSettings;
const PARTS = Object.keys(ruleShape.properties) as Part[];
const DEFAULTS = Object.fromEntries(
  PARTS.map((part) => [part, (ruleShape.properties[part] as { default?: unknown }).default]),
) as unknown as RuleSettings;
/** Characters of each part, as in the settings; a severity is one of its words. */
const charsMax = (part: Part): number =>
  (ruleShape.properties[part] as { maxLength?: number }).maxLength ?? 64;

/** Reads a text of rules. Total: what cannot be used is told with its place. */
export function readOwnRules(text: string): OwnRules {
  if (text.length > OWN_RULES_LIMITS.text_chars_max) {
    const why = `longer than ${OWN_RULES_LIMITS.text_chars_max} characters`;
    return { rules: [], faults: [{ line: 0, column: 0, why }] };
  }
  const reading = new Reading();
  const root = reading.parse(text);
  if (root !== undefined) reading.list(isMap(root) ? root.get('rules', true) : undefined, root);
  return reading;
}

/** One text on its way to rules. */
class Reading {
  readonly rules: Rule[] = [];
  readonly faults: RuleFault[] = [];
  readonly #lines = new LineCounter();
  #steps = 0;

  /** The top of the text; undefined when it is empty or not YAML. */
  parse(text: string): Node | undefined {
    try {
      const options = { lineCounter: this.#lines, prettyErrors: false, uniqueKeys: false };
      const document = parseDocument(text, options);
      for (const { pos, message } of document.errors) this.#tellAt(pos[0], `not YAML: ${message}`);
      return this.faults.length > 0 ? undefined : (document.contents ?? undefined);
    } catch (error) {
      // The library recurses: a text that is nothing but brackets ends its stack.
      if (!(error instanceof RangeError)) throw error;
      this.#tellAt(0, 'nested too deep');
      return undefined;
    }
  }

  list(list: unknown, root: Node): void {
    if (!isSeq(list)) return this.#tell(root, '"rules:" and a list of rules expected');
    const { rules_max } = OWN_RULES_LIMITS;
    if (list.items.length > rules_max) return this.#tell(list, `at most ${rules_max} rules`);
    for (const item of list.items) {
      if (this.#steps <= OWN_RULES_LIMITS.instructions_max) this.#rule(item as Node);
    }
  }

  #rule(item: Node): void {
    const before = this.faults.length;
    const nodes = new Map<Part, Node>();
    const given = this.#given(item, nodes);
    if (this.faults.length > before) return;
    const rule = readRule(given);
    if ('error' in rule) {
      return this.#tell((rule.part && nodes.get(rule.part)) ?? item, rule.error);
    }
    this.#steps += stepsOf(rule);
    const { instructions_max } = OWN_RULES_LIMITS;
    if (this.#steps > instructions_max) {
      return this.#tell(item, `all patterns up to here need more than ${instructions_max} steps`);
    }
    this.rules.push(rule);
  }

  /** The parts of one rule as they stand there, and where; the rest as in the settings. */
  #given(item: Node, nodes: Map<Part, Node>): RuleSettings {
    const given: Record<string, string> = { ...DEFAULTS };
    if (!isMap(item)) {
      this.#tell(item, 'a rule expected: match, and raise, clear, occurrence or ignore');
      return DEFAULTS;
    }
    for (const { key, value } of item.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const part = PARTS.find((one) => one === name);
      if (part === undefined) this.#tell(key, `a rule has no "${name}"${meant(name, PARTS)}`);
      else if (nodes.has(part)) this.#tell(key, `"${name}" stands here for the second time`);
      else if (!isScalar(value)) this.#tell(value ?? key, `${name}: a text expected`);
      else {
        nodes.set(part, value);
        given[part] = scalarText(value);
        this.#length(part, given[part], value);
      }
    }
    return given as unknown as RuleSettings;
  }

  #length(part: Part, text: string, at: Node): void {
    const max = charsMax(part);
    if (text.length > max) this.#tell(at, `${part}: at most ${max} characters`);
    if (part === 'severity' && text !== '' && !(NAMES as readonly string[]).includes(text)) {
      this.#tell(at, `severity: one of ${NAMES.join(', ')} expected`);
    }
  }

  #tell(node: unknown, why: string): void {
    this.#tellAt((node as Node | null)?.range?.[0] ?? 0, why);
  }

  #tellAt(offset: number, why: string): void {
    if (this.faults.length >= OWN_RULES_LIMITS.faults_max) return;
    const { line, col } = this.#lines.linePos(offset);
    this.faults.push({ line: Math.max(1, line), column: Math.max(1, col), why });
  }
}

/** `012` and `yes` stay as they are, whatever YAML would make of them. */
const scalarText = (node: { readonly value: unknown; readonly source?: string }): string =>
  typeof node.value === 'string' ? node.value : (node.source ?? '');
