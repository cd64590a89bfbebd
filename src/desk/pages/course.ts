import { after, type Instant } from '../../base/time.ts';
import { type Alarm, isHidden, isStanding } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import {
  isOpen,
  PAGE_LIMITS,
  type Page,
  type PageAnswer,
  type PageId,
  type Told,
  usedOf,
} from '../../domain/escalation/page.ts';
import {
  FIRST_PLACE,
  type Place,
  type Policy,
  placeAfter,
  targetsAt,
  waitAt,
} from '../../domain/escalation/policy.ts';
import {
  type DeliveryId,
  type NotifiedAlert,
  type WayRef,
  wayText,
} from '../../domain/routing/notice.ts';
import { compareAlerts } from '../../domain/routing/order.ts';
import { routingSubject } from '../../domain/routing/subject.ts';
import type { Draft } from '../draft.ts';
import { snapshot } from '../notify/snapshot.ts';
import type { State } from '../state.ts';
import type { Group } from '../tables.ts';
import { climbTimer, pagesIn, tell } from './message.ts';
import { isLive } from './pages-index.ts';
import { tellRun } from './run-told.ts';
import { type Reached, whoIsBehind } from './who.ts';

/** What a page is made from. */
export interface Paged {
  readonly group: Group;
  readonly routeLabels: Page['routeLabels'];
  readonly to: WayRef;
  readonly policy: Policy;
  readonly alerts: readonly NotifiedAlert[];
}

/**
 * A group has news for a way that pages. A page that is under way takes it in and goes on as it
 * was; one that nobody answered begins anew; else a page begins. Answers the alarms that wait and
 * found no room on it: they are not told yet.
 */
export function page(draft: Draft, state: State, paged: Paged): ReadonlySet<AlarmId> {
  const waiting = paged.alerts.filter(({ alarm, status }) => {
    const held = status === 'firing' ? draft.get('alarms', alarm) : undefined;
    return held !== undefined && waits(held);
  });
  if (waiting.length > 0) begin(draft, state, paged, waiting);
  return new Set(waiting.slice(PAGE_LIMITS.alarms_max).map(({ alarm }) => alarm));
}

function begin(draft: Draft, state: State, paged: Paged, waiting: readonly NotifiedAlert[]): void {
  const { group, to, policy, routeLabels } = paged;
  const live = state.pages.liveOf(group.id, to);
  const held = live && draft.get('pages', live);
  if (held && isOpen(held)) {
    draft.put('pages', held.id, { ...held, ...about(waiting) });
    return;
  }
  if (held) end(draft, state, held, 'ended');
  const { at } = draft.now;
  const row: Page = {
    id: draft.beginPage(),
    at,
    group: group.id,
    groupKey: group.key,
    groupLabels: group.labels,
    routeLabels,
    to,
    policy,
    ...about(waiting),
    is: 'open',
    place: FIRST_PLACE,
    climbsAt: undefined,
    told: [],
    empty: [],
    answer: undefined,
    endedAt: undefined,
  };
  stand(draft, state, row, FIRST_PLACE);
}

const about = (alerts: readonly NotifiedAlert[]): Pick<Page, 'alerts' | 'moreAlerts'> => ({
  alerts: alerts.slice(0, PAGE_LIMITS.alarms_max),
  moreAlerts: Math.max(0, alerts.length - PAGE_LIMITS.alarms_max),
});

/** Nobody answered in time: the next ones are told of what still waits. */
export function climb(draft: Draft, state: State, id: PageId): void {
  const row = draft.get('pages', id);
  if (!row || !isOpen(row)) return;
  if (row.run) return onwards(draft, state, row);
  const { at } = draft.now;
  const isMuted = (alarm: Alarm): boolean =>
    state.routing.mutesOf(routingSubject(alarm), alarm, at).length > 0;
  const left = alarmsOf(draft, row).filter(waits);
  const waiting = left.filter((alarm) => !isMuted(alarm));
  if (waiting.length === 0) {
    owe(draft, row, left);
    return end(draft, state, row, 'ended');
  }
  const alerts = waiting.map((alarm) => snapshot(alarm, state)).sort(compareAlerts);
  onwards(draft, state, { ...row, alerts });
}

function onwards(draft: Draft, state: State, row: Page): void {
  const next = placeAfter(row.policy, row.place);
  if (next) return stand(draft, state, row, next);
  draft.put('pages', row.id, { ...row, is: 'unanswered', climbsAt: undefined });
  draft.cancelTimer(climbTimer(row.id));
  tellRun(draft, row, undefined);
}

/**
 * Tells whoever is meant at a place. One with nobody falls to the fallback, and without one the
 * page climbs at once, but never into the next round: by then somebody may be there.
 */
export function stand(draft: Draft, state: State, row: Page, place: Place): void {
  const { policy } = row;
  let at = place;
  const empty = [...row.empty];
  for (;;) {
    const reached = reach(draft, state, row, at);
    if (reached.told.length > 0 || placeAfter(policy, at)?.round !== at.round) {
      if (reached.none !== '') empty.push({ ...at, at: draft.now.at, why: reached.none });
      const climbsAt = after(draft.now.at, waitAt(policy, at));
      const told = [...row.told, ...reached.told].slice(-PAGE_LIMITS.told_max);
      draft.put('pages', row.id, {
        ...row,
        place: at,
        climbsAt,
        told,
        empty: empty.slice(-EMPTY_MAX),
      });
      draft.setTimer(climbTimer(row.id), climbsAt, { is: 'page.climb', page: row.id });
      return;
    }
    empty.push({ ...at, at: draft.now.at, why: reached.none });
    at = { ...at, step: at.step + 1 };
  }
}

/** Of the steps that had nobody, so many are remembered. */
const EMPTY_MAX = 100;

/** Puts a message into the outbox for each contact of each person of a place. */
function reach(
  draft: Draft,
  state: State,
  row: Page,
  place: Place,
): { readonly told: readonly Told[]; readonly none: string } {
  const meant = whoIsBehind(draft, state, targetsAt(row.policy, place));
  const none = [...meant.nobody];
  const told = tellAll(draft, state, row, place, meant.people, none);
  if (told.length > 0 || place.step >= row.policy.steps.length) {
    return { told, none: none.join('; ') };
  }
  const instead = whoIsBehind(draft, state, row.policy.fallback);
  const fallen = instead.people.map(({ person, why }) => ({ person, why: `fallback, ${why}` }));
  return { told: tellAll(draft, state, row, place, fallen, none), none: none.join('; ') };
}

function tellAll(
  draft: Draft,
  state: State,
  row: Page,
  place: Place,
  people: readonly Reached[],
  none: string[],
): readonly Told[] {
  const told: Told[] = [];
  for (const reached of people) {
    const contacts = usedOf(state.pages.contactsOf(reached.person));
    if (contacts.length === 0) none.push(`${reached.person} has no contact`);
    for (const contact of contacts) told.push(tell(draft, row, place, reached, contact));
  }
  return told;
}

/** Alarms changed: pages of which nothing waits any more are over. */
export function followPages(draft: Draft, state: State, changed: Iterable<AlarmId>): void {
  if (state.pages.isEmpty) return;
  const touched = new Set<PageId>();
  for (const alarm of changed) for (const id of state.pages.about(alarm)) touched.add(id);
  for (const id of touched) {
    const row = draft.get('pages', id);
    if (!row || !isLive(row)) continue;
    const alarms = alarmsOf(draft, row);
    if (alarms.some(waits)) continue;
    const by = answerOf(alarms, row);
    end(draft, state, row, by ? 'answered' : 'ended', by);
  }
}

/** Muted before anybody answered: it counts as not told, and pages when it is shown again. */
function owe(draft: Draft, { group, to }: Page, alarms: readonly Alarm[]): void {
  const log = draft.get('logs', `${group}/${wayText(to)}`);
  if (!log || alarms.length === 0) return;
  const owed = new Map(alarms.map(({ id }) => [id, 'shown again']));
  const firing = log.firing.filter((id) => !owed.has(id));
  const withdrawn = { ...log.withdrawn, ...Object.fromEntries(owed) };
  draft.put('logs', log.id, { ...log, firing, withdrawn });
}

/** Somebody has still to take it. */
const waits = (alarm: Alarm): boolean =>
  isStanding(alarm) && alarm.handling.is === 'none' && !isHidden(alarm);

const alarmsOf = (draft: Draft, { alerts }: Page): readonly Alarm[] =>
  alerts.flatMap(({ alarm }) => draft.get('alarms', alarm) ?? []);

/** Whoever took the last of it; a link of a message has said so before. */
function answerOf(alarms: readonly Alarm[], { answer, at: began }: Page): PageAnswer | undefined {
  if (answer) return answer;
  let last: PageAnswer | undefined;
  for (const { handling } of alarms) {
    if (handling.is === 'none' || handling.at < began) continue;
    if (!last || handling.at > last.at) last = { by: handling.by, at: handling.at, how: 'desk' };
  }
  return last;
}

/** What has not been sent is taken back, and nobody else is told. */
export function end(
  draft: Draft,
  state: State,
  row: Page,
  is: 'answered' | 'ended',
  answer?: PageAnswer,
): void {
  const told = row.told.map((one): Told => {
    if (one.is !== 'open' && one.is !== 'held') return one;
    if (one.delivery) takeBack(draft, row.id, one.delivery);
    return { ...one, is: 'withdrawn' };
  });
  const endedAt: Instant = draft.now.at;
  const over = { is, told, climbsAt: undefined, endedAt, answer: answer ?? row.answer };
  draft.put('pages', row.id, { ...row, ...over });
  draft.cancelTimer(climbTimer(row.id));
  forgetOldest(draft, state);
}

/** Is a message about other pages too, that wait, it goes. */
function takeBack(draft: Draft, page: PageId, id: DeliveryId): void {
  const about = draft.get('deliveries', id)?.notice.page;
  if (!about) return;
  const waits = pagesIn(about).some((other) => {
    const row = other === page ? undefined : draft.get('pages', other);
    return row !== undefined && isLive(row);
  });
  if (!waits) draft.undeliver(id);
}

/** Ended pages are kept to be looked at, the newest of them. */
function forgetOldest(draft: Draft, state: State): void {
  if (state.count('pages') <= PAGE_LIMITS.ended_max) return;
  let oldest: Page | undefined;
  for (const row of state.all('pages')) {
    if (isLive(row)) continue;
    const isOlder = !oldest || row.at < oldest.at || (row.at === oldest.at && row.id < oldest.id);
    if (isOlder) oldest = row;
  }
  if (oldest) draft.remove('pages', oldest.id);
}
