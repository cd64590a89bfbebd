import type { Instant } from '../../base/time.ts';
import type { UserId } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import {
  brokenPromise,
  type Contact,
  isOpen,
  type Page,
  type PageIs,
  usedOf,
} from '../../domain/escalation/page.ts';
import { type PageTarget, placeAfter, targetsAt } from '../../domain/escalation/policy.ts';
import { wayText } from '../../domain/routing/notice.ts';
import type { Memory } from '../desk.ts';
import { wayOf } from '../pages/message.ts';
import { isLive } from '../pages/pages-index.ts';
import type { Finding } from '../self-watch.ts';
import type { WayHealth } from '../tables.ts';
import { counted, type NameOf } from './words.ts';

export const PAGE_STATES: readonly PageIs[] = ['open', 'unanswered', 'answered', 'ended'];

/** Those that wait first, then the newest. */
export function listPages(memory: Memory, states: readonly PageIs[]): readonly Page[] {
  const rank = (page: Page): number => (isLive(page) ? 0 : 1);
  return [...memory.all('pages')]
    .filter(({ is }) => states.includes(is))
    .sort((a, b) => rank(a) - rank(b) || b.at - a.at || (a.id < b.id ? 1 : -1));
}

/** `linkDown on sw-1 and 2 more` */
export function pageTitle({ alerts, moreAlerts }: Page): string {
  const [first] = alerts;
  if (!first) return 'nothing any more';
  const { alertname = 'an alarm', instance } = first.labels;
  const more = alerts.length - 1 + moreAlerts;
  const on = instance === undefined ? '' : ` on ${instance}`;
  return `${alertname}${on}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Pages told of one alarm. */
const PAGES_ABOUT_MAX = 3;

/** Pages about one alarm, the newest first. */
export function pagesAbout(memory: Pick<Memory, 'all'>, id: AlarmId): readonly Page[] {
  const found: Page[] = [];
  for (const page of memory.all('pages')) {
    if (!page.run && page.alerts.some(({ alarm }) => alarm === id)) found.push(page);
  }
  return found.sort((a, b) => b.at - a.at).slice(0, PAGES_ABOUT_MAX);
}

/** What a target is called. */
export function targetText(target: PageTarget, nameOf: NameOf): string {
  if (target.is === 'person') return nameOf(target.person);
  return target.is === 'team' ? `team ${target.team}` : `whoever is on call in ${target.schedule}`;
}

/** Who is told next, in words; '' when nobody is. */
export function nextText(page: Page, nameOf: NameOf): string {
  const next = isOpen(page) ? placeAfter(page.policy, page.place) : undefined;
  if (!next) return '';
  return targetsAt(page.policy, next)
    .map((target) => targetText(target, nameOf))
    .join(', ');
}

/** One address of a person and how well it works. */
export interface ContactView {
  readonly contact: Contact;
  readonly health: WayHealth | undefined;
}

/**
 * no address  a page passes them by
 * failing     nothing gets through to any of the addresses that are used
 * unverified  messages go somewhere; nobody knows whether they are read
 * verified    they have shown that they read them
 */
export type Reach = 'no address' | 'failing' | 'unverified' | 'verified';

/** Can this person be told? */
export function reachOf(memory: Memory, person: UserId): Reach {
  const used = usedOf(memory.pages.contactsOf(person));
  if (used.length === 0) return 'no address';
  const isFailing = (contact: Contact): boolean =>
    memory.get('ways', wayText(wayOf(contact)))?.failingSince !== undefined;
  if (used.every(isFailing)) return 'failing';
  return used.some(({ verifiedAt }) => verifiedAt !== undefined) ? 'verified' : 'unverified';
}

export const REACH: readonly Reach[] = ['no address', 'failing', 'unverified', 'verified'];

export const contactViews = (memory: Memory, person: UserId): readonly ContactView[] =>
  memory.pages
    .contactsOf(person)
    .map((contact) => ({ contact, health: memory.get('ways', wayText(wayOf(contact))) }));

/**
 * The auditor: what is wrong with pages that are under way. Work: the pages that wait, not the
 * alarms there are.
 */
export function pageFindings(memory: Memory, nameOf: NameOf, now: Instant): readonly Finding[] {
  const found: Finding[] = [];
  for (const id of memory.pages.live()) {
    const page = memory.get('pages', id);
    if (!page || isAboutPages(page)) continue;
    const resource = `desk/page/${page.id}`;
    const about = `Page ${page.id} (${pageTitle(page)})`;
    const broken = brokenPromise(page, now);
    if (broken !== undefined) {
      const text = `${about} is stuck: ${broken}. Call somebody; tell your desk admin.`;
      found.push({ type: 'desk.page-stuck', resource, severity: 'critical', text });
    }
    if (page.is === 'unanswered') {
      const people = new Set(page.told.map(({ person }) => nameOf(person)));
      const told = people.size === 0 ? 'nobody could be told' : `told: ${[...people].join(', ')}`;
      const text = `${about}: nobody answered; ${told}. Policy ${page.policy.name} is at its end.`;
      found.push({ type: 'desk.page-unanswered', resource, severity: 'critical', text });
    }
    const last = page.empty.at(-1);
    if (last) {
      const empties = counted(page.empty.length, 'step');
      const text = `${about}: ${empties} had nobody to tell, the last: ${last.why}.`;
      found.push({ type: 'desk.page-nobody', resource, severity: 'major', text, follows: true });
    }
  }
  return found;
}

/** A page about a page that nobody answered must not make one about itself, and so on. */
const isAboutPages = ({ alerts }: Page): boolean =>
  alerts.length > 0 && alerts.every(({ labels }) => labels['alertname']?.startsWith('desk.page-'));
