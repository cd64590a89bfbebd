import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { byState, refusalFailure } from '../../base/refusal.ts';
import { instantText, parseInstant } from '../../base/time.ts';
import type { HandoverAct } from '../../desk/handover-acts.ts';
import { begunNote, renewedNote } from '../../desk/handovers.ts';
import {
  HANDOVER_LISTS,
  handoverFor,
  handoverText,
  listHandovers,
  receiverText,
} from '../../desk/views/handovers.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import {
  HANDOVER_LIMITS,
  type HandoverNote,
  ITEM_KINDS,
  LEFT_WHY,
  type NoteItem,
  type Receiver,
} from '../../domain/handover/note.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import { fieldsRefused } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { doneShape } from './alarm-rules-shapes.ts';
import { onceOf } from './once.ts';
import { personIn } from './overrides.ts';
import { API, type ApiParts, byOf, OPERATOR, ownerOf, VIEWER } from './parts.ts';
import { asOf, maybeTime, nullable, severity, somebody, time, words } from './shapes.ts';

const HANDOVERS = `${API}/handovers`;
const most = HANDOVER_LIMITS;
const strict = { additionalProperties: false } as const;

/** Notes of one answer, the newest. */
const NOTES_PER_ANSWER_MAX = 200;

/** What a note and all its marks come to, escaped. */
const NOTE_BYTES_MAX = 1_048_576;

const itemShape = Type.Object({
  id: Type.String(),
  kind: words(ITEM_KINDS),
  subject: Type.String({ description: 'Id of what it is about.' }),
  title: Type.String(),
  says: Type.String({ description: 'How it stood when the note was drafted.' }),
  severity: nullable(severity),
  who: nullable(somebody),
  at: maybeTime('Since when.'),
  until: maybeTime('When it ends, or is due.'),
  words: Type.String({ description: 'What its author says of it.' }),
  watch: Type.Boolean({ description: 'To be looked at first.' }),
  take: Type.Boolean({ description: 'An alarm that changes hands when the note is accepted.' }),
});

const receiver = Type.Object(
  {
    person: Type.Optional(Type.String({ maxLength: 256, description: 'Id or login.' })),
    team: Type.Optional(Type.String({ maxLength: 256 })),
    schedule: Type.Optional(Type.String({ maxLength: 256, description: 'Whoever is next there.' })),
  },
  { ...strict, minProperties: 1, maxProperties: 1 },
);

const shape = Type.Object(
  {
    id: Type.String(),
    state: words(['draft', 'offered', 'accepted']),
    author: somebody,
    from: time('The shift began.'),
    to: time('The shift ended, or the note was drafted.'),
    text: Type.String(),
    items: Type.Array(itemShape),
    more: Type.Integer({ description: 'Things found that had no room.' }),
    receiver: nullable(receiver),
    receiverText: Type.String({ description: 'The same in words; empty for a draft.' }),
    offeredAt: maybeTime('When it was handed over; of an accepted one null.'),
    accepted: nullable(
      Type.Object({
        by: somebody,
        at: time('When.'),
        taken: Type.Array(Type.String(), { description: 'Alarms that changed hands.' }),
        left: Type.Array(
          Type.Object({ alarm: Type.String(), why: words(LEFT_WHY), who: nullable(somebody) }),
        ),
      }),
    ),
    talk: Type.Array(Type.Object({ by: somebody, at: time('When.'), text: Type.String() })),
    plain: Type.String({ description: 'All of it as plain text.' }),
  },
  { $id: 'HandoverNote' },
);

const listQuery = Type.Object(
  {
    show: Type.Optional(words(HANDOVER_LISTS)),
    words: Type.Optional(Type.String({ maxLength: 256, description: 'All of them are in it.' })),
    team: Type.Optional(Type.String({ maxLength: 256 })),
  },
  strict,
);

const beginBody = Type.Object(
  { since: Type.Optional(time('Default: your turn by the rota, else eight hours ago.')) },
  strict,
);

const changeBody = Type.Object(
  {
    text: Type.Optional(Type.String({ maxLength: most.text_chars_max })),
    items: Type.Optional(
      Type.Array(
        Type.Object(
          {
            id: Type.String({ maxLength: most.title_chars_max }),
            words: Type.Optional(Type.String({ maxLength: most.words_chars_max })),
            watch: Type.Optional(Type.Boolean()),
            take: Type.Optional(Type.Boolean()),
            out: Type.Optional(Type.Boolean({ description: 'It is left out.' })),
          },
          strict,
        ),
        { maxItems: most.items_max, description: 'Only those that change.' },
      ),
    ),
    again: Type.Optional(Type.Boolean({ description: 'Drafted anew from what is true now.' })),
  },
  strict,
);

const askBody = Type.Object(
  { text: Type.String({ minLength: 1, maxLength: most.talk_chars_max }) },
  strict,
);

/** What a shift tells the next one: drafted by the desk, handed over, accepted. */
export const handoverRoutes = (parts: ApiParts): Route[] => [
  ...readRoutes(parts),
  ...writeRoutes(parts),
];

const readRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: HANDOVERS,
    access: VIEWER,
    summary: 'Hand-over notes, the newest first; of drafts only yours.',
    querySchema: listQuery,
    answerSchema: Type.Object({ items: Type.Array(shape), total: Type.Integer(), asOf }),
    handle: (asked) => list(parts, asked),
  },
  {
    method: 'GET',
    path: `${HANDOVERS}/:id`,
    access: VIEWER,
    summary: 'One hand-over note.',
    answerSchema: shape,
    handle: (asked) => json(200, noteJson(parts, noteIn(parts, asked))),
  },
];

const writeRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'POST',
    path: HANDOVERS,
    access: OPERATOR,
    summary: 'Drafts a note from what happened in your shift.',
    bodySchema: beginBody,
    answerSchema: doneShape,
    handle: async (asked) => {
      const { since } = (asked.json ?? {}) as Static<typeof beginBody>;
      const act = await begunNote(parts.desk, ownerOf(asked.actor), parseInstant(since ?? ''));
      return done(parts, asked, act);
    },
  },
  {
    method: 'POST',
    path: `${HANDOVERS}/:id`,
    access: OPERATOR,
    summary: 'Changes a draft of yours: its text, and what you say of its items.',
    bodySchema: changeBody,
    bodyBytesMax: NOTE_BYTES_MAX,
    answerSchema: doneShape,
    handle: (asked) => change(parts, asked),
  },
  {
    method: 'POST',
    path: `${HANDOVERS}/:id/offer`,
    access: OPERATOR,
    summary: 'Hands a draft over: to a person, a team, or whoever is next in a schedule.',
    bodySchema: receiver,
    answerSchema: doneShape,
    handle: (asked) => {
      const to = receiverIn(parts, asked.json as Static<typeof receiver>);
      return done(parts, asked, { verb: 'handover.offer', ...whose(parts, asked), to });
    },
  },
  {
    method: 'POST',
    path: `${HANDOVERS}/:id/ask`,
    access: OPERATOR,
    summary: 'Whoever it is handed to asks back; its author answers.',
    bodySchema: askBody,
    answerSchema: doneShape,
    handle: (asked) => {
      const { text } = asked.json as Static<typeof askBody>;
      return done(parts, asked, { verb: 'handover.ask', ...whose(parts, asked), text });
    },
  },
  {
    method: 'POST',
    path: `${HANDOVERS}/:id/accept`,
    access: OPERATOR,
    summary: 'Takes the shift over, with the alarms that go with it.',
    answerSchema: doneShape,
    handle: (asked) => done(parts, asked, { verb: 'handover.accept', ...whose(parts, asked) }),
  },
  {
    method: 'DELETE',
    path: `${HANDOVERS}/:id`,
    access: OPERATOR,
    summary: 'What is handed over becomes a draft again; a draft is dropped.',
    answerSchema: doneShape,
    handle: (asked) => done(parts, asked, { verb: 'handover.withdraw', ...whose(parts, asked) }),
  },
];

function noteIn({ desk }: ApiParts, { params, actor }: Asked): HandoverNote {
  const found = handoverFor(desk.memory, params.id ?? '', ownerOf(actor));
  if (!found) throw new DeskError('NOT_FOUND', { what: 'such hand-over note' });
  return found;
}

const whose = (parts: ApiParts, asked: Asked) => ({
  person: ownerOf(asked.actor),
  handover: noteIn(parts, asked).id,
});

function receiverIn({ accounts }: ApiParts, to: Static<typeof receiver>): Receiver {
  const { person, team, schedule } = to;
  if (person !== undefined) return { is: 'person', person: personIn(accounts, person) };
  if (team !== undefined) return { is: 'team', team };
  return { is: 'schedule', schedule: schedule ?? '' };
}

function change(parts: ApiParts, asked: Asked): Promise<Answer> {
  const note = noteIn(parts, asked);
  const { text = note.text, items = [], again } = asked.json as Static<typeof changeBody>;
  const said = new Map(items.map((item) => [item.id, item]));
  for (const { id } of items) {
    if (note.items.some((item) => item.id === id)) continue;
    throw fieldsRefused([{ field: 'items', expected: `items of the note; "${id}" is none` }]);
  }
  const kept = note.items.flatMap((item): NoteItem[] => {
    const { out, ...more } = said.get(item.id) ?? {};
    return out === true ? [] : [{ ...item, ...more }];
  });
  const typed = { ...note, text, items: kept };
  const { id: handover, from, to, more } = note;
  const asTyped = { person: ownerOf(asked.actor), handover, from, to, text, items: kept, more };
  const act = again === true ? renewedNote(parts.desk, typed) : asTyped;
  return done(parts, asked, { ...act, verb: 'handover.save' });
}

async function done({ desk }: ApiParts, asked: Asked, act: HandoverAct): Promise<Answer> {
  const by = byOf(asked.actor);
  const { refused, made, position, repeated } = await desk.act(by, act, onceOf(by, asked));
  if (refused !== undefined || made === undefined)
    throw refusalFailure(refused ?? byState('Nothing was done.'));
  return json(200, { id: made, position, repeated });
}

function list(parts: ApiParts, asked: Asked): Answer {
  const { memory } = parts.desk;
  const { show = 'waiting', words: text = '', team = '' } = readQuery(listQuery, asked.query);
  const person = ownerOf(asked.actor);
  const nameOf = (id: UserId): string => parts.accounts.name(id);
  const found = listHandovers(memory, person, { show, words: text, team }, nameOf);
  const items = found.slice(0, NOTES_PER_ANSWER_MAX).map((note) => noteJson(parts, note));
  return json(200, { items, total: found.length, asOf: memory.position });
}

function noteJson({ accounts }: ApiParts, note: HandoverNote) {
  const nameOf = (id: UserId): string => accounts.name(id);
  const who = (id: UserId) => ({ id, name: nameOf(id) });
  const when = (at: HandoverNote['from'] | undefined) =>
    at === undefined ? null : instantText(at);
  const { state, from, to, text, more } = note;
  return {
    ...{ id: note.id, state: state.is, author: who(note.author), text, more },
    ...{ from: instantText(from), to: instantText(to) },
    items: note.items.map(({ severity: worst, who: whom, at, until, episode: _, ...item }) => ({
      ...{ ...item, severity: worst ?? null, at: when(at), until: when(until) },
      who: whom === undefined ? null : who(whom),
    })),
    receiver: state.is === 'draft' ? null : receiverJson(state.to),
    receiverText: state.is === 'draft' ? '' : receiverText(state.to, nameOf),
    offeredAt: state.is === 'offered' ? instantText(state.at) : null,
    accepted:
      state.is === 'accepted'
        ? {
            ...{ by: who(state.by), at: instantText(state.at), taken: state.taken },
            left: state.left.map(({ who: whom, ...one }) => ({
              ...{ ...one, who: whom === undefined ? null : who(whom) },
            })),
          }
        : null,
    talk: note.talk.map(({ by, at, text: said }) => ({
      ...{ by: who(by), at: instantText(at), text: said },
    })),
    plain: handoverText(note, nameOf),
  };
}

const receiverJson = ({ is: _, ...to }: Receiver) => to;
