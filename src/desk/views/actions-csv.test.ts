import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, type Instant } from '../../base/time.ts';
import type { Action } from '../../domain/memory/action.ts';
import { actionsCsv } from './actions-csv.ts';

const AT = 1_767_225_600_000 as Instant;
const action = (more: Partial<Action>): Action =>
  ({
    ...{ id: 'a7', position: 7, title: 'Replace it', detail: '', owner: undefined },
    ...{ dueAt: undefined, step: 'soon', by: 'nora', at: AT, recurrences: 2 },
    ...{ raisedAt: undefined, roseAt: undefined, ended: undefined },
    ...more,
  }) as Action;
const lines = (one: Action): readonly string[] =>
  actionsCsv([one], (id) => `name of ${id}`, (AT + days(9)) as Instant).split('\r\n');

test('an action is a line with for how long it is open and how often its alarm came back', () => {
  const [head, line, end] = lines(action({ owner: 'team:noc' as Action['by'] }));
  assert.equal(head?.split(',').length, 18);
  assert.equal(line, 'a7,soon,Replace it,,name of team:noc,,2026-01-01T00:00:00.000Z,9,2,,,,,,,,,');
  assert.equal(end, '');
});

test('quotes, commas and lines are kept; what begins like a formula is a text', () => {
  const [, line = ''] = lines(action({ title: 'say "no", please', detail: '=1+1' }));
  assert.match(line, /"say ""no"", please",'=1\+1,/);
});
