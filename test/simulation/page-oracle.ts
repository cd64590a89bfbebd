import assert from 'node:assert/strict';
import { type Instant, type Millis, minutes } from '../../src/base/time.ts';
import type { Applied, Memory } from '../../src/desk/desk.ts';
import type { Act } from '../../src/desk/entry.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { Duty } from '../../src/domain/escalation/duty.ts';
import {
  brokenPromise,
  type ContactId,
  type ContactKind,
} from '../../src/domain/escalation/page.ts';
import { HandoverOracle } from './handover-oracle.ts';
import type { Chance } from './random.ts';
import { ShiftOracle } from './shift-notes.ts';
import { ON_DUTY, DUTY as STAND_INS } from './stand-ins.ts';
import { isHidden } from './told-oracle.ts';

const [ADA, BOB] = ['ada', 'bob'] as [UserId, UserId];
const contact = (person: UserId, kind: ContactKind, delay = 0) => ({
  contact: `${person}-${kind}` as ContactId,
  person,
  kind,
  delay: delay as Millis,
});

/** Two people with an address each, and one of them with a second. */
export const ENLIST: readonly Act[] = [
  ...ON_DUTY.map((user) => ({ verb: 'user.add' as const, user, role: 'operator' as const })),
  ...[contact(ADA, 'email'), contact(BOB, 'ntfy'), contact(ADA, 'ntfy', minutes(1))].map((one) => ({
    verb: 'contact.set' as const,
    ...one,
  })),
];

/** Somebody answers a page from its message, or sends it on. */
export function answerTo(memory: Memory | undefined, c: Chance): Act | undefined {
  const pages = [...(memory?.all('pages') ?? [])];
  if (memory && c.in100(10)) {
    const contacts = [...memory.all('contacts')];
    if (contacts.length > 0) return { verb: 'contact.verify', contact: c.pick(contacts).id };
  }
  if (pages.length === 0) return undefined;
  const { id: page } = c.pick(pages);
  return c.in100(70)
    ? { verb: 'page.answer', page, how: 'message', note: '' }
    : { verb: 'page.climb', page, reason: 'on a train' };
}

/** Ada, then whoever is on call, twice; then nobody is left. */
export const DUTY: Duty = {
  ...STAND_INS,
  policies: [
    {
      name: 'noc',
      steps: [
        { targets: [{ is: 'person', person: ADA }], wait: minutes(2) },
        { targets: [{ is: 'schedule', schedule: 's' }], wait: minutes(2) },
      ],
      repeat: 1,
      fallback: [],
    },
  ],
};

const PACE = [
  [minutes(5), 7],
  [minutes(60), 26],
] as const;

/** What the life of a desk must keep to its people: pages, hand-overs and the notes of shifts. */
export class PeopleOracle {
  readonly #handovers = new HandoverOracle();
  readonly #shifts = new ShiftOracle();
  /** When messages about pages go to each contact. */
  readonly #goes = new Map<string, Instant[]>();

  resume(memory: Memory): void {
    this.#handovers.resume(memory);
    this.#shifts.resume(memory);
    for (const way of this.#goes.keys()) {
      const row = memory.get('throttles', way.slice('contact/'.length));
      assert.ok(row, `what ${way} was sent was forgotten over a restart`);
    }
  }

  see(applied: Applied, memory: Memory): void {
    checkPageBorn(applied, memory);
    this.#handovers.see(applied, memory);
    this.#shifts.see(applied, memory);
    this.#checkPace(applied, memory);
  }

  /** Nobody is flooded: five in five minutes and bundles two minutes apart, 26 in an hour. */
  #checkPace({ deliveries, position }: Applied, memory: Memory): void {
    for (const id of deliveries) {
      const row = memory.get('deliveries', id);
      if (!row?.notice.page || !id.startsWith(`d${position}.`)) continue;
      const { receiver } = row.notice.to;
      const goes = this.#goes.get(receiver) ?? [];
      this.#goes.set(receiver, goes);
      goes.push(row.dueAt);
      for (const [length, most] of PACE) {
        const within = goes.filter((at) => at > row.dueAt - length && at <= row.dueAt).length;
        assert.ok(within <= most, `${receiver}: ${within} messages in ${length} ms`);
      }
    }
  }

  rest(memory: Memory, now: Instant): void {
    checkPages(memory, now);
    this.#handovers.rest(memory, now);
  }
}

/** When a page's message is born its page waits, and something in it does. */
function checkPageBorn(applied: Applied, memory: Memory): void {
  for (const id of applied.deliveries) {
    const notice = memory.get('deliveries', id)?.notice;
    if (!notice?.page || !id.startsWith(`d${applied.position}.`)) continue;
    for (const { id: page } of [notice.page, ...(notice.page.others ?? [])]) {
      const row = memory.get('pages', page);
      const wasHeld = row?.is === 'unanswered' && row.told.some((told) => told.delivery === id);
      assert.ok(row?.is === 'open' || wasHeld, 'paged after the answer');
    }
    const contact = memory.get('contacts', notice.to.receiver.slice('contact/'.length));
    const others = memory.pages.contactsOf(notice.page.person);
    const isUsed = contact?.verifiedAt !== undefined || others.every((one) => !one.verifiedAt);
    const page = memory.get('pages', notice.page.id);
    const isNew = page?.told.some((t) => t.delivery === id && t.at === memory.time);
    assert.ok(isUsed || !isNew, 'told where nobody may read it, although there is a sure way');
    const waits = notice.alerts.some(({ alarm: of }) => {
      const alarm = memory.get('alarms', of);
      return alarm?.condition.is === 'raised' && alarm.handling.is === 'none';
    });
    assert.ok(waits, `${notice.page.person} was paged for what nobody has to take`);
  }
}

/** All is quiet: what nobody has taken is on a page that is alive, and every page kept its word. */
function checkPages(memory: Memory, now: Instant): void {
  const live = new Set<string>();
  for (const page of memory.all('pages')) {
    assert.equal(brokenPromise(page, now), undefined, `${page.id} broke its promise`);
    for (const { is, heldUntil = 0 } of page.told) {
      assert.ok(is !== 'held' || heldUntil > now - 60_000, `${page.id}: held back for ever`);
    }
    const places = page.told.map((t) => `${t.round}.${t.step} ${t.contact}`);
    assert.equal(
      new Set(places).size,
      places.length,
      `${page.id} told one address twice at a step`,
    );
    const waits = page.is === 'open' || page.is === 'unanswered';
    if (waits) for (const { alarm } of page.alerts) live.add(alarm);
  }
  for (const alarm of memory.all('alarms')) {
    if (!alarm.resource.startsWith('r1/') || alarm.condition.is !== 'raised') continue;
    if (alarm.handling.is !== 'none' || isHidden(alarm, memory)) continue;
    assert.ok(live.has(alarm.id), `${alarm.resource} is raised, and no page asks for an answer`);
  }
}
