import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusedFor } from './refused.ts';

test('wrong input is 422 and names its field, what is not there 404, the rest a conflict', () => {
  for (const [why, status, says] of [
    ['name: 1 to 80 characters expected.', 422, '`name`: 1 to 80 characters expected.'],
    ['on[3].id: a number expected', 422, '`on[3].id`: a number expected.'],
    ['There is no such view.', 404, 'There is no such view here.'],
    ['There is no schedule "noc".', 404, 'There is no schedule "noc" here.'],
    ['It is accepted already.', 409, 'It is accepted already.'],
    ['There are 50 views: remove some.', 409, 'There are 50 views: remove some.'],
  ] as const) {
    const failure = refusedFor(why);
    assert.deepEqual([failure.status, failure.message], [status, says]);
  }
});
