import { placeOf, type Source, TEMPLATE_LIMITS, TemplateError } from './fault.ts';
import { lex, SyntaxFault, type Token, type TokenKind } from './lex.ts';
import { numberOf } from './number.ts';
import type { Body, Command, Item, Pipe, Tree, Word } from './tree.ts';

/** The trees of one text: its own body first, then every `define` and `block` in it. */
export interface Parsed {
  readonly main: Tree;
  readonly defined: readonly Tree[];
}

/**
 * Reads one template text. `functions` says which names may be called; `knows` which templates are
 * told elsewhere is not asked: that shows only when they are used. Throws TemplateError.
 */
export function parse(source: Source, functions: ReadonlySet<string>): Parsed {
  let name = '';
  try {
    const bytes = Buffer.byteLength(source.text);
    if (bytes > TEMPLATE_LIMITS.template_bytes_max) {
      const max = TEMPLATE_LIMITS.template_bytes_max;
      throw new SyntaxFault(0, `the template has ${bytes} bytes, at most ${max} are allowed`);
    }
    const parser = new Parser(source, lex(source.text), functions, (inside) => {
      name = inside;
    });
    return parser.all();
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    throw new TemplateError(placeOf(source, name, error.at), error.message);
  }
}

type Ending = 'end' | 'else' | 'eof';

interface List {
  readonly body: Body;
  readonly ended: Ending;
  /** The `end` or `else` it ended with. */
  readonly by: Token;
}

class Parser {
  readonly #source: Source;
  readonly #tokens: readonly Token[];
  readonly #functions: ReadonlySet<string>;
  /** Tells the name of the `define` now being read. */
  readonly #enter: (name: string) => void;
  readonly #defined = new Map<string, Tree>();
  #next = 0;
  #variables: string[] = ['$'];
  #ranges = 0;
  #depth = 0;

  constructor(
    source: Source,
    tokens: readonly Token[],
    functions: ReadonlySet<string>,
    enter: (name: string) => void,
  ) {
    this.#source = source;
    this.#tokens = tokens;
    this.#functions = functions;
    this.#enter = enter;
  }

  all(): Parsed {
    const { body, ended, by } = this.#list(true);
    if (ended !== 'eof') {
      throw new SyntaxFault(by.at, `there is an {{${ended}}} with nothing to ${ended}`);
    }
    const main = { name: '', source: this.#source, body };
    return { main, defined: [...this.#defined.values()] };
  }

  #peek(ahead = 0): Token {
    return this.#tokens[this.#next + ahead] ?? END;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #expect(kind: TokenKind, what: string): Token {
    const token = this.#take();
    if (token.kind !== kind) throw new SyntaxFault(token.at, `${what}; this is ${told(token)}`);
    return token;
  }

  /** Items up to `end`, `else` or the end of the text. */
  #list(top: boolean): List {
    const body: Item[] = [];
    for (;;) {
      const token = this.#take();
      if (token.kind === 'eof') return { body, ended: 'eof', by: token };
      if (token.kind === 'text') {
        body.push({ is: 'text', at: token.at, text: token.text });
        continue;
      }
      const word = this.#peek();
      const keyword = word.kind === 'word' ? word.text : '';
      if (keyword === 'end' || keyword === 'else') {
        this.#take();
        if (keyword === 'end') this.#expect('close', '{{end}} takes nothing');
        return { body, ended: keyword, by: word };
      }
      if (keyword === 'define' && top) {
        this.#define();
        continue;
      }
      body.push(this.#item(token, keyword));
    }
  }

  #item(open: Token, keyword: string): Item {
    const at = this.#peek().at;
    switch (keyword) {
      case 'if':
      case 'with':
      case 'range':
        this.#take();
        return this.#control(keyword, at);
      case 'template':
        this.#take();
        return this.#template(at);
      case 'block':
        this.#take();
        return this.#block(at);
      case 'define':
        throw new SyntaxFault(at, '{{define}} stands at the outermost level only');
      case 'break':
      case 'continue':
        this.#take();
        if (this.#ranges === 0)
          throw new SyntaxFault(at, `{{${keyword}}} stands outside {{range}}`);
        this.#expect('close', `{{${keyword}}} takes nothing`);
        return { is: keyword, at };
      default: {
        const pipe = this.#pipe('a value', 'close', false);
        this.#take();
        return { is: 'action', at: pipe.commands[0]?.at ?? open.at, pipe };
      }
    }
  }

  #deeper<T>(at: number, work: () => T): T {
    this.#depth += 1;
    if (this.#depth > TEMPLATE_LIMITS.nesting_max) {
      throw new SyntaxFault(at, `this nests deeper than ${TEMPLATE_LIMITS.nesting_max}`);
    }
    const result = work();
    this.#depth -= 1;
    return result;
  }

  #control(is: 'if' | 'with' | 'range', at: number): Item {
    return this.#deeper(at, () => {
      const mark = this.#variables.length;
      const pipe = this.#pipe(`{{${is}}}`, 'close', is === 'range');
      this.#take();
      if (is === 'range') this.#ranges += 1;
      const first = this.#list(false);
      if (is === 'range') this.#ranges -= 1;
      if (first.ended === 'eof') throw new SyntaxFault(at, `this {{${is}}} has no {{end}}`);
      const otherwise = first.ended === 'else' ? this.#otherwise(is, at) : undefined;
      this.#variables.length = mark;
      return { is, at, pipe, body: first.body, otherwise };
    });
  }

  #otherwise(is: 'if' | 'with' | 'range', at: number): Body {
    const next = this.#peek();
    if (next.kind === 'word' && next.text === is && is !== 'range') {
      this.#take();
      // `else if` takes the `end` of the whole with it.
      return [this.#control(is, next.at)];
    }
    this.#expect('close', `{{else}} takes nothing${is === 'range' ? '' : ` but "${is}"`}`);
    const rest = this.#list(false);
    if (rest.ended === 'eof') throw new SyntaxFault(at, `this {{${is}}} has no {{end}}`);
    if (rest.ended === 'else') throw new SyntaxFault(rest.by.at, 'there is an {{else}} already');
    return rest.body;
  }

  #name(what: string): string {
    return this.#expect('string', `{{${what}}} wants a name in quotes`).text;
  }

  #template(at: number): Item {
    const name = this.#name('template');
    if (this.#peek().kind === 'close') {
      this.#take();
      return { is: 'template', at, name, pipe: undefined };
    }
    const pipe = this.#pipe('{{template}}', 'close', false);
    this.#take();
    return { is: 'template', at, name, pipe };
  }

  #define(): void {
    const { at } = this.#take();
    const name = this.#name('define');
    this.#expect('close', '{{define}} takes a name and nothing else');
    this.#separate(name, at, 'define');
  }

  #block(at: number): Item {
    const name = this.#name('block');
    const pipe = this.#pipe('{{block}}', 'close', false);
    this.#take();
    this.#separate(name, at, 'block');
    return { is: 'template', at, name, pipe };
  }

  /** The body of a `define` or `block`: sees no variables but `$`, and no range around it. */
  #separate(name: string, at: number, what: string): void {
    const [variables, ranges] = [this.#variables, this.#ranges];
    this.#variables = ['$'];
    this.#ranges = 0;
    this.#enter(name);
    const { body, ended, by } = this.#deeper(at, () => this.#list(false));
    if (ended === 'eof') throw new SyntaxFault(at, `this {{${what} "${name}"}} has no {{end}}`);
    if (ended === 'else') throw new SyntaxFault(by.at, `{{${what}}} has no {{else}}`);
    this.#enter('');
    this.#variables = variables;
    this.#ranges = ranges;
    const before = this.#defined.get(name);
    if (before && !isEmpty(before.body) && !isEmpty(body)) {
      throw new SyntaxFault(at, `"${name}" is defined twice in this file`);
    }
    if (!before || !isEmpty(body)) this.#defined.set(name, { name, source: this.#source, body });
  }

  /** A pipeline up to, and without, its end. */
  #pipe(what: string, end: 'close' | ')', isRange: boolean): Pipe {
    const at = this.#peek().at;
    const { variables, assigns } = this.#declared(isRange);
    if (assigns) for (const name of variables) this.#known(name, at);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.kind === end) break;
      commands.push(this.#command(end));
      // Go takes a last bar with nothing behind it, and so do we.
      if (this.#peek().kind === '|') this.#take();
    }
    if (commands.length === 0) throw new SyntaxFault(this.#peek().at, `${what} is missing a value`);
    commands.slice(1).forEach(({ words: [first], at }, i) => {
      if (first?.is === 'constant' || first?.is === 'dot' || first?.is === 'nil') {
        throw new SyntaxFault(at, `stage ${i + 2} of this pipeline is no function`);
      }
    });
    if (!assigns) this.#variables.push(...variables);
    return { is: 'pipe', at, variables, assigns, commands };
  }

  #declared(isRange: boolean): { variables: string[]; assigns: boolean } {
    const [first, second, third, fourth] = [0, 1, 2, 3].map((i) => this.#peek(i));
    if (first?.kind !== 'variable') return { variables: [], assigns: false };
    if (second?.kind === ':=' || second?.kind === '=') {
      this.#next += 2;
      return { variables: [first.text], assigns: second.kind === '=' };
    }
    if (second?.kind !== ',') return { variables: [], assigns: false };
    if (!isRange) throw new SyntaxFault(second.at, 'only {{range}} takes two variables');
    if (third?.kind !== 'variable' || (fourth?.kind !== ':=' && fourth?.kind !== '=')) {
      throw new SyntaxFault(second.at, '{{range $index, $element := …}} was expected');
    }
    this.#next += 4;
    return { variables: [first.text, third.text], assigns: fourth.kind === '=' };
  }

  #command(end: 'close' | ')'): Command {
    const { at } = this.#peek();
    const words: Word[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.kind === end || token.kind === '|') break;
      if (words.length > 0 && !token.spaced) {
        throw new SyntaxFault(token.at, `put a space before ${told(token)}`);
      }
      words.push(this.#word());
    }
    if (words.length === 0) throw new SyntaxFault(at, 'an empty command');
    return { at, words };
  }

  #word(): Word {
    const term = this.#term();
    const path: string[] = [];
    while (this.#peek().kind === 'field' && !this.#peek().spaced) path.push(this.#take().text);
    if (path.length === 0) return term;
    if (term.is === 'field') return { ...term, path: [...term.path, ...path] };
    if (term.is === 'variable') return { ...term, path };
    if (term.is !== 'pipe' && term.is !== 'function') {
      throw new SyntaxFault(term.at, `.${path[0]} cannot follow this value`);
    }
    return { is: 'chain', at: term.at, from: term, path };
  }

  #term(): Word {
    const token = this.#take();
    const { at, text } = token;
    switch (token.kind) {
      case 'dot':
        return { is: 'dot', at };
      case 'field':
        return { is: 'field', at, path: [text] };
      case 'variable':
        this.#known(text, at);
        return { is: 'variable', at, name: text, path: [] };
      case 'string':
        return { is: 'constant', at, value: text };
      case 'char':
        return { is: 'constant', at, value: BigInt(text.codePointAt(0) ?? 0) };
      case 'number':
        return { is: 'constant', at, value: numberOf(text, at) };
      case '(':
        return this.#deeper(at, () => {
          const pipe = this.#pipe('"( )"', ')', false);
          this.#take();
          return pipe;
        });
      case 'word':
        return this.#named(text, at);
      default:
        throw new SyntaxFault(at, `${told(token)} was not expected here`);
    }
  }

  #named(text: string, at: number): Word {
    if (text === 'true' || text === 'false') {
      return { is: 'constant', at, value: text === 'true' };
    }
    if (text === 'nil') return { is: 'nil', at };
    if (KEYWORDS.has(text)) throw new SyntaxFault(at, `"${text}" must begin its own action`);
    if (!this.#functions.has(text)) {
      throw new SyntaxFault(at, `there is no function "${text}"`);
    }
    return { is: 'function', at, name: text };
  }

  #known(name: string, at: number): void {
    if (!this.#variables.includes(name)) {
      throw new SyntaxFault(at, `the variable ${name} is not declared here`);
    }
  }
}

const END: Token = { kind: 'eof', text: '', at: 0, spaced: true };
const KEYWORDS = new Set('if else end range with define template block break continue'.split(' '));

export const isEmpty = (body: Body): boolean =>
  body.every((item) => item.is === 'text' && item.text.trim() === '');

function told({ kind, text }: Token): string {
  if (kind === 'eof') return 'the end of the template';
  return kind === 'close' ? '}}' : `"${kind === 'field' ? '.' : ''}${text}"`;
}
