import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PAGE_ROWS, pager, rowsBefore, stretch } from './pager.ts';

const rows = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
const asked = (from: string): URLSearchParams => new URLSearchParams({ from });
const site = { prefix: '/desk', name: 'Tocsin', asset: (file: string) => file };

const drawn = (here: string, total: number): string => {
  const query = new URLSearchParams(here.split('?')[1]);
  const reader = { name: '', role: 'viewer', csrf: '', theme: 'auto', here, once: '' } as const;
  return String(pager(site, reader, stretch(rows(total), query)) || '');
};

test('a list that fits one page has no pager; one row more has two pages', () => {
  assert.equal(drawn('/silences', PAGE_ROWS), '');
  const text = drawn('/silences', PAGE_ROWS + 1);
  assert.match(text, /1 to 50 of <b>51<\/b>/);
  assert.match(text, /rel="next" href="\/desk\/silences\?from=51"/);
  assert.doesNotMatch(text, /rel="prev"/);
});

test('any row leads to its page; beyond the end, or with words, there is a page all the same', () => {
  assert.deepEqual(stretch(rows(120), asked('51')).rows.at(0), 51);
  assert.deepEqual(stretch(rows(120), asked('100')).rows.at(0), 51);
  assert.deepEqual(stretch(rows(120), asked('9999')).rows, [...rows(120).slice(100)]);
  assert.equal(rowsBefore(asked('-4')), 0);
  assert.equal(rowsBefore(asked('two')), 0);
  assert.deepEqual(stretch([], asked('51')), { rows: [], before: 0, total: 0 });
});

test('the other page keeps what was asked for, and not what was just done', () => {
  const text = drawn('/actions?show=done&done=made&from=51', 120);
  assert.match(text, /rel="prev" href="\/desk\/actions\?show=done&amp;from=1"/);
  assert.match(text, /rel="next" href="\/desk\/actions\?show=done&amp;from=101"/);
});
