import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, type Instant } from '../../src/base/time.ts';
import { apply } from '../../src/desk/apply.ts';
import { RULES_DEFAULT } from '../../src/desk/open.ts';
import { State } from '../../src/desk/state.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { type AlarmEvent, identify } from '../../src/domain/alarm/event.ts';
import { terms } from '../support/routing.ts';

const AT = Date.UTC(2026, 2, 1) as Instant;
const NORA = 'nora' as UserId;
/** More than are looked at in one go. */
const ALARMS = 1_500;

const eventOf = (i: number): AlarmEvent => ({
  kind: 'raise',
  id: identify(`r${i}`, 'down', ''),
  resource: `r${i}`,
  type: 'down',
  qualifier: '',
  severity: 'major',
  text: 'down',
  labels: { site: 'nbg' },
});

function fold() {
  const state = new State();
  const tell = (entry: Parameters<typeof apply>[2]) => apply(state, state.position + 1, entry);
  tell({ kind: 'start', at: AT, boot: 'b', behaviour: 1, rules: RULES_DEFAULT });
  const events = Array.from({ length: ALARMS }, (_, i) => eventOf(i));
  tell({ kind: 'events', at: AT, source: 'test', events });
  const rule = (name: string, site: string) => {
    const said = { name, matchers: terms(`site="${site}"`), order: 0, reason: 'x', owner: 'x' };
    const does = { severity: 'minor' as const };
    const when = { reviewAt: (AT + days(30)) as Instant, enabled: true };
    tell({ kind: 'act', at: AT, by: NORA, act: { verb: 'rule.set', ...said, does, ...when } });
  };
  const slice = (): boolean => {
    const timer = state.get('timers', 'refresh');
    if (!timer) return false;
    tell({ kind: 'timer', at: AT, timer: timer.id, generation: timer.generation });
    return true;
  };
  const changed = (): number =>
    [...state.all('alarms')].filter(({ severity }) => severity === 'minor').length;
  return { state, rule, slice, changed };
}

test('all alarms are looked at, a part at a time', () => {
  const d = fold();
  d.rule('first', 'nbg');
  assert.equal(d.changed(), 0);
  d.slice();
  assert.ok(d.changed() > 0 && d.changed() < 100, `${d.changed()} in one part`);
  let parts = 1;
  while (d.slice()) parts++;
  assert.deepEqual([parts, d.changed()], [256, ALARMS]);
});

test('rules that change again and again keep no alarm from its turn', () => {
  const d = fold();
  d.rule('first', 'nbg');
  for (let n = 0; n < 256; n++) {
    d.rule(`other ${n}`, 'nowhere');
    d.slice();
  }
  assert.equal(d.changed(), ALARMS);
  let parts = 0;
  while (d.slice()) parts++;
  assert.equal(parts, 255, 'the last change has a whole look too');
});
