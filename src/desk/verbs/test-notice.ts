import { identify, identifyLabels } from '../../domain/alarm/event.ts';
import type { GroupId, NotifiedAlert } from '../../domain/routing/notice.ts';
import type { Draft } from '../draft.ts';
import type { NotifyAct } from '../entry.ts';
import type { State } from '../state.ts';

/** Puts one test notice for every way of a receiver into the outbox. */
export function testNotice(
  draft: Draft,
  state: State,
  act: Extract<NotifyAct, { verb: 'notify.test' }>,
): { readonly refused?: string; readonly made: string } {
  const receiver = state.routing.receiver(act.receiver);
  if (!receiver) return { refused: `There is no receiver "${act.receiver}".`, made: '' };
  if (receiver.ways.length === 0) {
    return { refused: `The receiver "${act.receiver}" has no way out: it tells nobody.`, made: '' };
  }
  const labels = { alertname: 'TocsinTest', instance: 'tocsin', severity: 'info', ...act.labels };
  const summary = 'This is a test of the way from the desk to you. Nothing is wrong.';
  const { at } = draft.now;
  const alert: NotifiedAlert = {
    alarm: identify('desk', 'desk.test', act.receiver),
    fingerprint: identifyLabels(labels),
    status: 'firing',
    labels,
    annotations: { summary },
    severity: 'indeterminate',
    text: summary,
    startsAt: at,
    link: '',
  };
  const made = receiver.ways.map(({ kind, index }) =>
    draft.deliver({
      to: { receiver: receiver.name, kind, index },
      reason: 'test',
      at,
      group: 'test' as GroupId,
      groupKey: '{}:{alertname="TocsinTest"}',
      groupLabels: { alertname: 'TocsinTest' },
      routeLabels: {},
      alerts: [alert],
    }),
  );
  return { made: made.join(',') };
}
