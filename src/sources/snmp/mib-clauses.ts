import { TOKEN } from './mib-lexer.ts';
import { type Clauses, MIB_LIMITS, type Syntax } from './mib-module.ts';
import {
  LEFT,
  OPEN,
  type Reading,
  readIndex,
  readNames,
  readSyntax,
  skipPair,
} from './mib-syntax.ts';

/** Reads one clause's value, its keyword just passed. */
type ClauseReader = (reading: Reading, clauses: Clauses) => void;

const { objects_max, index_parts_max, about_chars_max } = MIB_LIMITS;

const text =
  (into: 'units' | 'hint' | 'updated', max: number): ClauseReader =>
  ({ lexer }, clauses) => {
    if (lexer.kind !== TOKEN.string) return;
    clauses[into] ??= lexer.quoted(max);
    lexer.next();
  };

const syntax: ClauseReader = (reading, clauses) => {
  const read = readSyntax(reading);
  if (read !== undefined) clauses.syntax ??= read;
};

/** `{ name }` and `name` are both found. */
const oneName =
  (into: 'augments' | 'enterprise'): ClauseReader =>
  (reading, clauses) => {
    const { lexer } = reading;
    const name = lexer.kind === OPEN ? readNames(reading, index_parts_max).at(-1) : lexer.word();
    if (lexer.kind === TOKEN.word && name === lexer.word()) lexer.next();
    if (name !== undefined) clauses[into] ??= name;
  };

const objects: ClauseReader = (reading, clauses) => {
  if (reading.lexer.kind === OPEN) clauses.objects ??= readNames(reading, objects_max);
};

const about: ClauseReader = ({ lexer }, clauses) => {
  if (lexer.kind !== TOKEN.string) return;
  clauses.about ??= firstSentence(lexer.quoted(about_chars_max * 2));
  lexer.next();
};

const OBJECT_CLAUSES: ReadonlyMap<string, ClauseReader> = new Map([
  ['SYNTAX', syntax],
  ['UNITS', text('units', MIB_LIMITS.units_chars_max)],
  ['AUGMENTS', oneName('augments')],
  [
    'INDEX',
    (reading: Reading, clauses: Clauses) => {
      if (reading.lexer.kind === OPEN) clauses.index ??= readIndex(reading, index_parts_max);
    },
  ],
]);
const NOTIFICATION_CLAUSES: ReadonlyMap<string, ClauseReader> = new Map([
  ['OBJECTS', objects],
  ['VARIABLES', objects],
  ['ENTERPRISE', oneName('enterprise')],
  ['DESCRIPTION', about],
]);
const MODULE_CLAUSES: ReadonlyMap<string, ClauseReader> = new Map([
  ['LAST-UPDATED', text('updated', 16)],
]);
const CLAUSES_OF: Readonly<Record<string, ReadonlyMap<string, ClauseReader>>> = {
  'OBJECT-TYPE': OBJECT_CLAUSES,
  'NOTIFICATION-TYPE': NOTIFICATION_CLAUSES,
  'TRAP-TYPE': NOTIFICATION_CLAUSES,
  'MODULE-IDENTITY': MODULE_CLAUSES,
};
const NONE: ReadonlyMap<string, ClauseReader> = new Map();
/** Clauses we do not need: no definition begins with these words, nor with what follows some. */
const ONE_WORD: ReadonlySet<string> = new Set(['STATUS', 'ACCESS', 'MAX-ACCESS', 'MIN-ACCESS']);
const PASSED: ReadonlySet<string> = new Set([
  ...ONE_WORD,
  ...['DESCRIPTION', 'REFERENCE', 'DEFVAL', 'ORGANIZATION', 'CONTACT-INFO', 'REVISION', 'UNITS'],
]);

/**
 * Reads up to the `::=` of a definition and leaves what follows it at hand; undefined, without a
 * fault, when the next definition begins before. Clauses we do not know are passed over, and so is
 * what spills out of a text with quotes inside.
 */
export function readClauses(
  reading: Reading,
  definer: string,
  begins: () => boolean,
): Clauses | undefined {
  const { lexer } = reading;
  const known = CLAUSES_OF[definer] ?? NONE;
  const clauses: Clauses = {};
  while (lexer.kind !== TOKEN.assign) {
    if (lexer.kind === TOKEN.end) return undefined;
    if (lexer.kind === OPEN || lexer.kind === LEFT) skipPair(reading);
    else if (lexer.kind !== TOKEN.word) lexer.next();
    else {
      const keyword = lexer.keyword();
      const read = keyword === '' ? undefined : known.get(keyword);
      if (read === undefined && !PASSED.has(keyword) && begins()) return undefined;
      lexer.next();
      if (read !== undefined) read(reading, clauses);
      else if (ONE_WORD.has(keyword) && lexer.kind === TOKEN.word) lexer.next();
    }
  }
  lexer.next();
  return clauses;
}

/** Behind `Name ::= TEXTUAL-CONVENTION`: up to and with its SYNTAX. */
export function readTextualConvention(reading: Reading, begins: () => boolean): Syntax | undefined {
  const { lexer } = reading;
  const clauses: Clauses = {};
  const hint = text('hint', MIB_LIMITS.hint_chars_max);
  while (clauses.syntax === undefined) {
    if (lexer.kind === TOKEN.end || lexer.kind === TOKEN.assign) return undefined;
    const word = lexer.keyword();
    const mayBegin = lexer.kind === TOKEN.word && word !== 'SYNTAX' && !PASSED.has(word);
    if (mayBegin && begins()) return undefined;
    lexer.next();
    if (word === 'DISPLAY-HINT') hint(reading, clauses);
    if (word === 'SYNTAX') {
      syntax(reading, clauses);
      if (clauses.syntax === undefined) return undefined;
    }
  }
  return { ...clauses.syntax, ...(clauses.hint !== undefined && { hint: clauses.hint }) };
}

/** White space as one blank, cut after the first full stop or at the maximum. */
function firstSentence(description: string): string {
  const line = description.replace(/\s+/g, ' ').trim();
  const stop = line.search(/\.(?: |$)/);
  const sentence = stop < 0 ? line : line.slice(0, stop + 1);
  return sentence.length <= about_chars_max
    ? sentence
    : `${sentence.slice(0, about_chars_max - 1)}…`.toWellFormed();
}
