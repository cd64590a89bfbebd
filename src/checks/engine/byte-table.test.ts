import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteTable } from './byte-table.ts';
import { Key } from './key.ts';

test('equal keys have one number, others another, through every growth', () => {
  const table = new ByteTable();
  const want = new Map<string, number>();
  for (let i = 0; i < 50_000; i++) {
    const text = `key-${(i * 7_919) % 30_011}`;
    const known = want.get(text) ?? want.size;
    want.set(text, known);
    assert.equal(table.addText(text), known, text);
  }
  assert.equal(table.size, want.size);
  for (const [text, code] of want) assert.equal(table.text(code), text);
  const bytes = Buffer.from('nobody');
  assert.equal(table.find(bytes, 0, bytes.length), -1);
  assert.equal(table.addText(''), want.size);
  assert.equal(table.addText(''), want.size);
});

test('keys take as much room as the limit and no more', () => {
  const table = new ByteTable(10);
  table.addText('12345');
  table.addText('67890');
  assert.equal(table.addText('12345'), 0);
  assert.throws(() => table.addText('x'), /more than 0 MiB of different keys/);
});

test('cells of one key never run into each other', () => {
  const table = new ByteTable();
  const key = new Key();
  const code = (...texts: string[]): number => {
    key.ofTexts(texts);
    return table.add(key.bytes, key.start, key.end);
  };
  assert.equal(code('a', 'bc'), 0);
  assert.equal(code('ab', 'c'), 1);
  assert.equal(code('a', 'bc'), 0);
  assert.equal(code('abc', ''), 2);
  assert.equal(code('', 'abc'), 3);
});
