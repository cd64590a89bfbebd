import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KIND_CHARS_MAX, kindOf } from './mask.ts';

test('lines that differ only in numbers, addresses and names in quotes are of one kind', () => {
  for (const [line, kind] of [
    ['session 4711 from 192.0.2.1:514 closed', 'session # from # closed'],
    ['peer 2001:db8::1 down', 'peer # down'],
    ['mac 00:00:5e:00:53:01 and 0000.5e00.5301', 'mac # and #'],
    ['bad page 0xffff8880deadbeef', 'bad page #'],
    ['commit 3f2a9c0d1b failed', 'commit # failed'],
    ['cannot open "/var/tmp/a b": denied', 'cannot open #: denied'],
    ['took 1.5 s at 12:30:05', 'took # s at #'],
    ['a  b\tc', 'a b c'],
  ] as const) {
    assert.equal(kindOf(line), kind);
  }
});

test('a kind has its maximum and no half characters', () => {
  assert.equal(kindOf('x'.repeat(KIND_CHARS_MAX)).length, KIND_CHARS_MAX);
  assert.equal(kindOf('x'.repeat(KIND_CHARS_MAX + 1)).length, KIND_CHARS_MAX);
  assert.ok(kindOf(`${'x'.repeat(KIND_CHARS_MAX - 1)}😀`).isWellFormed());
});
