import { type Millis, seconds } from '../../base/time.ts';
import { parseSeverity, type Severity } from '../../domain/alarm/severity.ts';
import { guessAll } from './guess.ts';
import {
  type Column,
  type Condition,
  type Does,
  type Limit,
  NO_BITS,
  type Part,
  type Piece,
  type Scale,
  type Trap,
} from './rules.ts';

/** A line that cannot be read: which, and what was expected. */
export interface TableFault {
  readonly line: number;
  readonly why: string;
}

/** What a fault is told with; caught at the end of each line, never seen outside. */
class Unreadable extends Error {}
const expected = (what: string, found: string): never => {
  throw new Unreadable(`${what} expected, ${found === '' ? 'nothing' : `"${found}"`} found`);
};

const OID = /^\d+(\.\d+)*$/;
const LEASED = /^raise\/([1-9]\d{0,4})s$/;
const PIECES: readonly string[] = ['number', 'skip', 'ip', 'address', 'name', 'text'];
const FLAGS: readonly string[] = ['quiet', 'bare', 'address', 'hex', 'model', 'bits'];

/**
 * Reads tables of notifications, one after the other: a later one may use what an earlier one
 * named. The form of a line is told in docs/spec/trap-tables.md. Faults are collected, not thrown.
 */
export class TableReader {
  readonly columns = new Map<string, Column>();
  readonly traps: Trap[] = [];
  readonly faults: TableFault[] = [];
  #names = new Map<string, Column>();
  #parts = new Map<string, Part>([['device', { is: 'device' }]]);
  #scales = new Map<string, Scale>();
  #limits = new Map<string, Limit>();
  #conditions = new Map<string, Map<string, Condition>>();
  #under = '';
  #named: NamedLines | undefined;
  #waiting: { readonly oid: string; readonly name: string }[] = [];

  read(text: string): void {
    this.#under = '';
    for (const [at, line] of text.split('\n').entries()) {
      const fields = line.trim().split(/\s+/);
      if (fields[0] === '' || fields[0]?.startsWith('#')) continue;
      try {
        this.#line(fields);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        this.faults.push({ line: at + 1, why: error.message });
      }
    }
    this.#endNamed();
  }

  #line([kind = '', ...fields]: readonly string[]): void {
    if (kind === 'named') return this.#beginNamed(fields);
    if (fields.length === 1 && this.#named !== undefined && OID.test(kind.replace(/^\./, ''))) {
      this.#waiting.push({ oid: this.#oid(kind), name: fields[0] ?? '' });
      return;
    }
    this.#endNamed();
    if (kind === 'under') this.#under = whole(fields[0] ?? '');
    else if (kind === 'object') this.#object(fields);
    else if (kind === 'part') this.#part(fields);
    else if (kind === 'scale') this.#scale(fields);
    else if (kind === 'limit') this.#limit(fields);
    else if (kind === 'value') this.#value(fields);
    else this.#trap([kind, ...fields]);
  }

  /** `1.2` lies under what was said last; `.1.3.6` is whole. */
  #oid(text: string): string {
    if (text.startsWith('.')) return whole(text.slice(1));
    return this.#under === '' ? whole(text) : `${this.#under}.${whole(text)}`;
  }

  #known(name: string): string {
    return this.#names.has(name) ? name : expected('the name of an object above', name);
  }

  #knownList(names: string): readonly string[] {
    return names === '-' ? [] : names.split(',').map((name) => this.#known(name));
  }

  #object([oid = '', name = '', ...more]: readonly string[]): void {
    const place = this.#oid(oid);
    if (name === '') expected('a name', name);
    if (this.columns.has(place)) expected('an object not named above', oid);
    const at = more.indexOf('words');
    const flags = at < 0 ? more : more.slice(0, at);
    for (const flag of flags) if (!FLAGS.includes(flag)) expected(FLAGS.join(', '), flag);
    const as = flags.find((flag) => flag !== 'quiet' && flag !== 'bare');
    const column: Column = {
      name,
      ...(as === undefined ? {} : { as: as as NonNullable<Column['as']> }),
      ...(flags.includes('quiet') ? { quiet: true } : {}),
      ...(flags.includes('bare') ? { bare: true } : {}),
      ...(at < 0 ? {} : { words: wordsOf(more.slice(at + 1), as === 'bits' ? 0 : 1) }),
    };
    this.columns.set(place, column);
    this.#names.set(name, column);
  }

  #part([name = '', prefix = '', how = '', list = '', ...more]: readonly string[]): void {
    if (this.#parts.has(name)) expected('a part not named above', name);
    const columns = this.#knownList(list);
    const start = prefix === '-' ? '' : prefix;
    if (how === 'value') {
      const qualifier = more[0] === 'and' ? this.#knownList(more[1] ?? '') : [];
      const byRow = more.at(-1) === 'row';
      this.#parts.set(name, { is: 'value', prefix: start, columns, qualifier, byRow });
      return;
    }
    if (how !== 'index' || columns.length === 0) expected('index or value and objects', how);
    const plain: Part = { is: 'index', prefix: start, columns };
    if (more.length === 0) this.#parts.set(name, plain);
    else if (more[0] !== 'as') expected('as', more[0] ?? '');
    else if (more[1] === 'range') this.#parts.set(name, { ...plain, range: true });
    else this.#parts.set(name, { ...plain, pieces: piecesOf(more[1] ?? '') });
  }

  /** One scale may serve several objects of the same values. */
  #scale([columns = '', ...values]: readonly string[]): void {
    for (const column of this.#knownList(columns)) {
      const words = wordsFor(this.#names.get(column));
      const of = new Map<string, Severity | 'clear'>();
      let other: Severity | 'clear' = 'warning';
      for (const value of values) {
        const [keys = '', grade = ''] = value.split('=');
        const severity = gradeOf(grade);
        if (keys === 'else') other = severity;
        else {
          for (const key of keys.split(',')) {
            if (words.length > 0 && !words.includes(key)) expected(`a word of ${column}`, key);
            of.set(key.toLowerCase(), severity);
          }
        }
      }
      if (this.#scales.has(column)) expected('one scale for each object', column);
      this.#scales.set(column, { column, of, other });
    }
  }

  #limit([name = '', value = '', threshold = '', relation]: readonly string[]): void {
    this.#limits.set(name, {
      value: this.#known(value),
      threshold: this.#known(threshold),
      relation: relation === undefined ? undefined : this.#known(relation),
    });
  }

  #value([column = '', value = '', type = '', grade = '', ...text]: readonly string[]): void {
    const severity = parseSeverity(grade) ?? expected('a severity', grade);
    const known = this.#conditions.get(this.#known(column)) ?? new Map<string, Condition>();
    const key = value === '*' ? value : this.#valueText(value);
    known.set(key, { type, severity, text: textOf(text) });
    this.#conditions.set(column, known);
  }

  /** A value that looks like the rest of an OID is one. */
  #valueText(value: string): string {
    return value.includes('.') && OID.test(value) ? this.#oid(value) : value;
  }

  #trap(fields: readonly string[]): void {
    const [oid = '', name = '', does = '', type = '', grade = '', part = '', ...text] = fields;
    const place = this.#oid(oid);
    const kind = kindOf(does);
    const [state = '', howBad] = grade.split('/');
    const named = type.startsWith('=') || type.startsWith('@');
    const plain = kind === 'clear' || named;
    this.traps.push({
      oid: place,
      name,
      does: kind,
      type: this.#type(type),
      severity: plain && state === '-' ? undefined : this.#grade(state, kind),
      howBad: howBad === undefined ? undefined : this.#scaleOf(howBad),
      limit: kind === 'limit' ? this.#limitOf(does) : undefined,
      lease: leaseOf(does),
      part: this.#parts.get(part) ?? expected('the name of a part above', part),
      text: named ? '' : textOf(text),
    });
  }

  #type(type: string): Trap['type'] {
    if (type.startsWith('@')) return { named: this.#known(type.slice(1)) };
    if (!type.startsWith('=')) return type;
    const column = type.slice(1);
    const of = this.#conditions.get(column) ?? expected('an object with values above', column);
    return { column, of, other: of.get('*') ?? expected('a line for all other values: *', '') };
  }

  #grade(grade: string, does: Does): Severity | Scale {
    const severity = parseSeverity(grade);
    if (severity === undefined) return this.#scaleOf(grade);
    return does === 'state' ? expected('an object with a scale', grade) : severity;
  }

  #scaleOf(column: string): Scale {
    return this.#scales.get(column) ?? expected('a severity, or an object with a scale', column);
  }

  /** Lines of only OID and name follow: what they mean is in the name (guess.ts). */
  #beginNamed([part = '', prefix = '', scale]: readonly string[]): void {
    this.#endNamed();
    const known = this.#parts.get(part) ?? expected('the name of a part above', part);
    const severity = scale === undefined ? undefined : this.#scaleOf(scale);
    this.#named = { part: known, prefix: prefix === '-' ? '' : prefix, severity };
  }

  /** They are understood together: a raise is one whose end is among them. */
  #endNamed(): void {
    const named = this.#named;
    const waiting = this.#waiting;
    this.#named = undefined;
    this.#waiting = [];
    if (named === undefined) return;
    const guesses = guessAll(
      waiting.map(({ name }) => name),
      named.prefix,
    );
    for (const [at, { name, does, type, severity, text }] of guesses.entries()) {
      this.traps.push({
        ...PLAIN,
        oid: waiting[at]?.oid ?? '',
        name,
        does,
        type,
        severity: does === 'clear' ? undefined : (named.severity ?? severity),
        part: named.part,
        text,
      });
    }
  }

  #limitOf(does: string): Limit {
    const name = does.slice('limit/'.length);
    return this.#limits.get(name) ?? expected('a limit above', name);
  }
}

/** What holds for the lines below `named`. */
interface NamedLines {
  readonly part: Part;
  readonly prefix: string;
  readonly severity: Scale | undefined;
}

const PLAIN = { howBad: undefined, limit: undefined, lease: undefined };

/** What may stand in a scale; none: anything. */
function wordsFor(column: Column | undefined): readonly string[] {
  const words = Object.values(column?.words ?? {});
  return column?.as === 'bits' ? [...words, NO_BITS] : words;
}

const whole = (oid: string): string => (OID.test(oid) ? oid : expected('an OID', oid));

const textOf = (words: readonly string[]): string =>
  words.length === 0 ? expected('a text', '') : words.join(' ');

const gradeOf = (grade: string): Severity | 'clear' =>
  grade === 'clear' ? grade : (parseSeverity(grade) ?? expected('a severity or clear', grade));

function kindOf(does: string): Does {
  if (does === 'raise' || does === 'clear' || does === 'state' || does === 'event') return does;
  if (LEASED.test(does)) return 'raise';
  return does.startsWith('limit/')
    ? 'limit'
    : expected('raise, clear, state, limit/… or event', does);
}

function leaseOf(does: string): Millis | undefined {
  const length = LEASED.exec(does)?.[1];
  return length === undefined ? undefined : seconds(Number(length));
}

function piecesOf(shape: string): readonly Piece[] {
  const pieces = shape.split('.');
  for (const piece of pieces) if (!PIECES.includes(piece)) expected(PIECES.join(', '), piece);
  return pieces as Piece[];
}

/** Numbers go on from the last; `5=full` says another one. */
function wordsOf(list: readonly string[], first: number): Readonly<Record<number, string>> {
  const words: Record<number, string> = {};
  let next = first;
  for (const one of list) {
    const [number, word] = one.includes('=') ? one.split('=') : [String(next), one];
    next = Number(number) + 1;
    words[next - 1] = word ?? '';
  }
  return words;
}
