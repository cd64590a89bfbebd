import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergedTexts } from './merge-texts.ts';

const BASE = 'a\nb\nc\nd\n';

test('what two people changed in different places is both kept', () => {
  assert.equal(mergedTexts(BASE, 'A\nb\nc\nd\n', 'a\nb\nc\nd\ne\n'), 'A\nb\nc\nd\ne\n');
  assert.equal(mergedTexts(BASE, 'b\nc\nd\n', 'a\nb\nx\nc\nD\n'), 'b\nx\nc\nD\n');
  assert.equal(mergedTexts(BASE, BASE, 'x\n'), 'x\n');
});

test('the same change made by both is made once', () => {
  assert.equal(mergedTexts(BASE, 'a\nX\nc\nd\n', 'a\nX\nc\nD\n'), 'a\nX\nc\nD\n');
});

test('the same lines changed in two ways, or two things in one place, are left to people', () => {
  assert.equal(mergedTexts(BASE, 'a\nX\nc\nd\n', 'a\nY\nc\nd\n'), undefined);
  assert.equal(mergedTexts(BASE, 'a\nb\nx\nc\nd\n', 'a\nb\ny\nc\nd\n'), undefined);
  assert.equal(mergedTexts(BASE, 'a\nd\n', 'a\nb\nC\nd\n'), undefined);
});
