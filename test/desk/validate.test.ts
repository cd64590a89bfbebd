import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeskError } from '../../src/base/errors.ts';
import { days, type Instant } from '../../src/base/time.ts';
import { type Act, ENTRY_LIMITS } from '../../src/desk/entry.ts';
import { validateAct } from '../../src/desk/validate.ts';
import { LIMITS, type UserId } from '../../src/domain/alarm/alarm.ts';
import type { AlarmId } from '../../src/domain/alarm/event.ts';

const NOW = 1_767_225_600_000 as Instant;
const at = (ms: number): Instant => (NOW + ms) as Instant;
const on = [{ id: '0123456789abcdef' as AlarmId }];
const letters = (n: number): string => 'x'.repeat(n);

/** '' when it is taken; else the code, and the field where there is one. */
function refusal(act: Act, once?: string): string {
  try {
    validateAct(act, once, NOW);
    return '';
  } catch (error) {
    assert.ok(error instanceof DeskError);
    const field = error.facts.field;
    return field === undefined ? error.code : `${error.code} ${field}`;
  }
}

const comment = (note: string): Act => ({ verb: 'comment', on, note });
const shelve = (until: Instant, reason = 'works'): Act => ({ verb: 'shelve', on, until, reason });
const targets = (n: number): Act => ({
  verb: 'acknowledge',
  on: Array.from({ length: n }, () => on[0] ?? { id: '' as AlarmId }),
  note: '',
});

test('an act names 1 to 1,000 alarms', () => {
  assert.equal(refusal(targets(0)), 'FIELD_INVALID on');
  assert.equal(refusal(targets(1)), '');
  assert.equal(refusal(targets(ENTRY_LIMITS.targets_max)), '');
  assert.equal(refusal(targets(ENTRY_LIMITS.targets_max + 1)), 'FIELD_INVALID on');
});

test('a key has 1 to 256 characters, or there is none', () => {
  assert.equal(refusal(comment('x'), undefined), '');
  assert.equal(refusal(comment('x'), ''), 'FIELD_INVALID Idempotency-Key');
  assert.equal(refusal(comment('x'), letters(1)), '');
  assert.equal(refusal(comment('x'), letters(ENTRY_LIMITS.once_chars_max)), '');
  const long = letters(ENTRY_LIMITS.once_chars_max + 1);
  assert.equal(refusal(comment('x'), long), 'FIELD_INVALID Idempotency-Key');
  const add = { verb: 'user.disable', user: 'nora' as UserId } as const;
  assert.equal(refusal(add, long), 'FIELD_INVALID Idempotency-Key', 'acts on accounts too');
});

for (const verb of ['acknowledge', 'unacknowledge', 'close', 'reopen', 'comment'] as const) {
  test(`the note of ${verb} has at most 4,096 characters`, () => {
    const act = (n: number): Act => ({ verb, on, note: letters(n) });
    assert.equal(refusal(act(LIMITS.note_chars_max)), '');
    assert.equal(refusal(act(LIMITS.note_chars_max + 1)), 'FIELD_INVALID note');
  });
}

test('the notes of assign and ticket have the same limit', () => {
  const assign = (n: number): Act => ({ verb: 'assign', on, assignee: '', note: letters(n) });
  const ticket = (n: number): Act => ({ verb: 'ticket', on, ticket: '', note: letters(n) });
  for (const act of [assign, ticket]) {
    assert.equal(refusal(act(LIMITS.note_chars_max)), '');
    assert.equal(refusal(act(LIMITS.note_chars_max + 1)), 'FIELD_INVALID note');
  }
});

test('a comment says something; other notes may be empty', () => {
  assert.equal(refusal(comment('')), 'FIELD_INVALID note');
  assert.equal(refusal(comment(' \n\t')), 'FIELD_INVALID note');
  assert.equal(refusal({ verb: 'close', on, note: '' }), '');
});

test('a shelf ends after now and within 30 days', () => {
  assert.equal(refusal(shelve(at(0))), 'END_OUT_OF_RANGE');
  assert.equal(refusal(shelve(at(-1))), 'END_OUT_OF_RANGE');
  assert.equal(refusal(shelve(at(1))), '');
  assert.equal(refusal(shelve(at(days(LIMITS.shelf_days_max)))), '');
  assert.equal(refusal(shelve(at(days(LIMITS.shelf_days_max) + 1))), 'END_OUT_OF_RANGE');
  assert.equal(refusal(shelve(Number.NaN as Instant)), 'END_OUT_OF_RANGE');
  assert.equal(refusal(shelve(Number.POSITIVE_INFINITY as Instant)), 'END_OUT_OF_RANGE');
});

test('a shelf has a reason, of at most 4,096 characters', () => {
  assert.equal(refusal(shelve(at(1), '')), 'REASON_MISSING');
  assert.equal(refusal(shelve(at(1), '  ')), 'REASON_MISSING');
  assert.equal(refusal(shelve(at(1), letters(LIMITS.note_chars_max))), '');
  const long = letters(LIMITS.note_chars_max + 1);
  assert.equal(refusal(shelve(at(1), long)), 'FIELD_INVALID reason');
});

test('taking from a shelf needs no reason, and a long one has the same limit', () => {
  const unshelve = (reason: string): Act => ({ verb: 'unshelve', on, reason });
  assert.equal(refusal(unshelve('')), '');
  assert.equal(refusal(unshelve(letters(LIMITS.note_chars_max))), '');
  assert.equal(refusal(unshelve(letters(LIMITS.note_chars_max + 1))), 'FIELD_INVALID reason');
});

test('an acknowledgement may have an end, after now and within 30 days', () => {
  const until = (ms: number): Act => ({ verb: 'acknowledge', on, note: '', until: at(ms) });
  assert.equal(refusal({ verb: 'acknowledge', on, note: '' }), '');
  assert.equal(refusal(until(0)), 'END_OUT_OF_RANGE');
  assert.equal(refusal(until(1)), '');
  assert.equal(refusal(until(days(LIMITS.acknowledgement_days_max))), '');
  assert.equal(refusal(until(days(LIMITS.acknowledgement_days_max) + 1)), 'END_OUT_OF_RANGE');
});

test('a ticket is an http or https address of at most 2,048 characters, or taken away', () => {
  const link = (ticket: string): Act => ({ verb: 'ticket', on, ticket, note: '' });
  const start = 'https://tickets.example.net/';
  assert.equal(refusal(link('')), '');
  assert.equal(refusal(link('HTTP://tickets.example.net/1')), '');
  const longest = start + letters(LIMITS.ticket_chars_max - start.length);
  assert.equal(refusal(link(longest)), '');
  assert.equal(refusal(link(`${longest}x`)), 'FIELD_INVALID ticket');
  for (const bad of ['javascript:alert(1)', 'tickets.example.net/1', 'https://a b', 'https://']) {
    assert.equal(refusal(link(bad)), 'FIELD_INVALID ticket', bad);
  }
});
