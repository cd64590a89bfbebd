import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import { apply } from '../../src/desk/apply.ts';
import { decode, encode, encodeEvents } from '../../src/desk/codec.ts';
import { type Act, ENTRY_VERSION, type Entry } from '../../src/desk/entry.ts';
import { State } from '../../src/desk/state.ts';
import { identify } from '../../src/domain/alarm/event.ts';
import { alert } from '../support/desk.ts';

/** Written by a version and never changed: a journal on somebody's disk looks like this. */
const writtenBy = (version: number): readonly string[] =>
  readFileSync(new URL(`../../fixtures/entries/v${version}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');

const V1 = writtenBy(1);
const V2 = writtenBy(2);

/** Tables of all kinds and verbs: a new one does not compile until it is here and in the file. */
const KINDS: Readonly<Record<Entry['kind'], true>> = {
  start: true,
  events: true,
  renewals: true,
  expiry: true,
  act: true,
  timer: true,
  check: true,
  step: true,
  document: true,
  delivered: true,
  zones: true,
  unread: true,
};
const VERBS: Readonly<Record<Act['verb'], true>> = {
  acknowledge: true,
  unacknowledge: true,
  close: true,
  reopen: true,
  comment: true,
  assign: true,
  ticket: true,
  shelve: true,
  unshelve: true,
  'user.add': true,
  'user.role': true,
  'user.disable': true,
  'user.enable': true,
  'token.add': true,
  'token.revoke': true,
  'revision.apply': true,
  'silence.set': true,
  'silence.expire': true,
  'notify.test': true,
  'notify.try': true,
  'notify.restart': true,
  'source.rules': true,
  'source.unread': true,
  'rule.set': true,
  'rule.remove': true,
  'maintenance.set': true,
  'maintenance.renew': true,
  'maintenance.end': true,
  'inventory.put': true,
  'inventory.switch': true,
  'override.set': true,
  'override.remove': true,
  'swap.ask': true,
  'swap.take': true,
  'swap.withdraw': true,
  'handover.save': true,
  'handover.offer': true,
  'handover.withdraw': true,
  'handover.ask': true,
  'handover.accept': true,
  'type.set': true,
  'type.remove': true,
  'incident.open': true,
  'incident.join': true,
  'incident.leave': true,
  'incident.set': true,
  'incident.note': true,
  'incident.close': true,
  'incident.reopen': true,
  'incident.merge': true,
  'decision.record': true,
  'decision.review': true,
  'action.set': true,
  'action.end': true,
  'caution.set': true,
  'caution.end': true,
  'page.answer': true,
  'page.climb': true,
  'run.start': true,
  'run.tick': true,
  'run.stop': true,
  'document.ask': true,
  'document.attach': true,
  'document.again': true,
  'document.remove': true,
  'contact.set': true,
  'contact.remove': true,
  'contact.test': true,
  'contact.verify': true,
  'view.set': true,
  'view.remove': true,
  'view.start': true,
};

const AT = 1_767_225_600_000 as Instant;

test('the files of the versions have every kind of entry and every verb', () => {
  const entries = [...V1, ...V2].map(decode);
  const kinds = new Set(entries.map((entry) => entry.kind));
  assert.deepEqual([...kinds].sort(), Object.keys(KINDS).sort());
  const verbs = entries.flatMap((entry) => (entry.kind === 'act' ? [entry.act.verb] : []));
  assert.deepEqual([...new Set(verbs)].sort(), Object.keys(VERBS).sort());
});

V1.forEach((line, i) => {
  const { v, ...told } = JSON.parse(line) as { v: number; kind: string };
  test(`line ${i + 1} of version 1 (${told.kind}) is read as it was written`, () => {
    assert.equal(v, 1);
    const read = decode(line);
    const added = Object.keys(read).filter((key) => !(key in told));
    assert.deepEqual(added, []);
    assert.equal(read.kind, told.kind);
  });
});

V2.forEach((line, i) => {
  const { v, ...told } = JSON.parse(line) as { v: number; kind: string };
  test(`line ${i + 1} of version 2 (${told.kind}) is read as it was written`, () => {
    assert.equal(v, 2);
    assert.deepEqual(decode(line), told);
    if (ENTRY_VERSION === 2) assert.equal(encode(decode(line)), line, 'and is written alike');
  });
});

test('what version 1 did not say is filled in as it was meant', () => {
  const [start] = V1.map(decode).filter((entry) => entry.kind === 'start');
  assert.deepEqual(start?.kind === 'start' && start.rules.notify, {
    fallback: '',
    undeliveredAfter: 300_000,
  });
});

test('a journal of version 2 folds without a fault', () => {
  const state = new State();
  V2.forEach((line, i) => void apply(state, i + 1, decode(line)));
  assert.deepEqual([...state.all('faults')], []);
  assert.equal(state.get('plans', 'plan')?.revision, 'r2');
  assert.equal(state.count('deliveries'), 0, 'the test notice was sent');
  const run = state.get('runs', 'run48');
  assert.deepEqual(
    [run?.is, run?.step, run?.tries?.map(({ is }) => is)],
    ['stopped', 1, ['done', 'unsure']],
  );
  const asks = state.get('runs', 'run53');
  assert.deepEqual([asks?.is, asks?.tries?.[0]?.by], ['done', 'nora']);
  const [document] = state.all('documents');
  assert.deepEqual(
    [document?.is, document?.attempt, Object.keys(document?.files ?? {}), state.count('documents')],
    ['rendered', 2, ['markdown', 'html', 'pdf'], 1],
  );
});

test('a journal of version 1 folds without a fault into the state it stood for', () => {
  const state = new State();
  V1.forEach((line, i) => void apply(state, i + 1, decode(line)));
  assert.deepEqual([...state.all('faults')], []);
  const about = [...state.all('alarms')].map((a) => [
    a.resource,
    a.condition.is,
    a.handling.is,
    a.occurrences,
  ]);
  assert.deepEqual(about, [
    ['nbg-r1', 'cleared', 'acknowledged', 1],
    ['nbg-r2/ge-0/0/1', 'cleared', 'none', 4],
    ['par-ups-1', 'raised', 'none', 1],
    ['orders-fresh', 'cleared', 'none', 1],
  ]);
  assert.deepEqual(
    [...state.all('tokens')].map((token) => token.id),
    ['t2'],
  );
  assert.deepEqual(state.get('users', 'omar'), { id: 'omar', role: 'operator', disabled: false });
  assert.equal(state.get('runs', 'run-1')?.step, 1);
  assert.equal(state.get('documents', 'doc-1')?.is, 'rendered');
  assert.equal([...state.all('revisions')].length, 1);
});

for (const v of [ENTRY_VERSION + 1, 0, -1, 1.5, '"one"', 'null', '{}']) {
  test(`an entry of version ${v} is refused, not guessed at`, () => {
    assert.throws(() => decode(`{"v":${v},"kind":"check"}`), /this program reads 1 to/);
  });
}

test('a line without a version, or that is not JSON, is refused', () => {
  assert.throws(() => decode('{"kind":"check"}'), /version undefined/);
  assert.throws(() => decode('{"v":1,"kind"'), SyntaxError);
});

test('events that are JSON text already make the same line', () => {
  const events = [alert('web-1'), alert('wéb-2', { text: 'a "quote"\nand \u2028' })];
  const entry: Entry = { kind: 'events', at: AT, source: 'snmp "x"', events };
  assert.equal(encodeEvents(AT, 'snmp "x"', undefined, JSON.stringify(events)), encode(entry));
  const keyed: Entry = { kind: 'events', at: AT, source: 's', once: 'k\n1', events };
  assert.equal(encodeEvents(AT, 's', 'k\n1', JSON.stringify(events)), encode(keyed));
  assert.deepEqual(decode(encode(keyed)), keyed);
});

test('a line holds no line break, whatever the texts are', () => {
  const id = identify('a\nb', 'c\r', '');
  const told = {
    resource: 'a\nb',
    type: 'c\r',
    text: 'd\n\u2028\u0085',
    labels: { 'e\n': 'f\r\n' },
  };
  const event = { kind: 'clear' as const, id, qualifier: '', ...told };
  assert.doesNotMatch(encode({ kind: 'events', at: AT, source: 'x', events: [event] }), /[\r\n]/);
});
