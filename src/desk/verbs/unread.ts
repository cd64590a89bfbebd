import type { Refusal } from '../../base/refusal.ts';
import { byState } from '../../base/refusal.ts';
import { cut } from '../../base/text.ts';
import type { Draft } from '../draft.ts';
import type { UnreadEntry } from '../entry.ts';
import type { KeptInput, SourceAct } from '../standing-acts.ts';
import type { State } from '../state.ts';

/** Of one source. Beyond them an input is refused: none that may be firing makes room. */
export const UNREAD_LIMITS = {
  inputs_max: 1_000,
  chars_max: 16_777_216,
  why_chars_max: 1_024,
} as const;

/**
 * An input nobody understood. It may be an alarm, so nothing that is kept makes room for it: at the
 * bound it is refused, and stays with its sender. What comes again to the last byte moves to the
 * end and is counted: the last word on each alarm stays the last, and a sender that repeats fills
 * nothing.
 */
export function keepUnread(
  draft: Draft,
  state: State,
  entry: UnreadEntry,
): { readonly results: readonly []; readonly refused?: Refusal; readonly notNow?: true } {
  const { source, input } = entry;
  const { position, at } = draft.now;
  const size = sizeOf(input);
  let inputs = 0;
  let chars = 0;
  for (const row of state.all('unread')) {
    if (row.source !== source) continue;
    const rowSize = sizeOf(row.input);
    if (rowSize === size && isSame(row.input, input)) {
      const moved = { ...row, position, at, count: row.count + 1, why: whyOf(entry.why) };
      draft.put('unread', row.id, moved);
      return { results: [] };
    }
    inputs++;
    chars += rowSize;
  }
  if (inputs >= UNREAD_LIMITS.inputs_max || chars + size > UNREAD_LIMITS.chars_max) {
    const refused = byState(
      `${inputs} inputs of ${source} wait already to be understood; no more are kept. ` +
        'Write rules for them and read them anew, or drop them.',
    );
    return { results: [], refused, notNow: true };
  }
  const id = `${source}/u${position}`;
  const why = whyOf(entry.why);
  draft.put('unread', id, { id, source, position, firstAt: at, at, count: 1, why, input });
  return { results: [] };
}

/** Takes kept inputs out of the queue; how many were there. */
export function takeUnread(
  draft: Draft,
  act: Extract<SourceAct, { verb: 'source.unread' }>,
): number {
  let taken = 0;
  for (const { id, position, left } of act.inputs) {
    const row = draft.get('unread', id);
    if (row?.source !== act.source || row.position !== position) continue;
    if (left) draft.put('unread', id, { ...row, input: left.input, why: whyOf(left.why) });
    else draft.remove('unread', id);
    taken++;
  }
  return taken;
}

const whyOf = (why: string): string => cut(why, UNREAD_LIMITS.why_chars_max);

const sizeOf = (input: KeptInput): number => input.body.length;

function isSame(a: KeptInput, b: KeptInput): boolean {
  if (a.body !== b.body || a.base64 !== b.base64 || a.contentType !== b.contentType) return false;
  const [mine, theirs] = [Object.entries(a.params ?? {}), Object.keys(b.params ?? {})];
  return mine.length === theirs.length && mine.every(([name, value]) => b.params?.[name] === value);
}
