import type { Instant } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import {
  type HandoverNote,
  ITEM_KINDS,
  type ItemKind,
  inReadingOrder,
  type LeftWhy,
  type NoteItem,
  type Receiver,
} from '../../domain/handover/note.ts';
import type { Memory } from '../desk.ts';
import { onCall, peopleIn, rotaOf } from '../rota.ts';
import { isMember } from './saved-views.ts';
import { type NameOf, utcText } from './words.ts';

type Rows = Pick<Memory, 'all' | 'get'>;

/** Is it to them that it was handed? Whoever is on call in the schedule is, and its people. */
export function receives(memory: Rows, to: Receiver, person: UserId, now: Instant): boolean {
  if (to.is === 'person') return to.person === person;
  if (to.is === 'team') return isMember(memory, person, to.team);
  if (peopleIn(memory, to.schedule).has(person)) return true;
  const rota = rotaOf(memory, to.schedule);
  return rota !== undefined && onCall(rota, now).people.includes(person);
}

export const HANDOVER_LISTS = ['waiting', 'accepted', 'draft'] as const;
export type HandoverList = (typeof HANDOVER_LISTS)[number];

export interface HandoversAsked {
  readonly show: HandoverList;
  /** Words, all of which must be in it; '' for any. */
  readonly words: string;
  /** Of a team: its members wrote or took it, or it was handed to it; '' for any. */
  readonly team: string;
}

/** Notes that somebody may see, the newest first; of drafts only their own. */
export function listHandovers(
  memory: Rows,
  person: UserId,
  asked: HandoversAsked,
  nameOf: NameOf,
): readonly HandoverNote[] {
  const words = asked.words.toLowerCase().split(/\s+/).filter(Boolean);
  const found: HandoverNote[] = [];
  for (const note of memory.all('handovers')) {
    if (listOf(note) !== asked.show || (note.state.is === 'draft' && note.author !== person)) {
      continue;
    }
    if (asked.team !== '' && !isOfTeam(memory, note, asked.team)) continue;
    if (words.length > 0 && !hasAll(note, words, nameOf)) continue;
    found.push(note);
  }
  return found.sort((a, b) => b.position - a.position);
}

const listOf = ({ state }: HandoverNote): HandoverList =>
  state.is === 'offered' ? 'waiting' : state.is;

function isOfTeam(memory: Rows, { author, state }: HandoverNote, team: string): boolean {
  if (isMember(memory, author, team)) return true;
  if (state.is === 'draft') return false;
  if (state.is === 'accepted' && isMember(memory, state.by, team)) return true;
  return state.to.is === 'team' && state.to.team === team;
}

function hasAll(note: HandoverNote, words: readonly string[], nameOf: NameOf): boolean {
  const { state, author, text, items, talk } = note;
  const people = [author, ...(state.is === 'accepted' ? [state.by] : [])].map(nameOf);
  const all = [
    ...[note.id, text, ...people, ...talk.map((one) => one.text)],
    ...items.flatMap(({ title, says, words: own }) => [title, says, own]),
  ]
    .join('\n')
    .toLowerCase();
  return words.every((word) => all.includes(word));
}

/** Notes that nobody accepted yet, the oldest first: they wait for somebody. */
export const waitingHandovers = (memory: Pick<Memory, 'all'>): readonly HandoverNote[] =>
  [...memory.all('handovers')]
    .filter(({ state }) => state.is === 'offered')
    .sort((a, b) => a.position - b.position);

/** A note that somebody may read; undefined for a draft of another. */
export function handoverFor(
  memory: Pick<Memory, 'get'>,
  id: string,
  person: UserId,
): HandoverNote | undefined {
  const note = memory.get('handovers', id);
  return note && (note.state.is !== 'draft' || note.author === person) ? note : undefined;
}

export const receiverText = (to: Receiver, nameOf: NameOf): string =>
  to.is === 'person'
    ? nameOf(to.person)
    : to.is === 'team'
      ? `team ${to.team}`
      : `whoever is next in ${to.schedule}`;

export const KIND_SAYS: Readonly<Record<ItemKind, string>> = {
  alarm: 'Alarms',
  incident: 'Incidents that are open',
  page: 'Pages of the shift',
  run: 'Runs',
  hidden: 'Hidden, and what ends soon',
  source: 'Sources that are silent',
  objective: 'Objectives in trouble',
  decision: 'Decisions of the shift',
  action: 'Actions due',
};

export const LEFT_SAYS: Readonly<Record<LeftWhy, string>> = {
  gone: 'it is not in memory any more',
  cleared: 'it has cleared',
  'raised again': 'it has been raised again since',
  closed: 'it is closed',
  'another has it': 'another has it',
  'not possible': 'it could not be given',
};

/** How whoever stands in an item has to do with it: `led by Nora`. */
export const WHO_SAYS: Readonly<Record<ItemKind, string>> = {
  alarm: 'held by',
  incident: 'led by',
  page: 'answered by',
  run: 'begun by',
  hidden: 'by',
  source: 'held by',
  objective: 'held by',
  decision: 'by',
  action: 'for',
};

export const AT_SAYS: Readonly<Record<ItemKind, string>> = {
  ...{ alarm: 'since', incident: 'since', page: 'at', run: 'since', hidden: 'since' },
  ...{ source: 'since', objective: 'since', decision: 'at', action: 'since' },
};

export const UNTIL_SAYS = (kind: ItemKind): string => (kind === 'action' ? 'due' : 'until');

/** One item as one line of plain text. */
function itemLine(item: NoteItem, nameOf: NameOf): string {
  const { kind, title, says, severity, who, at, until, words, watch, take } = item;
  const facts = [
    severity,
    says,
    who !== undefined && `${WHO_SAYS[kind]} ${nameOf(who)}`,
    at !== undefined && `${AT_SAYS[kind]} ${utcText(at)}`,
    until !== undefined && `${UNTIL_SAYS(kind)} ${utcText(until)}`,
    take && 'to be taken over',
  ].filter(Boolean);
  const own = words === '' ? '' : `\n  ${words.replace(/\n/g, '\n  ')}`;
  return `- ${watch ? 'WATCH: ' : ''}${title}: ${facts.join(', ')}${own}`;
}

/** The whole note as plain text: what the command line prints, and a search engine reads. */
export function handoverText(note: HandoverNote, nameOf: NameOf): string {
  const { author, from, to, text, items, more, state, talk } = note;
  const ordered = inReadingOrder(items);
  const watched = ordered.filter(({ watch }) => watch);
  const part = (title: string, all: readonly NoteItem[]): readonly string[] =>
    all.length === 0 ? [] : [`## ${title}`, ...all.map((one) => itemLine(one, nameOf)), ''];
  const lines = [
    `# Hand-over of ${nameOf(author)}, ${utcText(from)} to ${utcText(to)}`,
    '',
    ...(text === '' ? [] : [text, '']),
    ...part('Look at this first', watched),
    ...ITEM_KINDS.flatMap((kind) =>
      part(
        KIND_SAYS[kind],
        ordered.filter((item) => item.kind === kind && !item.watch),
      ),
    ),
    ...(more > 0 ? [`And ${more} more that had no room.`, ''] : []),
    ...talk.map(({ by, at, text: said }) => `${nameOf(by)}, ${utcText(at)}: ${said}`),
    stateText(state, nameOf),
  ];
  return `${lines.join('\n')}\n`;
}

function stateText(state: HandoverNote['state'], nameOf: NameOf): string {
  if (state.is === 'draft') return 'A draft: not handed over yet.';
  const to = receiverText(state.to, nameOf);
  if (state.is === 'offered')
    return `Handed to ${to} ${utcText(state.at)}; nobody accepted it yet.`;
  return `Accepted by ${nameOf(state.by)} ${utcText(state.at)}; it was handed to ${to}.`;
}
