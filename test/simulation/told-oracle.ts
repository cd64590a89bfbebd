import assert from 'node:assert/strict';
import type { Applied, Memory } from '../../src/desk/desk.ts';
import { type Alarm, isRaised } from '../../src/domain/alarm/alarm.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';
import { rank } from '../../src/domain/alarm/severity.ts';
import { type Notice, type NotifiedAlert, wayText } from '../../src/domain/routing/notice.ts';
import { routingSubject } from '../../src/domain/routing/subject.ts';
import { compileTree, groupIdOf, groupLabelsOf } from '../../src/domain/routing/tree.ts';
import type { Taken } from './far-side.ts';
import { isInhibited, PLAIN, REPEAT_SHORT } from './notified-plan.ts';
import type { Outcomes } from './replay.ts';

const placeOf = ({ group, to }: Notice): string => `${group}/${wayText(to)}`;
const isOfGroup = ({ reason }: Notice): boolean =>
  !['fallback', 'test', 'page', 'hand-over'].includes(reason);

/** Alarms that people hide: by the silences that hold, by shelves, by what inhibits. */
export function isHidden(alarm: Alarm, memory: Memory): boolean {
  if (alarm.suppressions.length > 0) return true;
  for (const { matchers, startsAt, endsAt } of memory.all('silences')) {
    const [only] = matchers;
    const holds = startsAt <= memory.time && memory.time < endsAt;
    if (holds && only?.value === alarm.labels.instance) return true;
  }
  return isInhibited(alarm, memory.all('alarms'));
}

/** When a notice is born nothing in it is hidden, closed or over. */
export function checkBorn(applied: Applied, memory: Memory): void {
  for (const id of applied.deliveries) {
    const notice = memory.get('deliveries', id)?.notice;
    if (!notice || !isOfGroup(notice) || !id.startsWith(`d${applied.position}.`)) continue;
    for (const { alarm: of, status } of notice.alerts) {
      if (status !== 'firing') continue;
      const alarm = memory.get('alarms', of);
      assert.ok(alarm && isRaised(alarm), 'told as firing, and is over');
      assert.notEqual(alarm.handling.is, 'closed', 'told although it is closed');
      assert.ok(!isHidden(alarm, memory), `${alarm.resource} was told although it is hidden`);
    }
  }
}

/** News that may say word for word what the last notice said. */
const AGAIN = [
  ...['reopened', 'shelf ended', 'acknowledgement ended', 'new alarms', 'severity rose'],
  'shown again',
];

const saysOf = (alerts: readonly NotifiedAlert[]): string =>
  alerts.map((a) => `${a.alarm} ${a.status} ${a.startsAt} ${a.endsAt} ${a.severity}`).join('\n');

/**
 * Nobody is told the same twice, but for an answer that was lost; and then under the same id.
 * Whoever took a message and then refused it, or lost the answer to what was no news or other news
 * by then, may be told it again under another id.
 */
export function checkTwice(taken: readonly Taken[], outcomes: Outcomes): void {
  const { sent, never, withdrawn, replaced } = outcomes;
  for (const [was, now] of replaced.values()) {
    assert.notEqual(saysOf(was.alerts), saysOf(now.alerts), `${was.id} was made anew for nothing`);
  }
  const last = new Map<string, Taken>();
  const bytes = new Map<string, string>();
  for (const one of taken) {
    const { notice, at } = one;
    const text = JSON.stringify(notice);
    assert.equal(bytes.get(notice.id) ?? text, text, `${notice.id} said two different things`);
    bytes.set(notice.id, text);
    const before = last.get(placeOf(notice));
    last.set(placeOf(notice), one);
    if (!before || before.notice.id === notice.id || !isOfGroup(notice)) continue;
    const order = Number(before.notice.id.slice(1)) < Number(notice.id.slice(1));
    assert.ok(order, `${notice.id} was told after ${before.notice.id}`);
    if (saysOf(before.notice.alerts) !== saysOf(notice.alerts)) continue;
    if (AGAIN.includes(notice.reason)) continue;
    const what = `${notice.to.receiver} was told the same twice (${notice.reason})`;
    const { id } = before.notice;
    if (never.has(id) || withdrawn.has(id) || replaced.has(id)) continue;
    assert.ok(sent.has(id), `${what}, under two ids`);
    assert.ok(at - before.at >= REPEAT_SHORT, what);
  }
}

interface View {
  status: 'firing' | 'resolved';
  /** Of the highest severity it was told with since it began. */
  rank: number;
  from: string;
  at: number;
}

/** What each far side believes, by group, way and alarm. */
export function viewsOf(taken: readonly Taken[]): Map<string, View> {
  const views = new Map<string, View>();
  for (const { notice, at } of taken) {
    if (!isOfGroup(notice)) continue;
    for (const { alarm, status, severity } of notice.alerts) {
      const key = `${placeOf(notice)} ${alarm}`;
      const was = views.get(key);
      const before = was?.status === 'firing' ? was.rank : 0;
      views.set(key, { status, rank: Math.max(before, rank(severity)), from: notice.id, at });
    }
  }
  return views;
}

export interface AtRest {
  readonly memory: Memory;
  readonly taken: readonly Taken[];
  readonly known: ReadonlySet<string>;
  /** When the groups last changed with the plan: what was told before is another group's. */
  readonly apartAt: number;
}

/** All is quiet and every far side works: what each believes is what is. */
export function checkAtRest({ memory, taken, known, apartAt }: AtRest): void {
  const views = viewsOf(taken);
  const plan = memory.get('plans', 'plan')?.plan;
  const tree = plan && compileTree(plan);
  assert.ok(tree && !('error' in tree));
  for (const alarm of memory.all('alarms')) {
    const subject = routingSubject(alarm);
    for (const { route, receiver } of tree.walk(subject)) {
      const group = groupIdOf(route, groupLabelsOf(route, subject.labels));
      for (const { kind, index, sendResolved, policy } of receiver.ways) {
        if (policy !== undefined) continue; // see page-oracle.ts
        const way = wayText({ receiver: receiver.name, kind, index });
        const view = views.get(`${group}/${way} ${alarm.id}`);
        if (isRaised(alarm)) checkRaised(alarm, view, way, memory, apartAt);
        else if (sendResolved) checkOver(alarm, view, way, known, apartAt);
      }
    }
  }
}

function checkRaised(
  alarm: Alarm,
  view: View | undefined,
  way: string,
  memory: Memory,
  apartAt: number,
): void {
  if (alarm.handling.is === 'closed' || isHidden(alarm, memory)) return;
  assert.equal(view?.status, 'firing', `${alarm.resource}: ${way} was never told that it fires`);
  // A group that another plan had put away does not know what rose meanwhile, as with Alertmanager.
  if (!view || view.at <= apartAt) return;
  assert.ok(view.rank >= rank(alarm.severity), `${alarm.resource}: ${way} knows a lower severity`);
}

function checkOver(
  alarm: Alarm,
  view: View | undefined,
  way: string,
  known: ReadonlySet<string>,
  apartAt: number,
): void {
  if (!isPlain(alarm.resource) || view?.status !== 'firing') return;
  if (alarm.condition.is !== 'cleared') return;
  // What was told or ended before belonged to a group of another plan.
  if (view.at <= apartAt || alarm.condition.at <= apartAt || !known.has(view.from)) return;
  assert.fail(`${alarm.resource}: ${way} was never told that it is over`);
}

const isPlain = (resource: string): boolean => (PLAIN as readonly string[]).includes(resource);

/** What was given up is with the fallback receiver. */
export function checkFallback(givenUp: Iterable<Notice>, taken: readonly Taken[]): void {
  const held = new Set<AlarmId | string>();
  for (const { notice } of taken) {
    if (notice.reason === 'fallback') held.add(`${notice.group} ${saysOf(notice.alerts)}`);
  }
  for (const { group, alerts, reason } of givenUp) {
    if (reason === 'fallback' || reason === 'page' || reason === 'hand-over') continue;
    assert.ok(held.has(`${group} ${saysOf(alerts)}`), 'given up, and the fallback never heard');
  }
}
