import assert from 'node:assert/strict';
import { test } from 'node:test';
import { absent, atField, byState, type Refusal, refusalFailure, refusalText } from './refusal.ts';

const TABLE: readonly (readonly [Refusal, number, string, string])[] = [
  [
    atField('on[3].id', 'a number expected'),
    ...([422, 'on[3].id: a number expected.', '`on[3].id`: a number expected.'] as const),
  ],
  [
    absent('such view'),
    ...([404, 'There is no such view.', 'There is no such view here.'] as const),
  ],
  [
    absent('such run', 'it ended long ago'),
    ...([404, 'There is no such run: it ended long ago.', 'There is no such run here.'] as const),
  ],
  [
    byState('There are 50 views: remove some.'),
    ...([409, 'There are 50 views: remove some.', 'There are 50 views: remove some.'] as const),
  ],
];

for (const [refusal, status, text, message] of TABLE) {
  test(`refused by ${refusal.kind}, "${text}" is ${status}`, () => {
    assert.equal(refusalText(refusal), text);
    const failure = refusalFailure(refusal);
    assert.deepEqual([failure.status, failure.message], [status, message]);
  });
}

test('words of one kind are not taken for another kind', () => {
  assert.equal(refusalFailure(byState('There is no such view.')).status, 409);
  assert.equal(refusalFailure(byState('name: taken.')).status, 409);
});
