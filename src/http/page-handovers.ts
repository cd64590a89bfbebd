import { DeskError } from '../base/errors.ts';
import { atField, type Refusal, refusalFailure } from '../base/refusal.ts';
import { after, hours, type Instant, type Millis, parseInstant } from '../base/time.ts';
import type { Assignable } from '../console/act-bar.ts';
import { type FieldErrors, refusalError } from '../console/form-errors.ts';
import { handoverBody } from '../console/handover-page.ts';
import { handoverHref, handoversBody } from '../console/handovers-page.ts';
import { stretch } from '../console/pager.ts';
import type { HandoverAct } from '../desk/handover-acts.ts';
import { begunNote, renewedNote } from '../desk/handovers.ts';
import { schedulesIn } from '../desk/rota.ts';
import { ownShift } from '../desk/views/handover-draft.ts';
import {
  HANDOVER_LISTS,
  type HandoverList,
  type HandoversAsked,
  handoverFor,
  listHandovers,
  receives,
  waitingHandovers,
} from '../desk/views/handovers.ts';
import { teamsOf } from '../desk/views/saved-views.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { HandoverNote, HandoverNoteId, NoteItem, Receiver } from '../domain/handover/note.ts';
import { seeOther } from './answer.ts';
import { byOf, OPERATOR, ownerOf, roleOf, VIEWER } from './api/parts.ts';
import { field, fields, textOf } from './page-reader.ts';
import { formOnce, type RoutingPageParts } from './page-routing-parts.ts';
import type { Answer, Asked, Route } from './route.ts';

/** A whole note as a form sends it, every character of it escaped, and the ids of its items. */
const NOTE_FORM_BYTES_MAX = 1_048_576;

const DONE: Readonly<Record<string, string>> = {
  drafted: 'Drafted. Nobody sees it before you hand it over.',
  saved: 'The draft is saved.',
  again: 'Drafted anew from what is true now; your own words stand where they stood.',
  offered: 'It is handed over. It counts once they have accepted it.',
  accepted: 'The shift is yours.',
  asked: 'Said.',
  withdrawn: 'It is a draft again: nobody else sees it now.',
};

const PATH = '/hand-overs';

/** What a shift tells the next one: drafted, handed over, asked about, accepted. */
export const handoverPages = (parts: RoutingPageParts): Route[] => [
  {
    method: 'GET',
    path: PATH,
    access: VIEWER,
    summary: 'Hand-over notes, and the begin of one more.',
    handle: (asked) => list(parts, asked),
  },
  {
    ...post(PATH, 'Drafts a note from what happened in a shift.'),
    handle: (asked) => begin(parts, asked),
  },
  {
    method: 'GET',
    path: `${PATH}/:id`,
    access: VIEWER,
    summary: 'One hand-over note.',
    handle: (asked) => show(parts, asked, noteIn(parts, asked)),
  },
  {
    ...post(`${PATH}/:id`, 'Saves a draft, drafts it anew, hands it over, or drops it.'),
    handle: (asked) => write(parts, asked),
  },
  {
    ...post(`${PATH}/:id/ask`, 'Asks back about a note, or answers.'),
    handle: (asked) => {
      const text = textOf(asked, 'text');
      return does(parts, asked, 'asked', (whose) => ({ verb: 'handover.ask', ...whose, text }));
    },
  },
  {
    ...post(`${PATH}/:id/accept`, 'Accepts a shift, with the alarms that go with it.'),
    handle: (asked) =>
      does(parts, asked, 'accepted', (whose) => ({ verb: 'handover.accept', ...whose })),
  },
  {
    ...post(`${PATH}/:id/withdraw`, 'Takes a note back that nobody accepted.'),
    handle: (asked) => withdraw(parts, asked),
  },
];

const post = (path: string, summary: string) => ({
  ...{ method: 'POST' as const, path, access: OPERATOR, summary, form: true },
  bodyBytesMax: NOTE_FORM_BYTES_MAX,
});

function noteIn({ desk }: RoutingPageParts, { params, actor }: Asked): HandoverNote {
  const found = handoverFor(desk.memory, params.id ?? '', ownerOf(actor));
  if (!found) throw new DeskError('NOT_FOUND', { what: 'such hand-over note' });
  return found;
}

function askedIn({ query }: Asked): HandoversAsked {
  const show = HANDOVER_LISTS.find((one) => one === query.get('show'));
  const [words, team] = [query.get('words') ?? '', query.get('team') ?? ''];
  return { show: show ?? 'waiting', words: words.slice(0, 256), team };
}

const errorsOf = (refused: Refusal | undefined): FieldErrors =>
  refused === undefined ? [] : [refusalError(refused, { text: 'text', to: 'to', since: 'since' })];

function list(parts: RoutingPageParts, asked: Asked, refused?: Refusal): Answer {
  const { desk, site, accounts, draw } = parts;
  const { memory, clock } = desk;
  const [me, now] = [ownerOf(asked.actor), clock.now()];
  const nameOf = (id: UserId): string => accounts.name(id);
  const wanted = askedIn(asked);
  const found = listHandovers(memory, me, wanted, nameOf);
  const of = (show: HandoverList) =>
    listHandovers(memory, me, { show, words: '', team: '' }, nameOf);
  const view = {
    ...{ asked: wanted, errors: errorsOf(refused), nameOf, now },
    notes: stretch(found, asked.query),
    counts: {
      waiting: of('waiting').length,
      accepted: of('accepted').length,
      draft: of('draft').length,
    },
    forMe: waitingHandovers(memory).filter((note) => isFor(parts, note, me)),
    drafts: of('draft'),
    shift: ownShift(memory, me, now),
    teams: (memory.get('duties', 'duty')?.duty.teams ?? []).map(({ name }) => name),
  };
  const drawn = {
    title: 'Hand-overs',
    at: PATH,
    status: refused === undefined ? 200 : refusalFailure(refused).status,
  };
  return draw(asked, drawn, (reader) => handoversBody(site, reader, view));
}

const isFor = ({ desk }: RoutingPageParts, { state, author }: HandoverNote, me: UserId): boolean =>
  state.is === 'offered' && author !== me && receives(desk.memory, state.to, me, desk.clock.now());

function show(
  parts: RoutingPageParts,
  asked: Asked,
  note: HandoverNote,
  refused?: Refusal,
): Answer {
  const { desk, site, accounts, draw } = parts;
  const me = ownerOf(asked.actor);
  const view = {
    ...{
      note,
      errors: errorsOf(refused),
      nameOf: (id: UserId): string => accounts.name(id),
      now: desk.clock.now(),
    },
    isForMe: isFor(parts, note, me),
    isMine: note.author === me,
    isAdmin: roleOf(asked.actor) === 'admin',
    receivers: receiversFor(parts, me),
    done: DONE[asked.query.get('done') ?? ''] ?? '',
  };
  const drawn = {
    title: 'Hand-over',
    at: PATH,
    status: refused === undefined ? 200 : refusalFailure(refused).status,
  };
  return draw(asked, drawn, (reader) => handoverBody(site, reader, view));
}

/** Schedules first, then the own teams, the others, and people. */
function receiversFor({ desk, accounts }: RoutingPageParts, me: UserId): readonly Assignable[] {
  const { memory } = desk;
  const mine = new Set(teamsOf(memory, me));
  const teams = (memory.get('duties', 'duty')?.duty.teams ?? []).map(({ name }) => name);
  const own = ownShift(memory, me, desk.clock.now())?.schedule;
  const schedules = schedulesIn(memory).map(({ name }) => name);
  const first = <T>(all: readonly T[], is: (one: T) => boolean): readonly T[] => [
    ...all.filter(is),
    ...all.filter((one) => !is(one)),
  ];
  return [
    ...first(schedules, (name) => name === own).map((name) => ({
      id: `schedule:${name}` as UserId,
      name: `whoever is next in ${name}`,
    })),
    ...first(teams, (name) => mine.has(name)).map((name) => ({
      id: `team:${name}` as UserId,
      name: `team ${name}`,
    })),
    ...accounts
      .list()
      .filter(({ id, disabled, role }) => id !== me && !disabled && role !== 'viewer')
      .map(({ id, name }) => ({ id: `person:${id}` as UserId, name })),
  ];
}

function receiverIn(text: string): Receiver | undefined {
  const [, is, name = ''] = /^(person|team|schedule):(.+)$/s.exec(text) ?? [];
  if (is === 'person') return { is, person: name as UserId };
  if (is === 'team') return { is, team: name };
  return is === 'schedule' ? { is, schedule: name } : undefined;
}

function tell({ desk }: RoutingPageParts, asked: Asked, act: HandoverAct) {
  return desk.act(byOf(asked.actor), act, formOnce(asked, [JSON.stringify(act)]));
}

/** Drafts it at once, and keeps it: what is written then survives whatever happens. */
async function begin(parts: RoutingPageParts, asked: Asked): Promise<Answer> {
  const { desk, site } = parts;
  const now = desk.clock.now();
  const person = ownerOf(asked.actor);
  const from = beginIn(parts, asked, person, now);
  if (from === undefined)
    return list(parts, asked, atField('since', 'say when your shift began, as a time in UTC'));
  const act = await begunNote(desk, person, from);
  const { refused, made } = await tell(parts, asked, act);
  if (refused !== undefined) return list(parts, asked, refused);
  return seeOther(`${handoverHref(site, made)}?done=drafted`);
}

function beginIn(
  { desk }: RoutingPageParts,
  asked: Asked,
  person: UserId,
  now: Instant,
): Instant | undefined {
  const [since, chosen] = [textOf(asked, 'since'), textOf(asked, 'begin')];
  if (since !== '') return parseInstant(`${since}:00Z`);
  if (chosen === 'rota') return ownShift(desk.memory, person, now)?.from;
  return /^\d{1,3}$/.test(chosen) ? after(now, -hours(Number(chosen)) as Millis) : undefined;
}

/** What the form says of each item; what is to be left out is gone. */
function itemsIn({ json }: Asked, items: readonly NoteItem[]): readonly NoteItem[] {
  const [watch, take, out] = ['watch', 'take', 'out'].map((name) => new Set(fields(json, name)));
  return items
    .filter(({ id }) => !out?.has(id))
    .map((item) => ({
      ...item,
      words: field(json, `words:${item.id}`).trim(),
      watch: watch?.has(item.id) ?? false,
      take: item.kind === 'alarm' && (take?.has(item.id) ?? false),
    }));
}

async function write(parts: RoutingPageParts, asked: Asked): Promise<Answer> {
  const { desk, site } = parts;
  const note = noteIn(parts, asked);
  const does = textOf(asked, 'do');
  if (does === 'drop') return withdraw(parts, asked);
  const person = ownerOf(asked.actor);
  const text = field(asked.json, 'text').replace(/\r\n/g, '\n').trimEnd();
  const typed = { ...note, text, items: itemsIn(asked, note.items) };
  const { id: handover, from, to: until, more } = note;
  const asTyped = { person, handover, from, to: until, text, items: typed.items, more };
  const act = does === 'again' ? renewedNote(desk, typed) : asTyped;
  const saved = await tell(parts, asked, { ...act, verb: 'handover.save' });
  if (saved.refused !== undefined) return show(parts, asked, typed, saved.refused);
  const href = handoverHref(site, note.id);
  if (does !== 'offer') return seeOther(`${href}?done=${does === 'again' ? 'again' : 'saved'}`);
  const to = receiverIn(textOf(asked, 'to'));
  if (!to) return show(parts, asked, typed, atField('to', 'choose who goes on'));
  const { refused } = await tell(parts, asked, { verb: 'handover.offer', person, handover, to });
  if (refused !== undefined) return show(parts, asked, typed, refused);
  return seeOther(`${href}?done=offered`);
}

type Whose = { readonly person: UserId; readonly handover: HandoverNoteId };

async function does(
  parts: RoutingPageParts,
  asked: Asked,
  done: string,
  actOf: (whose: Whose) => HandoverAct,
): Promise<Answer> {
  const note = noteIn(parts, asked);
  const act = actOf({ person: ownerOf(asked.actor), handover: note.id });
  const { refused } = await tell(parts, asked, act);
  if (refused !== undefined) return show(parts, asked, note, refused);
  return seeOther(`${handoverHref(parts.site, note.id)}?done=${done}`);
}

/** What is handed over becomes a draft again; a draft is dropped. */
async function withdraw(parts: RoutingPageParts, asked: Asked): Promise<Answer> {
  const note = noteIn(parts, asked);
  const isMine = note.author === ownerOf(asked.actor);
  const act = { person: ownerOf(asked.actor), handover: note.id };
  const { refused } = await tell(parts, asked, { verb: 'handover.withdraw', ...act });
  if (refused !== undefined) return show(parts, asked, note, refused);
  const isGone = note.state.is === 'draft' || !isMine;
  const href = handoverHref(parts.site, isGone ? '' : note.id);
  return seeOther(isGone ? href : `${href}?done=withdrawn`);
}
