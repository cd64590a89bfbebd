import { after, days, type Instant } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import { type Contact, type Page, usedOf } from '../../domain/escalation/page.ts';
import type { HandoverNotices } from '../../domain/rota/schedule.ts';
import { ROTA_LIMITS } from '../../domain/rota/schedule.ts';
import type {
  DeliveryId,
  GroupId,
  Notice,
  NoticeDuty,
  ShortList,
} from '../../domain/routing/notice.ts';
import type { Draft } from '../draft.ts';
import { nextOnCall, onCall, type Rota, rotaOf, schedulesIn } from '../rota.ts';
import type { Roster } from '../rota-acts.ts';
import type { State } from '../state.ts';
import type { TableName } from '../tables.ts';
import { pageTitle } from '../views/pages.ts';
import { wayOf } from './message.ts';

/** Pages and alarms that a message names; more are counted. */
const LINES_MAX = 10;

const timerOf = (schedule: string): string => `handover.look/${schedule}`;

/** Tables a hand-over depends on. */
const DECIDE: readonly TableName[] = ['duties', 'users', 'zones', 'overrides'];

/**
 * An entry changed something that decides who is on call: each schedule that tells of hand-overs
 * is looked at, in an entry of its own. Work: the schedules there are.
 */
export function armHandovers(draft: Draft, state: State): void {
  if (!DECIDE.some((table) => draft.writes.has(table))) return;
  const telling = schedulesIn(draft).filter(({ notices }) => notices !== undefined);
  const names = new Set(telling.map(({ name }) => name));
  for (const { id } of state.all('rosters')) if (!names.has(id)) forget(draft, id);
  for (const name of names) look(draft, name, draft.now.at);
}

const look = (draft: Draft, schedule: string, at: Instant): void =>
  draft.setTimer(timerOf(schedule), at, { is: 'handover.look', schedule });

function forget(draft: Draft, schedule: string): void {
  draft.removeIfThere('rosters', schedule);
  draft.cancelTimer(timerOf(schedule));
}

/**
 * Is it others than at the last look who are on call? Those who came and those who went are told,
 * once for the change, however many shifts went by unseen. The first look only remembers.
 */
export function lookAtHandover(draft: Draft, state: State, schedule: string): void {
  const rota = rotaOf(state, schedule);
  const notices = rota?.schedule.notices;
  if (!rota || !notices) return forget(draft, schedule);
  const { at } = draft.now;
  const people = [...onCall(rota, at).people].sort();
  const held = draft.get('rosters', schedule) ?? { ...NEW, id: schedule, people };
  const row = { ...handedOver(draft, state, { rota, notices, held, people }), people };
  const next = nextOnCall(rota, at);
  const soon = next && notices.before > 0 ? ((next.at - notices.before) as Instant) : undefined;
  const isDue = soon !== undefined && soon <= at && row.announced !== next?.at;
  draft.put('rosters', schedule, next && isDue ? announced(draft, state, rota, row, next) : row);
  const again = after(at, days(ROTA_LIMITS.look_days_max / 2));
  look(draft, schedule, soon !== undefined && soon > at ? soon : (next?.at ?? again));
}

const NEW: Omit<Roster, 'id' | 'people'> = {
  before: [],
  changedAt: undefined,
  announced: undefined,
  told: [],
};

interface Look {
  readonly rota: Rota;
  readonly notices: HandoverNotices;
  readonly held: Roster;
  readonly people: readonly UserId[];
}

function handedOver(draft: Draft, state: State, { rota, notices, held, people }: Look): Roster {
  const before = held.people;
  const comes = people.filter((person) => !before.includes(person));
  const goes = before.filter((person) => !people.includes(person));
  if (comes.length + goes.length === 0) return held;
  for (const id of held.told) if (draft.get('deliveries', id)) draft.undeliver(id);
  const { at } = draft.now;
  const row = { ...held, before, changedAt: at, told: [] };
  if (!notices.atHandover) return row;
  const said = {
    ...{ schedule: held.id, at, until: nextOnCall(rota, at)?.at, before, after: people },
    pages: pagesOf(state, held.id),
  };
  const left = heldBy(state, goes);
  const told = [
    ...comes.flatMap((person) => tell(draft, state, { ...said, person, held: left, is: 'comes' })),
    ...goes.flatMap((person) =>
      tell(draft, state, { ...said, person, held: heldBy(state, [person]), is: 'goes' }),
    ),
  ];
  return { ...row, told };
}

/** Whoever comes at the next change hears of it before. */
function announced(
  draft: Draft,
  state: State,
  rota: Rota,
  row: Roster,
  next: NonNullable<ReturnType<typeof nextOnCall>>,
): Roster {
  const comes = next.people.filter((person) => !row.people.includes(person));
  const said = {
    ...{ schedule: row.id, at: next.at, until: nextOnCall(rota, next.at)?.at },
    ...{ before: row.people, after: next.people, pages: NONE, held: NONE },
  };
  const told = comes.flatMap((person) => tell(draft, state, { ...said, person, is: 'will come' }));
  return { ...row, announced: next.at, told: [...row.told, ...told] };
}

/** One message for each way that has no delay; of none the quickest. Nobody absent is told. */
const tell = (draft: Draft, state: State, duty: NoticeDuty): readonly DeliveryId[] =>
  tellOne(draft, state, duty.person, `duty/${duty.schedule}`, { duty });

/** The same for whatever is told of a change of hands. */
export function tellOne(
  draft: Draft,
  state: State,
  person: UserId,
  key: string,
  said: Pick<Notice, 'duty' | 'shift'>,
): readonly DeliveryId[] {
  if (draft.get('users', person)?.disabled !== false) return [];
  const [first, ...more] = usedOf(state.pages.contactsOf(person));
  if (!first) return [];
  const { at } = draft.now;
  const group = key as GroupId;
  const about = { group, groupKey: '', groupLabels: {}, routeLabels: {}, alerts: [], at };
  const isFirst = ({ delay }: Contact): boolean => delay === first.delay;
  return [first, ...more.filter(isFirst)].map((contact) =>
    draft.deliver({ ...about, to: wayOf(contact), reason: 'hand-over', ...said }),
  );
}

const NONE: ShortList = { lines: [], more: 0 };

function short(lines: readonly string[]): ShortList {
  return { lines: lines.slice(0, LINES_MAX), more: Math.max(0, lines.length - LINES_MAX) };
}

/** What waits for an answer and asks this schedule for it. */
function pagesOf(state: State, schedule: string): ShortList {
  const found: Page[] = [];
  for (const id of state.pages.live()) {
    const page = state.get('pages', id);
    if (page && asks(page, schedule)) found.push(page);
  }
  return short(found.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)).map(pageTitle));
}

const asks = ({ policy }: Page, schedule: string): boolean =>
  [...policy.steps.map(({ targets }) => targets), policy.fallback].some((targets) =>
    targets.some((target) => target.is === 'schedule' && target.schedule === schedule),
  );

/** Alarms that somebody has acknowledged and that still stand. Work: the alarms in memory. */
function heldBy(state: State, people: readonly UserId[]): ShortList {
  if (people.length === 0) return NONE;
  const found: string[] = [];
  for (const { handling, condition, type, resource } of state.all('alarms')) {
    if (handling.is !== 'acknowledged' || condition.is !== 'raised') continue;
    if (people.includes(handling.by)) found.push(`${type} on ${resource}`);
  }
  return short(found.sort());
}
