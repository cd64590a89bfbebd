import { parseMatchers } from '../domain/alarm/matcher.ts';
import {
  ASK,
  type Attach,
  type AttachHow,
  DOCUMENT_KINDS,
  type DocumentKind,
  type DocumentTemplate,
  FACT_COLUMNS,
  FACTS,
  fitsFact,
  NOT_ATTACHED,
  type Scope,
  TEMPLATE_MAXIMA,
  type TemplateFault,
  VARIABLE_TYPES,
  type Variable,
} from '../domain/document/template.ts';
import { isVariableName, readAsked } from '../domain/document/value.ts';
import { documentFault } from '../template/document.ts';
import { type Fronted, moved, readFronted } from './front-matter.ts';
import { type Entry, entriesOf, itemsOf, textOf, type YamlFile } from './yaml-file.ts';

const most = TEMPLATE_MAXIMA;

type Faulty = { readonly faults: readonly TemplateFault[] };

/** Reads a template: front matter in YAML between two lines `---`, then Markdown. Total. */
export function readDocumentTemplate(text: string, file: string): DocumentTemplate | Faulty {
  const at = (line: number, why: string): Faulty => ({ faults: [{ line, why }] });
  const read = readFronted(text, file, 'a template', most.text_chars_max);
  if ('faults' in read) return read;
  const { faults, ...front } = new Front(read.front).read();
  const body = read.body.join('\n').trim();
  if (faults.length > 0) return { faults };
  if (body === '') return at(read.first, 'the body is missing: Markdown below the front matter');
  const columns = ({ columns: own, from }: Variable) => FACT_COLUMNS[from] ?? own;
  const wrong = documentFault(body, front.variables, columns);
  if (wrong) return at(linesAbove(read) + wrong.line, wrong.why);
  return { ...front, body: `${body}\n` };
}

/** Lines of the file above the first one of the body that says something. */
function linesAbove({ body, first }: Fronted): number {
  const blank = body.findIndex((line) => line.trim() !== '');
  return first - 1 + Math.max(blank, 0);
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const KEYS = ['name', 'title', 'kind', 'for', 'attach', 'variables'];
const FIELDS = ['type', 'from', 'required', 'default', 'description', 'choices', 'columns'];
const HOW: readonly AttachHow[] = ['yes', 'no', 'copy'];

/** The front matter, read field by field with a fault for each that is wrong. */
class Front {
  readonly #file: YamlFile;
  readonly #faults: TemplateFault[] = [];

  constructor(file: YamlFile) {
    this.#file = file;
  }

  read() {
    for (const one of this.#file.duplicates) this.#faults.push(moved(one));
    const entries = new Map(
      entriesOf(this.#file, this.#file.root).map((entry) => [entry.key, entry]),
    );
    for (const [key, { keyNode }] of entries)
      if (!KEYS.includes(key)) this.#say(keyNode, `"${key}": ${KEYS.join(', ')} expected`);
    const text = (key: string): string => textOf(entries.get(key)?.value) ?? '';
    const name = text('name');
    if (!NAME.test(name))
      this.#say(this.#file.root, 'name: 1 to 100 of A-Z, 0-9, dot, dash and underscore expected');
    const title = text('title') || name;
    if (title.length > most.title_chars_max || /\p{Cc}/u.test(title))
      this.#say(entries.get('title')?.value, `title: one line of ${most.title_chars_max} at most`);
    const kind = DOCUMENT_KINDS.find((one) => one === (text('kind') || 'other'));
    if (!kind) this.#say(entries.get('kind')?.value, `kind: ${DOCUMENT_KINDS.join(', ')} expected`);
    const { scope, matchers } = this.#for(entries.get('for'));
    const attach = this.#attach(entries.get('attach'), scope);
    const variables = this.#variables(entries.get('variables'), scope);
    const known: DocumentKind = kind ?? 'other';
    return { name, title, kind: known, scope, matchers, attach, variables, faults: this.#faults };
  }

  #say(node: unknown, why: string): void {
    this.#faults.push(moved(this.#file.fault(node, why)));
  }

  /** `incident`, a list of matchers, or nothing: then it is about the desk and a shift. */
  #for(entry: Entry | undefined): Pick<DocumentTemplate, 'scope' | 'matchers'> {
    if (!entry) return { scope: 'shift', matchers: [] };
    if (textOf(entry.value) === 'incident') return { scope: 'incident', matchers: [] };
    const items = itemsOf(this.#file, entry.value);
    if (items.length === 0 || items.length > most.matchers_max)
      this.#say(entry.keyNode, `for: incident, or 1 to ${most.matchers_max} lists of matchers`);
    const matchers = items.slice(0, most.matchers_max).flatMap((item) => {
      const read = parseMatchers(textOf(item) ?? '');
      if (!('error' in read) && read.length > 0) return [read];
      this.#say(
        item ?? entry.keyNode,
        `for: ${'error' in read ? read.error : 'a matcher expected'}`,
      );
      return [];
    });
    return { scope: 'incident', matchers };
  }

  #attach(entry: Entry | undefined, scope: Scope): Attach {
    if (!entry) return NOT_ATTACHED;
    if (scope !== 'incident') this.#say(entry.keyNode, 'attach: only with for:, to incidents');
    const said = new Map(entriesOf(this.#file, entry.value).map((one) => [one.key, one]));
    for (const [key, { keyNode }] of said)
      if (!['on_open', 'on_reopen', 'on_merge'].includes(key))
        this.#say(keyNode, `"${key}": on_open, on_reopen, on_merge expected`);
    const how = <T extends AttachHow>(key: string, may: readonly T[]): T | 'no' => {
      const one = said.get(key);
      const found = may.find((each) => each === textOf(one?.value));
      if (one && !found) this.#say(one.value ?? one.keyNode, `${key}: ${may.join(', ')} expected`);
      return found ?? 'no';
    };
    const onOpen = how('on_open', ['yes', 'no'] as const);
    return { onOpen, onReopen: how('on_reopen', HOW), onMerge: how('on_merge', HOW) };
  }

  #variables(entry: Entry | undefined, scope: Scope): readonly Variable[] {
    const entries = entry ? entriesOf(this.#file, entry.value) : [];
    if (entries.length > most.variables_max)
      this.#say(entry?.keyNode, `variables: at most ${most.variables_max}`);
    return entries.slice(0, most.variables_max).map((one) => this.#variable(one, scope));
  }

  #variable({ key: name, keyNode, value }: Entry, scope: Scope): Variable {
    if (!isVariableName(name))
      this.#say(keyNode, `"${name}": a variable is named as in {{ .lead_time }}: a-z, 0-9, _`);
    const fields = new Map(entriesOf(this.#file, value).map((one) => [one.key, one]));
    for (const [key, one] of fields)
      if (!FIELDS.includes(key)) this.#say(one.keyNode, `"${key}": ${FIELDS.join(', ')} expected`);
    const text = (key: string): string => textOf(fields.get(key)?.value) ?? '';
    const texts = (key: string): readonly string[] =>
      itemsOf(this.#file, fields.get(key)?.value).map((one) => textOf(one) ?? '');
    const type = VARIABLE_TYPES.find((one) => one === (text('type') || 'text'));
    if (!type) this.#say(fields.get('type')?.value, `type: ${VARIABLE_TYPES.join(', ')} expected`);
    const required = text('required') || 'true';
    if (required !== 'true' && required !== 'false')
      this.#say(fields.get('required')?.value, 'required: true or false expected');
    const variable: Variable = {
      ...{ name, type: type ?? 'text', from: text('from') || ASK, required: required === 'true' },
      ...{ preset: text('default'), description: text('description') },
      ...{ choices: texts('choices'), columns: texts('columns') },
    };
    if (type) this.#judge(variable, scope, keyNode);
    return variable;
  }

  /** What no field can say alone. */
  #judge(variable: Variable, scope: Scope, node: unknown): void {
    const { name, type, from, preset, description, choices, columns } = variable;
    const say = (why: string): void => this.#say(node, `${name}: ${why}`);
    if ((type === 'choice') !== choices.length > 0)
      say('a choice has `choices`, and nothing else has');
    if (choices.length > most.choices_max || choices.some((one) => one === ''))
      say(`1 to ${most.choices_max} choices, none of them empty`);
    if ((type === 'table' && from === ASK) !== columns.length > 0)
      say('a table that is asked for has `columns`, and nothing else has');
    if (columns.length > most.columns_max || columns.some((one) => !isVariableName(one)))
      say(`1 to ${most.columns_max} columns, named as variables are`);
    if (description.length > most.description_chars_max)
      say(`description: at most ${most.description_chars_max} characters`);
    if (preset.length > most.default_chars_max)
      say(`default: at most ${most.default_chars_max} characters`);
    const isPeople = type === 'person' || type === 'people';
    const read =
      preset === '' || isPeople ? undefined : readAsked(variable, preset, () => undefined);
    if (typeof read === 'string') say(`default: ${read}`);
    if (from === ASK) return;
    const fact = Object.hasOwn(FACTS, from) ? FACTS[from] : undefined;
    const paths = Object.entries(FACTS).filter(([, { scopes }]) => scopes.includes(scope));
    if (!fact?.scopes.includes(scope))
      say(`from: ask expected, or one of ${paths.map(([path]) => path).join(', ')}`);
    else if (!fitsFact(fact, type)) say(`from: ${from} is of type ${fact.type}`);
  }
}
