import { randomUUID } from 'node:crypto';
import { setImmediate as pause } from 'node:timers/promises';
import type { Refusal } from '../base/refusal.ts';
import { instantText } from '../base/time.ts';
import type { Desk } from '../desk/desk.ts';
import { ENTRY_LIMITS } from '../desk/entry.ts';
import { listSilences, type SilenceView } from '../desk/views/silences.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { changeSilence, type SilenceId, silenceState } from '../domain/routing/silence.ts';
import { answered, CODES, empty, JSON_HEADERS, misshapen } from './alertmanager-answer.ts';
import { flag, readMatchers } from './alertmanager-query.ts';
import { isAnswer, readSilence } from './alertmanager-silence.ts';
import { byOf } from './api/parts.ts';
import type { Actor, Answer, Asked } from './route.ts';

/** One piece of a list: some 500 silences, less than a millisecond of work. */
const PIECE_CHARS = 262_144;

/** Who a silence is written down under when nobody gave a name: a program on this machine. */
export const UNNAMED = 'api' as UserId;

const NOT_FOUND = 'silence not found';

export interface SilencesParts {
  readonly desk: Pick<Desk, 'memory' | 'clock' | 'act'>;
  /** True: label names are only those of `--enable-feature=classic-mode`. */
  readonly classicNames: boolean;
}

/** GET /silences */
export function getSilences({ desk }: SilencesParts, { query }: Asked): Answer {
  const matchers = readMatchers(query, 'filter');
  if (typeof matchers === 'string') return answered(400, matchers);
  const wanted = {
    active: flag(query.get('active')),
    pending: flag(query.get('pending')),
    expired: flag(query.get('expired')),
    matchers,
  };
  const views = listSilences(desk.memory, desk.clock.now(), wanted);
  return { status: 200, headers: JSON_HEADERS, body: written(views) };
}

async function* written(views: readonly SilenceView[]): AsyncGenerator<Uint8Array> {
  let [piece, between] = ['[', ''];
  for (const view of views) {
    piece += between + JSON.stringify(gettable(view));
    between = ',';
    if (piece.length < PIECE_CHARS) continue;
    yield Buffer.from(piece);
    piece = '';
    await pause();
  }
  yield Buffer.from(`${piece}]\n`);
}

/** A silence with the fields of Alertmanager, in its order. */
function gettable({ silence, state }: SilenceView): unknown {
  const { id, updatedAt, comment, createdBy, startsAt, endsAt, matchers, annotations } = silence;
  const noted = Object.keys(annotations).length > 0;
  return {
    id,
    status: { state },
    updatedAt: instantText(updatedAt),
    ...(noted && { annotations }),
    comment,
    createdBy,
    endsAt: instantText(endsAt),
    matchers: matchers.map(({ name, op, value }) => ({
      isEqual: op.startsWith('='),
      isRegex: op.endsWith('~'),
      name,
      value,
    })),
    startsAt: instantText(startsAt),
  };
}

/** POST /silences: makes one, or changes the one it names. */
export async function postSilence(parts: SilencesParts, asked: Asked): Promise<Answer> {
  const { desk, classicNames } = parts;
  const given = readSilence(asked.body, asked.headers['content-type']);
  if (isAnswer(given)) return given;
  const { id, ...said } = given;
  const old = id === '' ? undefined : desk.memory.get('silences', id);
  const by = byWhom(asked.actor);
  const newId = randomUUID() as string as SilenceId;
  const wanted = { ...said, newId, ...(id !== '' && { silence: id as SilenceId }) };
  // What cannot be is not worth an entry; the fold looks again, because time goes on meanwhile.
  const tried = changeSilence(old, { ...wanted, by, classicNames }, desk.clock.now());
  if (!tried.ok) return refusedFor(tried.refused);
  const outcome = await desk.act(by, { verb: 'silence.set', ...wanted }, onceOf(asked));
  if (outcome.refused !== undefined) return refusedFor(outcome.refused);
  return answered(200, { silenceID: outcome.made ?? id });
}

const refusedFor = (refused: Refusal): Answer =>
  answered(refused.kind === 'absent' ? 404 : 400, inItsWords(refused));

/** What its clients look for. */
function inItsWords(refused: Refusal): string {
  if (refused.kind === 'absent') return NOT_FOUND;
  if (refused.kind === 'state') return refused.why;
  const { field, expected } = refused;
  if (field === 'endsAt') return `Failed to create silence: ${expected}`;
  return `invalid silence: ${field === 'matchers' ? '' : `${field}: `}${expected}`;
}

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;

function idOf({ params }: Asked): SilenceId | Answer {
  const { silenceID = '' } = params;
  if (UUID.test(silenceID)) return silenceID as SilenceId;
  const words = `silenceID in path must be of type uuid: ${JSON.stringify(silenceID)}`;
  return misshapen(422, CODES.uuid, words);
}

/** GET /silence/{id} */
export function getSilence({ desk }: SilencesParts, asked: Asked): Answer {
  const id = idOf(asked);
  if (isAnswer(id)) return id;
  const silence = desk.memory.get('silences', id);
  if (!silence) return empty(404);
  const state = silenceState(silence, desk.clock.now());
  return answered(200, gettable({ silence, state }));
}

/** DELETE /silence/{id}: ends it now; one that has ended stays as it is. */
export async function deleteSilence({ desk }: SilencesParts, asked: Asked): Promise<Answer> {
  const id = idOf(asked);
  if (isAnswer(id)) return id;
  const silence = desk.memory.get('silences', id);
  if (!silence) return empty(404);
  if (silenceState(silence, desk.clock.now()) === 'expired') return empty(200);
  const act = { verb: 'silence.expire', silence: id } as const;
  const { refused } = await desk.act(byWhom(asked.actor), act, onceOf(asked));
  if (refused === undefined) return empty(200);
  return refused.kind === 'absent' ? empty(404) : answered(500, inItsWords(refused));
}

const byWhom = (actor: Actor): UserId => (actor.is === 'nobody' ? UNNAMED : byOf(actor));

/** A client's own key, kept apart from those of others. Too long a key is no key. */
function onceOf({ actor, headers }: Asked): string | undefined {
  const key = headers['idempotency-key'];
  if (typeof key !== 'string' || key === '') return undefined;
  const once = `v2:${byWhom(actor)}:${key}`;
  return once.length > ENTRY_LIMITS.once_chars_max ? undefined : once;
}
