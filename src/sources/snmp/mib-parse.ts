import { readClauses, readTextualConvention } from './mib-clauses.ts';
import { MibLexer, TOKEN } from './mib-lexer.ts';
import {
  type Clauses,
  MIB_LIMITS,
  type MibFault,
  type MibModule,
  type NodeDefinition,
  type OidPart,
  type Syntax,
} from './mib-module.ts';
import { COMMA, OPEN, readOid, readSyntax, skipPair } from './mib-syntax.ts';

/**
 * Every module in the text of a file. Total: what cannot be read is a fault with its line, and
 * reading goes on with the next definition.
 */
export function parseModules(bytes: string, file: string): readonly MibModule[] {
  const text = bytes.includes('\n') ? bytes : bytes.replaceAll('\r', '\n');
  const modules: MibModule[] = [];
  let at = 0;
  while (modules.length < MIB_LIMITS.modules_per_file_max) {
    const head = headAfter(text, at);
    if (head === undefined) break;
    const lexer = new MibLexer(text, head.to);
    const reader = new ModuleReader(lexer, head.name === '' ? nameOfFile(file) : head.name, file);
    if (head.name === '') reader.fault('the name of the module expected before DEFINITIONS');
    modules.push(reader.read());
    at = Math.max(reader.stoppedAt, head.to);
  }
  return modules;
}

/** Words behind a name that begin a definition. */
const DEFINERS: ReadonlySet<string> = new Set([
  ...['OBJECT-TYPE', 'OBJECT-IDENTITY', 'MODULE-IDENTITY', 'NOTIFICATION-TYPE', 'TRAP-TYPE'],
  ...['OBJECT-GROUP', 'NOTIFICATION-GROUP', 'MODULE-COMPLIANCE', 'AGENT-CAPABILITIES', 'MACRO'],
]);

/** Reads the body of one module, from behind BEGIN to END. */
class ModuleReader {
  readonly lexer: MibLexer;
  readonly #name: string;
  readonly #file: string;
  readonly #imports = new Map<string, string>();
  readonly #types = new Map<string, Syntax>();
  readonly #nodes: NodeDefinition[] = [];
  readonly #faults: MibFault[] = [];
  readonly #plain = new Map<string, Clauses>();
  #faultsLeftOut = 0;
  #updated = '';
  /** Where in the text the last line that was asked for begins; lines are asked for in order. */
  #lineAt = 0;
  #line = 1;
  readonly #begins = (): boolean => this.#atDefinition();

  constructor(lexer: MibLexer, name: string, file: string) {
    this.lexer = lexer;
    this.#name = name;
    this.#file = file;
  }

  get stoppedAt(): number {
    return this.lexer.stop;
  }

  fault(why: string): void {
    if (this.#faults.length >= MIB_LIMITS.faults_per_module_max) this.#faultsLeftOut++;
    else this.#faults.push({ line: this.#lineOf(this.lexer.start), why });
  }

  read(): MibModule {
    const { lexer } = this;
    lexer.next();
    while (!lexer.is('END')) {
      if (lexer.kind === TOKEN.end) {
        this.fault('END expected, the file ends here');
        break;
      }
      if (this.#nodes.length + this.#types.size >= MIB_LIMITS.definitions_per_module_max) {
        this.fault(`at most ${MIB_LIMITS.definitions_per_module_max} definitions expected`);
        break;
      }
      if (this.#atNextModule()) {
        this.fault('END expected, another module begins');
        lexer.stop = lexer.start;
        break;
      }
      this.#readOne();
    }
    return {
      name: this.#name,
      file: this.#file,
      updated: this.#updated,
      imports: this.#imports,
      types: this.#types,
      nodes: this.#nodes,
      faults: this.#faults,
      faultsLeftOut: this.#faultsLeftOut,
    };
  }

  #readOne(): void {
    const { lexer } = this;
    if (lexer.kind !== TOKEN.word) {
      this.fault(`a definition expected, ${shown(lexer)} found`);
      this.#skip();
    } else if (lexer.is('IMPORTS')) this.#readImports();
    else if (lexer.is('EXPORTS')) this.#skipPast(SEMICOLON);
    else this.#readDefinition();
  }

  #readDefinition(): void {
    const { lexer } = this;
    const name = lexer.word();
    lexer.next();
    if (lexer.kind === TOKEN.assign) {
      lexer.next();
      return this.#readAssigned(name);
    }
    const definer = lexer.keyword();
    if (definer === 'MACRO') return this.#skipMacro();
    if (definer === 'OBJECT' && lexer.peek().is('IDENTIFIER')) {
      lexer.next();
      lexer.next();
      if (lexer.kind === TOKEN.assign) lexer.next();
      else this.fault(`::= expected behind ${name} OBJECT IDENTIFIER`);
      return this.#place(name, 'node', {});
    }
    if (DEFINERS.has(definer)) return this.#readDefined(name, definer);
    if (lexer.kind === TOKEN.word && lexer.peek().kind === TOKEN.assign)
      return this.#readValue(name);
    this.fault(`a definition expected, "${name}" ${shown(lexer)} found`);
    this.#skip();
  }

  /** `name Type ::= value`: only an OID is of use. */
  #readValue(name: string): void {
    this.lexer.next();
    this.lexer.next();
    if (this.lexer.kind === OPEN) this.#place(name, 'node', {});
    else this.lexer.next();
  }

  #readDefined(name: string, definer: string): void {
    const { lexer } = this;
    lexer.next();
    const clauses = readClauses(this, definer, this.#begins);
    if (clauses === undefined) {
      this.fault(`::= expected, ${name} ${definer} has none`);
      return;
    }
    if (clauses.updated !== undefined) this.#updated = fourDigitYear(clauses.updated);
    if (definer === 'OBJECT-TYPE') this.#place(name, 'object', clauses);
    else if (definer === 'NOTIFICATION-TYPE') this.#place(name, 'notification', clauses);
    else if (definer === 'TRAP-TYPE') this.#placeTrap(name, clauses);
    else this.#place(name, 'node', clauses);
  }

  #placeTrap(name: string, clauses: Clauses): void {
    const { lexer } = this;
    const number = lexer.kind === TOKEN.number ? lexer.number() : -1;
    if (lexer.kind === OPEN) return this.#place(name, 'notification', clauses);
    if (number < 0 || number > 0xffff_ffff || clauses.enterprise === undefined) {
      this.fault(`${name}: an ENTERPRISE and a number expected`);
      return;
    }
    lexer.next();
    const at = [part(clauses.enterprise, -1), part('', 0), part('', number)];
    this.#add(name, 'notification', at, clauses);
  }

  #place(name: string, is: NodeDefinition['is'], clauses: Clauses): void {
    const at = readOid(this);
    if (at === undefined) this.#skip();
    else this.#add(name, is, at, clauses);
  }

  #add(name: string, is: NodeDefinition['is'], at: readonly OidPart[], clauses: Clauses): void {
    this.#nodes.push({ name, is, at, clauses: is === 'node' ? undefined : this.#shared(clauses) });
  }

  /** Most objects say nothing but one of few types: a folder has a million, memory counts. */
  #shared(clauses: Clauses): Clauses {
    const { syntax, index, augments, units, objects, about } = clauses;
    if (syntax === undefined || syntax.numbers !== undefined) return clauses;
    if (index ?? augments ?? units ?? objects ?? about) return clauses;
    const key = `${syntax.of} ${syntax.size} ${syntax.base}`;
    const before = this.#plain.get(key);
    if (before !== undefined) return before;
    this.#plain.set(key, clauses);
    return clauses;
  }

  /** Behind `Name ::=`: a type, or an OID whose OBJECT IDENTIFIER was left out. */
  #readAssigned(name: string): void {
    const { lexer } = this;
    if (lexer.kind === OPEN) return this.#place(name, 'node', {});
    let syntax: Syntax | undefined;
    if (lexer.is('TEXTUAL-CONVENTION')) {
      lexer.next();
      syntax = readTextualConvention(this, this.#begins);
      if (syntax === undefined) this.fault(`SYNTAX expected, ${name} has none`);
    } else {
      syntax = readSyntax(this);
      if (syntax === undefined) this.#skip();
    }
    if (syntax !== undefined && !this.#types.has(name)) this.#types.set(name, syntax);
  }

  /** `IMPORTS a, b FROM X c FROM Y;` The semicolon is forgotten now and then. */
  #readImports(): void {
    const { lexer } = this;
    let names: string[] = [];
    lexer.next();
    for (;;) {
      if (lexer.kind === SEMICOLON) break;
      if (lexer.kind === TOKEN.end || lexer.is('END')) break;
      if (lexer.is('FROM')) {
        const from = lexer.next() === TOKEN.word ? lexer.word() : '';
        if (from === '') this.fault('the name of a module expected behind FROM');
        if (this.#imports.size < MIB_LIMITS.imports_per_module_max) {
          for (const name of names) this.#imports.set(name, from);
        }
        names = [];
        if (from !== '') lexer.next();
        if (lexer.kind === OPEN) skipPair(this); // the OID of the module
        continue;
      }
      if (lexer.kind === TOKEN.word) {
        if (names.length === 0 && this.#atDefinition(true)) {
          this.fault('; expected behind the imports');
          return;
        }
        if (names.length < MIB_LIMITS.imports_per_module_max) names.push(lexer.word());
      } else if (lexer.kind !== COMMA) this.fault(`a name expected, ${shown(lexer)} found`);
      if (lexer.kind === TOKEN.assign) return this.#skip();
      lexer.next();
    }
    if (lexer.kind === SEMICOLON) lexer.next();
    if (names.length > 0) this.fault(`FROM expected behind ${names.slice(0, 3).join(', ')}`);
  }

  /** To the next definition; the time is in proportion to what is passed over. */
  #skip(): void {
    const { lexer } = this;
    for (; lexer.kind !== TOKEN.end; lexer.next()) {
      if (lexer.kind === TOKEN.word && (lexer.is('END') || this.#atDefinition())) return;
    }
  }

  #skipPast(kind: number): void {
    const { lexer } = this;
    while (lexer.kind !== kind && lexer.kind !== TOKEN.end) lexer.next();
    lexer.next();
  }

  /** A macro of the SMI itself: nothing to learn from it. */
  #skipMacro(): void {
    const { lexer } = this;
    while (!lexer.is('END') && lexer.kind !== TOKEN.end) lexer.next();
    lexer.next();
  }

  /** Does a definition begin with the word at hand? */
  #atDefinition(imports = false): boolean {
    const { lexer } = this;
    const first = lexer.text.charCodeAt(lexer.start);
    const upper = first >= 65 && first <= 90;
    const after = lexer.peek();
    if (after.kind === TOKEN.assign) return upper && after.next() !== OPEN;
    if (after.kind !== TOKEN.word || (upper && lexer.is('SYNTAX'))) return false;
    if (after.is('OBJECT')) return after.peek().is('IDENTIFIER');
    if (!DEFINERS.has(after.keyword())) return false;
    // A list of imports names these words too, and forgets a comma now and then.
    return !imports || (after.peek().kind === TOKEN.word && !after.peek().is('FROM'));
  }

  #atNextModule(): boolean {
    const { lexer } = this;
    if (lexer.kind !== TOKEN.word) return false;
    const after = lexer.peek();
    return after.is('DEFINITIONS') && after.next() === TOKEN.assign;
  }

  #lineOf(offset: number): number {
    const { text } = this.lexer;
    for (;;) {
      const end = text.indexOf('\n', this.#lineAt);
      if (end < 0 || end >= offset) return this.#line;
      this.#lineAt = end + 1;
      this.#line++;
    }
  }
}

const SEMICOLON = 0x3b;
const part = (name: string, number: number): OidPart => ({ name, number });

/** `9502231200Z` is of 1995; SMIv2 allowed two digits before 2000 (RFC 2578 §2). */
const fourDigitYear = (updated: string): string =>
  updated.length === 11 && updated.startsWith('9') ? `19${updated}` : updated;

/** What is at hand, short enough for a message. */
function shown(lexer: MibLexer): string {
  if (lexer.kind === TOKEN.end) return 'the end of the file';
  const text = lexer.word();
  return text.length > 40 ? `"${text.slice(0, 40)}…"` : `"${text}"`;
}

/** `acme-mib` of `/mibs/acme-mib.txt`. */
const nameOfFile = (file: string): string =>
  file.slice(file.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');

const HEAD = 'DEFINITIONS';
/** How far around it the rest of a module's head may lie. */
const HEAD_CHARS_MAX = 1_024;
const HEADS_TRIED_MAX = 4_096;
const BEGINS = /^[\s\w-]{0,64}::=\s{0,64}(?:--[^\n]*\s*)?BEGIN\b/;

interface Head {
  readonly name: string;
  readonly to: number;
}

/** The next `NAME DEFINITIONS ::= BEGIN`; what stands before it, prose or a licence, is passed. */
function headAfter(text: string, from: number): Head | undefined {
  let at = from - HEAD.length;
  for (let tried = 0; tried < HEADS_TRIED_MAX; tried++) {
    at = text.indexOf(HEAD, at + HEAD.length);
    if (at < 0) return undefined;
    const behind = at + HEAD.length;
    const begins = BEGINS.exec(text.slice(behind, behind + HEAD_CHARS_MAX));
    if (begins === null) continue;
    const name = nameBefore(text.slice(Math.max(0, at - HEAD_CHARS_MAX), at));
    if (name !== undefined) return { name, to: behind + begins[0].length };
  }
  return undefined;
}

/** The last word before, comments left out; '' without one, undefined inside a comment. */
function nameBefore(before: string): string | undefined {
  const lines = before.split('\n');
  if (lines.at(-1)?.includes('--')) return undefined; // the head is commented out
  const said = lines.map((line) => line.replace(/--.*$/, '')).join(' ');
  const words = said.replace(/\{[^{}]*\}\s*$/, '').split(/[^\w.-]+/);
  return words.findLast((word) => /^[A-Za-z]/.test(word))?.slice(0, NAME_CHARS_MAX) ?? '';
}

const NAME_CHARS_MAX = 255;
