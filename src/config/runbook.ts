import { parseMatchers } from '../domain/alarm/matcher.ts';
import { compilePattern } from '../domain/alarm/pattern.ts';
import {
  type Parameter,
  RUNBOOK_LIMITS,
  type Runbook,
  type RunbookFault,
  SECRET_PREFIX,
} from '../domain/run/runbook.ts';
import { readSteps } from '../domain/run/steps.ts';
import { moved, readFronted } from './front-matter.ts';
import { type Entry, entriesOf, itemsOf, textOf, type YamlFile } from './yaml-file.ts';

const most = RUNBOOK_LIMITS;

type Faulty = { readonly faults: readonly RunbookFault[] };

/** Reads a runbook: front matter in YAML between two lines `---`, then Markdown. Total. */
export function readRunbook(text: string, file: string): Runbook | Faulty {
  const read = readFronted(text, file, 'a runbook', most.text_chars_max);
  if ('faults' in read) return read;
  const front = new Front(read.front).read();
  const names = new Set(front.parameters.map(({ name }) => name));
  const body = readSteps(read.body.join('\n'), read.first, names);
  const faults = [...front.faults, ...('faults' in body ? body.faults : [])];
  if ('faults' in body || faults.length > 0) return { faults };
  const { name, matchers, parameters } = front;
  return { name, matchers, parameters, ...body };
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const PARAMETER = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const TYPES: readonly Parameter['type'][] = ['text', 'number', 'choice'];
const FIELDS = ['type', 'required', 'pattern', 'choices', 'description'];

/** The front matter, read field by field with a fault for each that is wrong. */
class Front {
  readonly #file: YamlFile;
  readonly #faults: RunbookFault[] = [];

  constructor(file: YamlFile) {
    this.#file = file;
  }

  read() {
    for (const one of this.#file.duplicates) this.#faults.push(moved(one));
    let name = '';
    let matchers: Runbook['matchers'] = [];
    let parameters: readonly Parameter[] = [];
    for (const entry of entriesOf(this.#file, this.#file.root)) {
      if (entry.key === 'name') name = textOf(entry.value) ?? '';
      else if (entry.key === 'for') matchers = this.#matchers(entry);
      else if (entry.key === 'parameters') parameters = this.#parameters(entry);
      else this.#say(entry.keyNode, `"${entry.key}": name, for or parameters expected`);
    }
    if (!NAME.test(name))
      this.#say(this.#file.root, 'name: 1 to 100 of A-Z, 0-9, dot, dash and underscore expected');
    return { name, matchers, parameters, faults: this.#faults };
  }

  #say(node: unknown, why: string): void {
    this.#faults.push(moved(this.#file.fault(node, why)));
  }

  #matchers({ keyNode, value }: Entry): Runbook['matchers'] {
    const items = itemsOf(this.#file, value);
    if (items.length === 0) this.#say(keyNode, 'for: a list expected: [\'@type="link.down"\']');
    if (items.length > most.matchers_max)
      this.#say(keyNode, `for: at most ${most.matchers_max} lists of matchers`);
    return items.slice(0, most.matchers_max).flatMap((item) => {
      const read = parseMatchers(textOf(item) ?? '');
      if (!('error' in read) && read.length > 0) return [read];
      this.#say(item ?? keyNode, `for: ${'error' in read ? read.error : 'a matcher expected'}`);
      return [];
    });
  }

  #parameters({ keyNode, value }: Entry): readonly Parameter[] {
    const entries = entriesOf(this.#file, value);
    if (entries.length > most.parameters_max)
      this.#say(keyNode, `parameters: at most ${most.parameters_max}`);
    return entries.slice(0, most.parameters_max).map((entry) => this.#parameter(entry));
  }

  #parameter({ key: name, keyNode, value }: Entry): Parameter {
    if (!PARAMETER.test(name) || name.startsWith(SECRET_PREFIX))
      this.#say(keyNode, `"${name}": a parameter is named as in {{port}}: letters, digits, _`);
    const fields = new Map(entriesOf(this.#file, value).map((one) => [one.key, one]));
    for (const [key, one] of fields)
      if (!FIELDS.includes(key)) this.#say(one.keyNode, `"${key}": ${FIELDS.join(', ')} expected`);
    const text = (key: string): string => textOf(fields.get(key)?.value) ?? '';
    const type = TYPES.find((one) => one === (text('type') || 'text'));
    if (!type) this.#say(fields.get('type')?.value, `type: ${TYPES.join(', ')} expected`);
    const required = text('required') || 'true';
    if (required !== 'true' && required !== 'false')
      this.#say(fields.get('required')?.value, 'required: true or false expected');
    const choices = itemsOf(this.#file, fields.get('choices')?.value).map((c) => textOf(c) ?? '');
    if ((type === 'choice') !== choices.length > 0)
      this.#say(keyNode, `${name}: a choice has \`choices\`, and nothing else has`);
    if (choices.length > most.choices_max || choices.some((one) => one === ''))
      this.#say(keyNode, `${name}: 1 to ${most.choices_max} choices, none of them empty`);
    const pattern = text('pattern');
    const compiled = compilePattern(pattern);
    if ('error' in compiled) this.#say(fields.get('pattern')?.value, `pattern: ${compiled.error}`);
    const description = text('description').slice(0, most.title_chars_max);
    const isNeeded = required === 'true';
    return { name, type: type ?? 'text', required: isNeeded, description, pattern, choices };
  }
}
