import { absent, byState, type Refusal } from '../../base/refusal.ts';
import type { Instant } from '../../base/time.ts';
import { identify, identifyLabels, type Labels } from '../../domain/alarm/event.ts';
import type {
  DeliveryId,
  GroupId,
  Notice,
  NotifiedAlert,
  WayRef,
} from '../../domain/routing/notice.ts';
import type { Draft } from '../draft.ts';
import type { NotifyAct } from '../notify-acts.ts';
import type { State } from '../state.ts';

/** Puts one test notice for every way of a receiver into the outbox. */
export function testNotice(
  draft: Draft,
  state: State,
  act: Extract<NotifyAct, { verb: 'notify.test' }>,
): { readonly refused?: Refusal; readonly made: string } {
  const receiver = state.routing.receiver(act.receiver);
  if (!receiver) return { refused: absent(`receiver "${act.receiver}"`), made: '' };
  if (receiver.ways.length === 0) {
    return {
      refused: byState(`The receiver "${act.receiver}" has no way out: it tells nobody.`),
      made: '',
    };
  }
  const made = receiver.ways.map(({ kind, index }) =>
    deliverTest(draft, { receiver: receiver.name, kind, index }, receiver.name, act.labels),
  );
  return { made: made.join(',') };
}

/** Puts one test notice for one way into the outbox; `subject` tells its alarm from others. */
export const deliverTest = (
  draft: Draft,
  to: WayRef,
  subject: string,
  more: Labels = {},
): DeliveryId => draft.deliver(testOf(to, subject, draft.now.at, more));

/** What a test says to one way. */
export function testOf(
  to: WayRef,
  subject: string,
  at: Instant,
  more: Labels = {},
): Omit<Notice, 'id'> {
  const labels = { alertname: 'TocsinTest', instance: 'tocsin', severity: 'info', ...more };
  const summary = 'This is a test of the way from the desk to you. Nothing is wrong.';
  const alert: NotifiedAlert = {
    alarm: identify('desk', 'desk.test', subject),
    fingerprint: identifyLabels(labels),
    status: 'firing',
    labels,
    annotations: { summary },
    severity: 'indeterminate',
    text: summary,
    startsAt: at,
    link: '',
  };
  return {
    to,
    reason: 'test',
    at,
    group: 'test' as GroupId,
    groupKey: '{}:{alertname="TocsinTest"}',
    groupLabels: { alertname: 'TocsinTest' },
    routeLabels: {},
    alerts: [alert],
  };
}
