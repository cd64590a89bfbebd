import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, type Millis, minutes } from '../../base/time.ts';
import { type Alarm, isRaised, LIMITS, standing, type UserId } from './alarm.ts';
import { type AlarmEvent, type AlarmId, identify } from './event.ts';
import { firstRaise, type Moment, REORDER_WINDOW } from './report.ts';
import { SEVERITIES, type Severity } from './severity.ts';
import { type Happening, step } from './step.ts';

const T0 = 1_767_225_600_000 as Instant;
const NORA = 'nora' as UserId;
const at = (position: number): Moment => ({ position, at: (T0 + position * 60_000) as Instant });

const event = (kind: AlarmEvent['kind'], severity: Severity, more: Partial<AlarmEvent> = {}) => ({
  kind,
  id: identify('r1/xe-0', 'link', ''),
  resource: 'r1/xe-0',
  type: 'link',
  qualifier: '',
  severity,
  text: `link ${kind}`,
  labels: {},
  ...more,
});

/** An alarm in the state two words name: `minor acked`, `cleared none`, `critical shelved` … */
function given(condition: string, handling: string): Alarm {
  const severity = (condition === 'cleared' ? 'minor' : condition) as Severity;
  let alarm = firstRaise(event('raise', severity), 'snmp', at(1), undefined).alarm;
  const does = (happening: Happening): void => {
    const out = step(alarm, happening, at(2));
    assert(out.ok, `cannot make ${condition} ${handling}`);
    alarm = out.alarm;
  };
  if (handling === 'acked') does({ is: 'acknowledged', by: NORA, note: '' });
  if (handling === 'closed') does({ is: 'closed', by: NORA, note: '' });
  if (handling === 'shelved') {
    does({ is: 'shelved', by: NORA, until: at(90).at, reason: 'works' });
  }
  if (condition === 'cleared') does({ is: 'reported', event: event('clear', 'minor') });
  return alarm;
}

function happening(text: string): Happening {
  const [word = '', what = 'minor'] = text.split(':');
  const severity = what as Severity;
  switch (word) {
    case 'raise':
      return { is: 'reported', event: event('raise', severity) };
    case 'lease':
      return { is: 'reported', event: event('raise', severity, { until: at(60).at }) };
    case 'occur':
      return { is: 'reported', event: event('occurrence', severity) };
    case 'clear':
      return { is: 'reported', event: event('clear', 'minor') };
    case 'old-clear':
      return { is: 'reported', event: event('clear', 'minor', { at: (T0 - 60_000) as Instant }) };
    case 'ack':
      return { is: 'acknowledged', by: NORA, note: '' };
    case 'unack':
      return { is: 'unacknowledged', by: NORA, note: '' };
    case 'close':
      return { is: 'closed', by: NORA, note: '' };
    case 'reopen':
      return { is: 'reopened', by: NORA, note: '' };
    case 'shelve':
      return { is: 'shelved', by: NORA, until: at(60).at, reason: 'works' };
    case 'unshelve':
      return { is: 'unshelved', by: NORA, reason: '' };
    case 'shelf-end':
      return { is: 'shelf ended', by: 'desk' as UserId };
    case 'comment':
      return { is: 'commented', by: NORA, note: 'seen' };
    default:
      throw new Error(`no happening ${text}`);
  }
}

function told(alarm: Alarm): string {
  const condition = isRaised(alarm) ? alarm.severity : 'cleared';
  const hidden = alarm.suppressions.length > 0 ? 'shelved' : '';
  const handling = { none: 'none', acknowledged: 'acked', closed: 'closed' }[alarm.handling.is];
  return `${condition} ${hidden || handling}`;
}

/** Each line: condition handling happening -> condition handling effects…, or refused. */
function check(table: string): void {
  for (const row of table.trim().split('\n')) {
    const [before = '', after = ''] = row.split('->').map((s) => s.trim().replace(/\s+/g, ' '));
    const [condition = '', handling = '', what = ''] = before.split(' ');
    const alarm = given(condition, handling);
    const out = step(alarm, happening(what), at(3));
    const effects = out.ok
      ? out.effects.map((e) => (e.do === 'announce' ? e.why.replace(/ /g, '-') : e.do))
      : [];
    const got = out.ok ? [told(out.alarm), ...effects].join(' ') : 'refused';
    assert.equal(got, after, row);
  }
}

test('what one happening does to one alarm', () =>
  check(`
  minor     none     raise:minor      ->  minor     none
  minor     none     raise:critical   ->  critical  none    severity-rose
  critical  none     raise:minor      ->  minor     none
  minor     acked    raise:minor      ->  minor     acked
  minor     acked    raise:critical   ->  critical  acked   severity-rose
  critical  acked    raise:minor      ->  minor     acked
  minor     shelved  raise:critical   ->  critical  shelved
  minor     closed   raise:minor      ->  minor     none    raised
  minor     closed   lease:minor      ->  minor     closed
  minor     closed   occur:minor      ->  minor     none    raised
  minor     none     clear            ->  cleared   none    resolve
  minor     acked    clear            ->  cleared   acked   resolve
  minor     closed   clear            ->  cleared   closed  resolve
  minor     shelved  clear            ->  cleared   shelved
  minor     none     old-clear        ->  minor     none
  cleared   none     clear            ->  cleared   none
  cleared   none     raise:minor      ->  minor     none    raised
  cleared   acked    raise:minor      ->  minor     none    raised
  cleared   closed   raise:minor      ->  minor     none    raised
  cleared   shelved  raise:minor      ->  minor     shelved
  minor     none     ack              ->  minor     acked   stop-repeating
  minor     acked    ack              ->  minor     acked   stop-repeating
  cleared   none     ack              ->  cleared   acked   stop-repeating
  minor     closed   ack              ->  refused
  minor     acked    unack            ->  minor     none
  minor     none     unack            ->  refused
  minor     none     close            ->  minor     closed  stop-repeating
  cleared   none     close            ->  cleared   closed  stop-repeating
  minor     closed   close            ->  refused
  minor     closed   reopen           ->  minor     none
  minor     none     reopen           ->  refused
  minor     none     shelve           ->  minor     shelved stop-repeating
  minor     shelved  shelve           ->  minor     shelved stop-repeating
  minor     shelved  unshelve         ->  minor     none    shelf-ended
  minor     none     unshelve         ->  refused
  minor     shelved  shelf-end        ->  minor     none    shelf-ended
  cleared   shelved  shelf-end        ->  cleared   none
  minor     none     comment          ->  minor     none
`));

test('an acknowledgement belongs to its episode and does not silence the next', () => {
  const before = given('cleared', 'acked');
  const out = step(before, happening('raise'), at(9));
  assert(out.ok);
  assert.equal(out.alarm.handling.is, 'none');
  assert.ok(out.alarm.episode > before.episode);
  assert.match(out.changes[0]?.why ?? '', /acknowledgement belonged to the episode before/);
});

test('a severity is never "cleared": a clear keeps the last real one', () => {
  const out = step(given('critical', 'none'), happening('clear'), at(3));
  assert(out.ok);
  assert.equal(out.alarm.severity, 'critical');
  assert.equal(out.changes[0]?.severity, 'critical');
});

test('a lease that ran out clears as "unverified", unless the alarm changed meanwhile', () => {
  const raised = firstRaise(event('raise', 'minor', { until: at(5).at }), 's', at(1), undefined);
  const { alarm } = raised;
  const until = at(5).at;
  const late = step(alarm, { is: 'expired', revision: alarm.revision - 1, until }, at(6));
  assert.equal(late.ok, false);
  const out = step(alarm, { is: 'expired', revision: alarm.revision, until }, at(6));
  assert(out.ok);
  assert.deepEqual(out.alarm.condition, {
    is: 'cleared',
    since: at(1).at,
    at: until,
    why: 'timeout',
  });
});

test('the reorder window has an edge: a time further ahead is a wrong clock and counts as now', () => {
  const ahead = (ms: number) => (at(1).at + ms) as Instant;
  const edge = event('raise', 'minor', { at: ahead(REORDER_WINDOW) });
  const beyond = event('raise', 'minor', { at: ahead(REORDER_WINDOW + 1) });
  assert.equal(firstRaise(edge, 's', at(1), undefined).alarm.saidAt, ahead(REORDER_WINDOW));
  assert.equal(firstRaise(beyond, 's', at(1), undefined).alarm.saidAt, at(1).at);
});

/** Small, seeded, good enough: mulberry32. */
function random(seed: number): (below: number) => number {
  let a = seed >>> 0;
  return (below) => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** Folds events as the desk does, the memory of clears included. */
function fold(events: readonly AlarmEvent[]): Alarm | undefined {
  let alarm: Alarm | undefined;
  let clearedAt: Instant | undefined;
  events.forEach((e, i) => {
    const now = { position: i + 1, at: (T0 + minutes(14) + i) as Instant };
    if (alarm) {
      const out = step(alarm, { is: 'reported', event: e }, now);
      assert(out.ok);
      alarm = out.alarm;
    } else if (e.kind === 'clear') {
      clearedAt = Math.max(clearedAt ?? 0, e.at ?? now.at) as Instant;
    } else {
      alarm = firstRaise(e, 's', now, clearedAt).alarm;
    }
  });
  return alarm;
}

test('in any order, with any duplicates, timed events end in the same state', () => {
  for (let seed = 1; seed <= 3_000; seed++) {
    const rng = random(seed);
    const events = Array.from({ length: 1 + rng(6) }, (): AlarmEvent => {
      const when = (T0 + rng(8) * 60_000) as Instant;
      const kind = (['raise', 'clear', 'change'] as const)[rng(3)] ?? 'raise';
      const severity = SEVERITIES[rng(SEVERITIES.length)] ?? 'minor';
      return event(kind, severity, { at: when, text: `text ${rng(3)}` });
    });
    const inOrder = [...events].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
    const shuffled = [...events, ...events.filter(() => rng(2) === 0)]
      .map((e) => [rng(1_000), e] as const)
      .sort((a, b) => a[0] - b[0])
      .map(([, e]) => e);
    const [a, b] = [fold(inOrder), fold(shuffled)];
    const state = (x: Alarm | undefined) =>
      x && { is: x.condition.is, severity: x.severity, text: x.text };
    assert.deepEqual(state(b), state(a), `seed ${seed}`);
  }
});

test('through anything that can happen, the invariants of an alarm hold', () => {
  const words = [
    'raise:minor raise:critical lease:major occur:minor clear old-clear ack unack close reopen',
    'shelve unshelve shelf-end comment',
  ]
    .join(' ')
    .split(' ');
  for (let seed = 1; seed <= 1_000; seed++) {
    const rng = random(seed);
    let alarm = firstRaise(event('raise', 'minor'), 's', at(1), undefined).alarm;
    for (let i = 2; i < 40; i++) {
      const was = alarm;
      const out = step(was, happening(words[rng(words.length)] ?? 'raise'), at(i));
      if (!out.ok) continue;
      alarm = out.alarm;
      assertSound(was, out.alarm, out, `seed ${seed}, step ${i}`);
    }
  }
});

function assertSound(
  was: Alarm,
  is: Alarm,
  out: Extract<ReturnType<typeof step>, { ok: true }>,
  where: string,
): void {
  assert.ok(SEVERITIES.includes(is.severity), where);
  assert.equal(is.id, was.id, where);
  assert.equal(is.createdAt, was.createdAt, where);
  assert.ok(is.episode >= was.episode && is.changedAt >= was.changedAt, where);
  const raisedNow = isRaised(is) && !isRaised(was);
  if (raisedNow) assert.ok(is.episode > was.episode && is.handling.is === 'none', where);
  if (is.suppressions.length > 0) {
    assert.ok(!out.effects.some((e) => e.do === 'announce' || e.do === 'resolve'), where);
  }
  const last = out.changes.at(-1);
  if (last && last.what !== 'late') {
    assert.equal(last.severity, is.severity, where);
    assert.equal(last.episode, is.episode, where);
    if (last.what === 'cleared') assert.equal(is.condition.is, 'cleared', where);
    if (last.what === 'raised') assert.equal(is.condition.is, 'raised', where);
  }
  if (is.condition.is !== was.condition.is) assert.ok(out.changes.length > 0, where);
  assert.ok(standing(is) === 'shelved' || is.suppressions.length === 0, where);
}

test('limits are what the documents say', () => {
  assert.equal(LIMITS.shelf_days_max, 30);
  assert.equal(REORDER_WINDOW, 900_000 as Millis);
  assert.equal((identify('a', 'b', 'c') as AlarmId).length, 16);
});
