import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pick, type Rng, seeded } from '../../../test/support/routing.ts';
import { type Instant, minutes } from '../../base/time.ts';
import type { AlarmId } from '../alarm/event.ts';
import { type DedupFacts, decide, logAfter, type Told } from './dedup.ts';
import type { OnAcknowledge } from './plan.ts';

const NOW = Date.UTC(2026, 0, 1) as Instant;
const ids = (text: string): AlarmId[] => (text === '-' ? [] : ([...text] as AlarmId[]));

/** `ab`: told firing; `ab/c`: c resolved; `@11`: minutes ago; `!a=shelf ended`: withdrawn. */
function log(text: string): Told | undefined {
  if (text === 'none') return undefined;
  const [told = '', ...withdrawn] = text.split('!');
  const found = /^([a-z-]*)(?:\/([a-z]+))?(?:@(\d+))?$/.exec(told.trim());
  if (!found) throw new Error(text);
  return {
    at: (NOW - minutes(Number(found[3] ?? 5))) as Instant,
    firing: ids(found[1] ?? ''),
    resolved: ids(found[2] ?? ''),
    withdrawn: Object.fromEntries(withdrawn.map((w) => w.trim().split('=') as [string, string])),
  };
}

/** `aB/c`: a fires, b fires and is acknowledged, c is resolved. */
function facts(told: string, now: string, more: Partial<DedupFacts> = {}): DedupFacts {
  const [firing = '', resolved = ''] = now.split('/');
  return {
    log: log(told),
    firing: ids(firing).map((id) => ({
      id: id.toLowerCase() as AlarmId,
      acknowledged: id !== id.toLowerCase(),
    })),
    resolved: ids(resolved),
    sendResolved: true,
    repeatInterval: minutes(10),
    onAcknowledge: 'stop-repeats',
    now: NOW,
    ...more,
  };
}

type Row = readonly [told: string, now: string, want: string, more?: Partial<DedupFacts>];

function check(rows: readonly Row[]): void {
  for (const [told, now, want, more] of rows) {
    const { verdict, reason } = decide(facts(told, now, more));
    const got = verdict === 'notify' ? reason : `quiet: ${reason}`;
    assert.equal(got, want, `${told} -> ${now} ${JSON.stringify(more ?? {})}`);
  }
}

const silent = { sendResolved: false };

test('without people it decides as Alertmanager does', () =>
  check([
    ['none', 'bcd', 'first'],
    ['none', '/bcd', 'quiet: nothing fires'],
    ['abc', 'bcd', 'new alarms'],
    ['-', 'bcd', 'first'],
    ['-/b', 'b', 'first'],
    ['abc@9', 'abc', 'quiet: repeat not due'],
    ['abc@10', 'abc', 'quiet: repeat not due'],
    ['abc@11', 'abc', 'repeat'],
    ['abc@11', 'a', 'repeat'],
    ['abc@9', 'a', 'quiet: repeat not due'],
    ['-/abc@11', '/cde', 'quiet: nothing new'],
    ['ab/c@9', 'a/bc', 'quiet: repeat not due', silent],
    ['ab/c@9', 'a/bc', 'some resolved'],
    ['ab/c@11', 'a/bc', 'repeat', silent],
    ['ab/c@9', 'a/c', 'quiet: repeat not due'],
    ['ab/c@9', '/abc', 'all resolved', silent],
    ['ab/c@9', '/abc', 'all resolved'],
    ['ab', '', 'quiet: nothing fires'],
  ]));

test('one millisecond decides whether a repeat is due', () => {
  const at = (ago: number): Told =>
    ({ ...facts('a', 'a').log, at: (NOW - ago) as Instant }) as Told;
  assert.equal(decide({ ...facts('a', 'a'), log: at(600_000) }).verdict, 'quiet');
  assert.equal(decide({ ...facts('a', 'a'), log: at(600_001) }).verdict, 'notify');
});

const all: Partial<DedupFacts> = { onAcknowledge: 'stop-all' };
const nothing: Partial<DedupFacts> = { onAcknowledge: 'nothing' };

test('an acknowledgement stops the repeats, never news or a resolve', () =>
  check([
    ['ab@11', 'AB', 'quiet: acknowledged'],
    ['ab@11', 'Ab', 'repeat'],
    ['ab@9', 'AB', 'quiet: repeat not due'],
    ['ab@11', 'AB', 'repeat', nothing],
    ['none', 'A', 'first'],
    ['a@11', 'AB', 'new alarms'],
    ['a@1', 'Ab', 'new alarms'],
    ['ab@1', 'A/b', 'some resolved'],
    ['a@1', '/a', 'all resolved'],
  ]));

test('where the route says stop-all, an acknowledged alarm makes no news until it gets worse', () =>
  check([
    ['none', 'A', 'quiet: acknowledged', all],
    ['none', 'Ab', 'first', all],
    ['-/c', 'A', 'quiet: repeat not due', all],
    ['a@1', 'aB', 'quiet: repeat not due', all],
    ['a@11', 'aB', 'repeat', all],
    ['a@11', 'AB', 'quiet: acknowledged', all],
    ['a@1', '/a', 'all resolved', all],
    ['ab@1 !a=severity rose', 'AB', 'severity rose', all],
    ['ab@1 !a=shelf ended', 'AB', 'quiet: repeat not due', all],
    ['none', 'A', 'first', nothing],
  ]));

test('what was withdrawn is news when it fires again, and its end is still owed', () =>
  check([
    ['a@1 !a=severity rose', 'a', 'severity rose'],
    ['a@1 !a=severity rose', 'A', 'severity rose'],
    ['-@1 !a=shelf ended', 'a', 'shelf ended'],
    ['b@1 !a=acknowledgement ended', 'ab', 'acknowledgement ended'],
    ['b@1 !a=reopened', 'ab', 'reopened'],
    ['b@1 !a=closed', 'ab', 'new alarms'],
    ['b@1 !a=shelf ended', 'abc', 'new alarms'],
    ['b@1 !a=severity rose', 'abc', 'severity rose'],
    ['b@1 !a=shelf ended !c=reopened', 'abc', 'reopened'],
    ['b@1 !a=shelf ended', 'b', 'quiet: repeat not due'],
    ['-@1 !a=shelf ended', 'b', 'new alarms'],
    ['-@1 !a=shelf ended', '/a', 'all resolved'],
    ['a@1 !a=shelf ended', '/a', 'all resolved'],
    ['a@1 !a=shelf ended', '/b', 'quiet: nothing new'],
    ['a@1 !a=shelf ended', '', 'quiet: nothing fires'],
    ['ab@1 !a=shelf ended', '/b', 'all resolved'],
    ['b@1 !a=shelf ended', 'b/a', 'some resolved'],
    ['b@1 !a=shelf ended', 'b/a', 'quiet: repeat not due', silent],
  ]));

/** needsUpdate of the reference, line by line. */
function reference({ log: entry, firing, resolved, ...f }: DedupFacts): boolean {
  if (!entry) return firing.length > 0;
  if (!firing.every(({ id }) => entry.firing.includes(id))) return true;
  if (firing.length === 0) return entry.firing.length > 0;
  if (f.sendResolved && !resolved.every((id) => entry.resolved.includes(id))) return true;
  return entry.at < f.now - f.repeatInterval;
}

const some = (rng: Rng): AlarmId[] => ids('abcd').filter(() => rng(2) === 0);

test('with nobody around, 5,000 random looks end as the reference ends them', () => {
  const rng = seeded(7);
  for (let i = 0; i < 5_000; i++) {
    const at = (NOW - minutes(8 + rng(5))) as Instant;
    const [firing, resolved] = [some(rng), some(rng)];
    if (firing.length + resolved.length === 0) continue; // the reference stops before
    const one: DedupFacts = {
      log: rng(5) === 0 ? undefined : { at, firing: some(rng), resolved: some(rng), withdrawn: {} },
      firing: firing.map((id) => ({ id, acknowledged: false })),
      resolved,
      sendResolved: rng(2) === 0,
      repeatInterval: minutes(10),
      onAcknowledge: pick<OnAcknowledge>(rng, ['stop-repeats', 'stop-all', 'nothing']),
      now: NOW,
    };
    assert.equal(decide(one).verdict === 'notify', reference(one), JSON.stringify(one));
  }
});

test('the log says what was sent, and keeps what is still owed', () => {
  assert.deepEqual(logAfter(undefined, ids('ba'), ids('c')), {
    firing: ids('ab'),
    resolved: ids('c'),
    withdrawn: {},
  });
  const before = log('ab@1 !c=shelf ended !b=severity rose !a=reopened !d=reopened');
  const after = logAfter(before, ids('bb'), ids('a'));
  assert.deepEqual(after, {
    firing: ids('b'),
    resolved: ids('a'),
    withdrawn: { c: 'shelf ended', d: 'reopened' },
  });
  assert.deepEqual(Object.keys(after.withdrawn), ['c', 'd']);
});

test('after a notice nothing is news until something changes', () => {
  const rng = seeded(11);
  for (let i = 0; i < 1_000; i++) {
    const one = facts('b@11 !a=shelf ended !c=severity rose', 'x');
    const [firing, resolved] = [some(rng), some(rng)];
    const look = { ...one, firing: firing.map((id) => ({ id, acknowledged: false })), resolved };
    const told = { at: NOW, ...logAfter(one.log, firing, resolved) };
    const again = decide({ ...look, log: told });
    assert.equal(again.verdict, 'quiet', JSON.stringify({ firing, resolved, again }));
  }
});
