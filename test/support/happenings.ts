import { type Instant, minutes } from '../../src/base/time.ts';
import type { ActOutcome } from '../../src/desk/entry.ts';
import type { AlarmEvent, AlarmId } from '../../src/domain/alarm/event.ts';
import type { RoutingPlan } from '../../src/domain/routing/plan.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { alert } from './desk.ts';
import { NORA, type NotifiedDesk } from './notified.ts';
import { planWith } from './plan.ts';
import { terms } from './routing.ts';

/** Raises `Down` on an instance, as API v2 would. */
export async function raise(
  d: NotifiedDesk,
  instance: string,
  more: Partial<AlarmEvent> = {},
): Promise<AlarmId> {
  const event = alert(instance, { since: d.clock.now(), ...more });
  await d.desk.receive('test', [event]);
  await d.pump();
  return event.id;
}

export async function clear(d: NotifiedDesk, instance: string): Promise<void> {
  await d.desk.receive('test', [alert(instance, { kind: 'clear' })]);
  await d.pump();
}

type Handling = 'acknowledge' | 'unacknowledge' | 'close' | 'reopen';

export async function act(d: NotifiedDesk, verb: Handling, id: AlarmId): Promise<void> {
  const { results } = await d.desk.act(NORA, { verb, on: [{ id }], note: 'mine' });
  if (!results[0]?.ok) throw new Error(JSON.stringify(results));
  await d.pump();
}

/** Nora has it, for so many minutes from the beginning of this life. */
export const acknowledgeUntil = (d: NotifiedDesk, id: AlarmId, minute: number) =>
  d.desk.act(NORA, { verb: 'acknowledge', on: [{ id }], note: '', until: d.at(minutes(minute)) });

export const shelve = (d: NotifiedDesk, id: AlarmId, minute: number) =>
  d.desk.act(NORA, {
    verb: 'shelve',
    on: [{ id }],
    until: d.at(minutes(minute)),
    reason: 'works',
  });

export const unshelve = (d: NotifiedDesk, id: AlarmId) =>
  d.desk.act(NORA, { verb: 'unshelve', on: [{ id }], reason: 'done' });

let silences = 0;

/** A silence from one minute to another of this life. */
export async function silence(
  d: NotifiedDesk,
  matchers: readonly string[],
  from: number,
  to: number,
  more: { readonly silence?: SilenceId } = {},
): Promise<ActOutcome> {
  const newId = `6f2c1d3e-0000-4000-8000-${String(++silences).padStart(12, '0')}` as SilenceId;
  return d.desk.act(NORA, {
    verb: 'silence.set',
    newId,
    ...more,
    matchers: terms(...matchers),
    startsAt: d.at(minutes(from)) as Instant,
    endsAt: d.at(minutes(to)) as Instant,
    createdBy: 'nora',
    comment: 'works',
    annotations: {},
  });
}

/** Told at once, looked at every 5 minutes, repeated after 5: with the next look but one. */
export const SOON = { groupWait: minutes(0), repeatInterval: minutes(5) };

/** One route, one receiver with these ways. */
export const planOfWays = (
  ways: readonly (readonly [kind: string, index: number, sendResolved?: boolean])[],
  root: Parameters<typeof planWith>[0] = SOON,
): RoutingPlan =>
  planWith(root, {
    receivers: [
      {
        name: 'ops',
        ways: ways.map(([kind, index, sendResolved = true]) => ({ kind, index, sendResolved })),
      },
    ],
  });
