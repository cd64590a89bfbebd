/** What one message may hold and one answer may grow to. */
export const MCP_LIMITS = {
  /** A message of a client, over either way in. */
  message_bytes_max: 131_072,
  /** Alarms, pages, schedules or lines of a kind in one answer. */
  items_max: 50,
  items_default: 20,
  /** Names in one object, such as labels of an alarm. */
  names_max: 40,
  /** One text out of an alarm, a note or a reason. */
  text_chars_max: 400,
  /** The words of an answer, and its structured form, each. */
  answer_chars_max: 24_000,
} as const;

/** Control and format characters: no alarm can begin a line of its own or hide words. */
const UNSEEN = /[\p{Cc}\p{Cf}]+/gu;

/** Text from outside as one visible line, cut to `charsMax` with `…` where something is missing. */
export function lineOf(text: string, charsMax: number = MCP_LIMITS.text_chars_max): string {
  const line = text.replace(UNSEEN, ' ').trim();
  return line.length <= charsMax ? line : `${line.slice(0, charsMax - 1).toWellFormed()}…`;
}

export interface Bounded {
  readonly value: unknown;
  /** Entries that did not fit. */
  readonly leftOut: number;
}

const NOTHING = Symbol('it does not fit');
type Kept = unknown | typeof NOTHING;

/** JSON with every text, list and object within the limits, and all of it within the answer's. */
export function bounded(value: unknown): Bounded {
  let left: number = MCP_LIMITS.answer_chars_max;
  let leftOut = 0;
  const fits = (chars: number): boolean => {
    if (chars > left) return false;
    left -= chars;
    return true;
  };
  const plain = (one: unknown): Kept => {
    const kept = typeof one === 'string' ? lineOf(one) : one;
    return fits(JSON.stringify(kept).length + 1) ? kept : NOTHING;
  };
  const kept = (one: unknown): Kept => {
    if (typeof one !== 'object' || one === null) return plain(one);
    if (!fits('[],'.length)) return NOTHING;
    return Array.isArray(one) ? list(one) : object(one);
  };
  const list = (all: readonly unknown[]): Kept => {
    const out: unknown[] = [];
    for (const one of all.slice(0, MCP_LIMITS.items_max)) {
      const item = kept(one);
      if (item !== NOTHING) out.push(item);
    }
    leftOut += all.length - out.length;
    return out;
  };
  const object = (whole: object): Kept => {
    const all = Object.entries(whole).filter(([, one]) => one !== undefined);
    const out: [string, unknown][] = [];
    for (const [name, one] of all.slice(0, MCP_LIMITS.names_max)) {
      const [shown, inner] = [plain(name), kept(one)];
      if (typeof shown === 'string' && inner !== NOTHING) out.push([shown, inner]);
    }
    leftOut += all.length - out.length;
    return Object.fromEntries(out);
  };
  return { value: kept(value), leftOut };
}

/** Lines as one text within the limit; the last line says how many are missing. */
export function wordsOf(lines: readonly string[], leftOut: number): string {
  const out: string[] = [];
  let left: number = MCP_LIMITS.answer_chars_max;
  for (const line of lines) {
    left -= line.length + 1;
    if (left < 0) break;
    out.push(line);
  }
  const missing = lines.length - out.length;
  if (missing > 0) out.push(`${missing} more lines are left out: ask for less.`);
  else if (leftOut > 0) out.push('The structured form is not whole: ask for less.');
  return out.join('\n');
}
