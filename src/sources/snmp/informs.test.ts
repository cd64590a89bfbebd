import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datagramOf } from '../../../test/snmp/datagram.ts';
import { INFORMS_MAX, Informs, onceOf, replyTo } from './informs.ts';
import { readFrame } from './message.ts';
import type { Inform } from './outflow.ts';

const named = (once: string, reply = ''): Inform => ({
  once,
  reply: () => Buffer.from(reply),
  address: '192.0.2.1',
  port: 9,
});

const bytes = datagramOf({ inform: true, requestId: 4711, trap: '1.3.6.1.6.3.1.1.5.4' });
const frameOf = (datagram: Uint8Array) => {
  const frame = readFrame(datagram);
  assert.ok(frame.ok);
  return frame;
};

test('the answer to an inform is the inform itself with the tag of a Response', () => {
  const reply = replyTo(bytes, frameOf(bytes));
  const changed = [...reply].flatMap((byte, i) => (byte === bytes[i] ? [] : [[bytes[i], byte]]));
  assert.deepEqual(changed, [[0xa6, 0xa2]]);
});

test('whatever error an inform carries, its answer carries none', () => {
  const odd = bytes.slice();
  const { errorsFrom } = frameOf(bytes);
  odd[errorsFrom + 2] = 5;
  odd[errorsFrom + 5] = 1;
  const reply = replyTo(odd, frameOf(odd));
  assert.deepEqual([reply[errorsFrom + 2], reply[errorsFrom + 5]], [0, 0]);
});

test('a repeat has the name of the first; another sender, port, request or content has not', () => {
  const name = (b: Uint8Array, from = '192.0.2.1', port = 9) => onceOf(b, frameOf(b), from, port);
  assert.equal(name(bytes.slice()), name(bytes));
  assert.match(name(bytes), /^snmp:192\.0\.2\.1:9:4711:[0-9a-f]+$/);
  const others = [
    name(bytes, '192.0.2.2'),
    name(bytes, '192.0.2.1', 10),
    name(datagramOf({ inform: true, requestId: 4712, trap: '1.3.6.1.6.3.1.1.5.4' })),
    name(datagramOf({ inform: true, requestId: 4711, trap: '1.3.6.1.6.3.1.1.5.3' })),
  ];
  assert.equal(new Set([...others, name(bytes)]).size, 5);
});

test('an inform is new, then waiting, then answered, and forgotten after five minutes', () => {
  const informs = new Informs();
  assert.equal(informs.seen(named('a'), 0), 'new');
  informs.taken(named('a'), 0);
  assert.equal(informs.seen(named('a'), 1), 'waiting');
  informs.answered(named('a'));
  assert.equal(informs.seen(named('a'), 300_000), 'answered');
  assert.equal(informs.seen(named('a'), 300_001), 'new');
});

test('16,384 informs are remembered, then the oldest is forgotten', () => {
  const informs = new Informs();
  for (let i = 0; i < INFORMS_MAX; i++) informs.taken(named(String(i)), i);
  assert.equal(informs.size, INFORMS_MAX);
  assert.equal(informs.seen(named('0'), INFORMS_MAX), 'waiting');
  informs.taken(named('one more'), INFORMS_MAX);
  assert.equal(informs.size, INFORMS_MAX);
  assert.equal(informs.seen(named('0'), INFORMS_MAX), 'new');
  assert.equal(informs.seen(named('1'), INFORMS_MAX), 'waiting');
});

test('an inform that waited is answered in the words of its newest repeat', () => {
  const informs = new Informs();
  informs.taken(named('a', 'first'), 0);
  assert.equal(informs.seen(named('a', 'again'), 1), 'waiting');
  assert.equal(String(informs.answered(named('a', 'first')).reply()), 'again');
});
