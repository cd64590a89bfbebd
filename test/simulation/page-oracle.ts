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

/** What the life of a desk must keep to its people: pages and hand-overs. */
export class PeopleOracle {
  readonly #handovers = new HandoverOracle();

  resume(memory: Memory): void {
    this.#handovers.resume(memory);
  }

  see(applied: Applied, memory: Memory): void {
    checkPageBorn(applied, memory);
    this.#handovers.see(applied, memory);
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
    assert.equal(memory.get('pages', notice.page.id)?.is, 'open', 'paged after the answer');
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
