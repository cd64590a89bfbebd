import assert from 'node:assert/strict';
import { hours, type Instant } from '../../src/base/time.ts';
import { draftedShift, nextShiftEnd } from '../../src/desk/views/handover-draft.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import type { HandoverNoteId, NoteItem, Receiver } from '../../src/domain/handover/note.ts';
import { alert, type Remains } from './desk.ts';
import { NORA, type NotifiedDesk, openNotified } from './notified.ts';
import { planRoute, planWith } from './plan.ts';
import { schedule } from './rota.ts';

export const [ADA, BOB, CYD, EVE] = ['ada', 'bob', 'cyd', 'eve'] as [
  UserId,
  UserId,
  UserId,
  UserId,
];

/** Ada and Bob take turns of a week; Bob and Cyd are a team. Eve may only look. */
export async function shift(remains?: Remains): Promise<NotifiedDesk> {
  const d = await openNotified(undefined, remains);
  if (remains) return d;
  for (const user of [NORA, ADA, BOB, CYD])
    await d.desk.act(NORA, { verb: 'user.add', user, role: user === NORA ? 'admin' : 'operator' });
  await d.desk.act(NORA, { verb: 'user.add', user: EVE, role: 'viewer' });
  const turns = { people: 'ada bob', every: '1 week', start: '2000-01-03 00:00', priority: 1 };
  const teams = [{ name: 'noc', members: [BOB, CYD] }];
  const duty = { policies: [], teams, schedules: [schedule('UTC', turns)] };
  const words = { text: '', from: 'a.yml', unused: [], why: '' };
  const plan = planWith({ routes: [planRoute({ id: '{}/x', key: '{}/x' })] }, {});
  await d.desk.act(NORA, { verb: 'revision.apply', ...words, plan, duty } as never);
  return d;
}

export const drafted = (d: NotifiedDesk, author: UserId = ADA, from: Instant = d.at(0)) =>
  draftedShift(d.desk.memory, {
    ...{ author, from, now: d.clock.now() },
    next: nextShiftEnd(d.desk.memory, undefined, d.clock.now()),
  });

export interface Saving {
  readonly handover?: HandoverNoteId;
  readonly text?: string;
  readonly items?: readonly NoteItem[];
  readonly from?: Instant;
}

export const save = (d: NotifiedDesk, said: Saving = {}, person: UserId = ADA) =>
  d.desk.act(person, {
    ...{ verb: 'handover.save', person, handover: '', to: d.clock.now(), more: 0 },
    ...{ from: (d.clock.now() - hours(8)) as Instant, text: '', items: [], ...said },
  });

export const offer = (d: NotifiedDesk, id: string, to: Receiver, person: UserId = ADA) =>
  d.desk.act(person, { verb: 'handover.offer', person, handover: id as HandoverNoteId, to });

export const does = (
  d: NotifiedDesk,
  verb: 'handover.accept' | 'handover.withdraw',
  id: string,
  person: UserId,
) => d.desk.act(person, { verb, person, handover: id as HandoverNoteId });

export const ask = (d: NotifiedDesk, id: string, person: UserId, text: string) =>
  d.desk.act(person, { verb: 'handover.ask', person, handover: id as HandoverNoteId, text });

export const TO_BOB: Receiver = { is: 'person', person: BOB };

/** A note of what Ada has, handed to Bob. */
export async function handed(
  d: NotifiedDesk,
  to: Receiver = TO_BOB,
  more: Saving = {},
): Promise<string> {
  const { items } = drafted(d);
  const { made = '', refused } = await save(d, { items, ...more });
  assert.equal(refused, undefined);
  assert.equal((await offer(d, made, to)).refused, undefined);
  return made;
}

export async function raised(
  d: NotifiedDesk,
  ...names: readonly string[]
): Promise<readonly AlarmId[]> {
  await d.desk.receive(
    'test',
    names.map((name) => alert(name)),
  );
  return names.map((name) => alert(name).id);
}

export const held = (d: NotifiedDesk, id: AlarmId): string => {
  const { handling, assignee } = d.desk.memory.get('alarms', id) ?? {};
  return handling?.is === 'acknowledged' ? handling.by : `${handling?.is} ${assignee ?? 'nobody'}`;
};

export const acknowledge = (d: NotifiedDesk, by: UserId, ...ids: readonly AlarmId[]) =>
  d.desk.act(by, { verb: 'acknowledge', on: ids.map((id) => ({ id })), note: 'mine' });

export const accepted = (d: NotifiedDesk, id: string) => {
  const state = d.desk.memory.get('handovers', id)?.state;
  return state?.is === 'accepted' ? state : undefined;
};
