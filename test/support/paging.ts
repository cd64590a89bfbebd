import { type Millis, minutes } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { Duty } from '../../src/domain/escalation/duty.ts';
import type { ContactId, ContactKind, Page } from '../../src/domain/escalation/page.ts';
import type { PageTarget, Policy } from '../../src/domain/escalation/policy.ts';
import type { Schedule } from '../../src/domain/rota/schedule.ts';
import { SOON } from './happenings.ts';
import { NORA, type NotifiedDesk, openNotified } from './notified.ts';
import { planWith } from './plan.ts';
import { saidOf } from './refusals.ts';

export const ADA = 'ada' as UserId;
export const BOB = 'bob' as UserId;
export const CYD = 'cyd' as UserId;

export const person = (who: UserId): PageTarget => ({ is: 'person', person: who });

/** Ada, after five minutes Bob; nothing again; Cyd when nobody answers. */
export const POLICY: Policy = {
  name: 'noc',
  steps: [
    { targets: [person(ADA)], wait: minutes(5) },
    { targets: [person(BOB)], wait: minutes(5) },
  ],
  repeat: 0,
  fallback: [person(CYD)],
};

/** One person, always. */
export const always = (name: string, who: readonly UserId[]): Schedule => ({
  name,
  zone: 'UTC',
  layers: [
    {
      name: 'only',
      priority: 0,
      turns: who.length === 0 ? [] : [who],
      every: { count: 1, unit: 'week' },
      start: { year: 2020, month: 1, day: 6, minute: 0 },
      windows: [],
      restrictedDaysCount: false,
    },
  ],
});

export const dutyWith = (policy: Partial<Policy> = {}, more: Partial<Duty> = {}): Duty => ({
  teams: [],
  schedules: [],
  policies: [{ ...POLICY, ...policy }],
  ...more,
});

export const PAGING = planWith(
  { ...SOON, groupInterval: minutes(1), repeatInterval: minutes(600) },
  {
    receivers: [
      {
        name: 'ops',
        ways: [{ kind: 'escalation', index: 0, sendResolved: true, policy: 'noc' }],
      },
    ],
  },
);

export type PagingDesk = NotifiedDesk;

/** A desk whose one receiver pages Ada, then Bob, then Cyd, each with one mail address. */
export async function openPaging(duty: Duty = dutyWith()): Promise<PagingDesk> {
  const d = await openNotified();
  for (const user of [ADA, BOB, CYD, NORA]) {
    await d.desk.act(NORA, { verb: 'user.add', user, role: 'operator' });
    if (user !== NORA) await addContact(d, user);
  }
  await applyDuty(d, duty);
  return d;
}

export async function applyDuty(d: PagingDesk, duty: Duty): Promise<void> {
  const act = { verb: 'revision.apply' as const, text: '', from: 'a.yml', unused: [], why: '' };
  await d.desk.act(NORA, { ...act, plan: PAGING, duty });
  await d.pump();
}

export async function addContact(
  d: PagingDesk,
  who: UserId,
  kind: ContactKind = 'email',
  delay = 0,
): Promise<ContactId> {
  const contact = `${who}-${kind}` as ContactId;
  const act = { verb: 'contact.set' as const, contact, person: who, kind, delay: delay as Millis };
  const { refused } = await d.desk.act(NORA, act);
  if (refused !== undefined) throw new Error(saidOf(refused));
  return contact;
}

/** `ada: web-1 firing`, one line per page sent so far. */
export const paged = (d: PagingDesk): readonly string[] =>
  d.notices.flatMap(({ page, alerts }) =>
    page ? [`${page.person}: ${alerts.map((a) => a.labels['instance']).join(', ')}`] : [],
  );

export const pages = (d: PagingDesk): readonly Page[] => [...d.desk.memory.all('pages')];

export function onlyPage(d: PagingDesk): Page {
  const [page, ...more] = pages(d);
  if (!page || more.length > 0) throw new Error(`${pages(d).length} pages`);
  return page;
}
