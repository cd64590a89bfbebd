import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_QUERY, queryText, readQuery, rowsKey } from './query.ts';

test('the URL holds the whole view: what is read back is the same', () => {
  const text =
    'q=site%3D%22nbg%22&show=waiting&severity=critical%2Cmajor&sort=changed&size=100' +
    '&columns=%40severity%2Csite%2C%40text&rows=compact';
  assert.equal(queryText(readQuery(new URLSearchParams(text))), text);
  assert.equal(queryText(DEFAULT_QUERY), '');
});

test('views that differ only in how they look are kept once', () => {
  const plain = readQuery(new URLSearchParams('q=a'));
  const other = readQuery(new URLSearchParams('q=a&columns=site&rows=compact'));
  assert.notEqual(queryText(plain), queryText(other));
  assert.equal(rowsKey(plain), rowsKey(other));
});
