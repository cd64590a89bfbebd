import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datagramOf, type Spec } from '../../../test/snmp/datagram.ts';
import { SETTINGS } from '../../../test/snmp/settings.ts';
import type { Instant } from '../../base/time.ts';
import { Memo, madeOf } from './memo.ts';
import { readFrame } from './message.ts';
import { translate } from './translate.ts';

const eventOf = (body: Uint8Array, from: string) => {
  const [event] = translate({ body, at: 0 as Instant, from, contentType: '' }, SETTINGS).events;
  assert.ok(event);
  return event;
};
const keyOf = (spec: Spec): string => {
  const bytes = Buffer.from(datagramOf(spec));
  const frame = readFrame(bytes);
  assert.ok(frame.ok);
  return new Memo().key(bytes, frame);
};

const DOOR: Spec = {
  trap: '1.3.6.1.4.1.99999.1',
  varbinds: [['1.3.6.1.4.1.9.1', { text: ',"raw":"{\\"uptime\\":12,' }]],
};

test('what is cut open and put together with another uptime is what translate would say', () => {
  const specs: Spec[] = [DOOR, { enterprise: '1.3.6.1.4.1.9', generic: 0 }];
  for (const spec of specs) {
    const made = madeOf(eventOf(datagramOf({ ...spec, uptime: 4_200 }), '192.0.2.1'), '4200');
    const other = eventOf(datagramOf({ ...spec, uptime: 7 }), '192.0.2.1');
    assert.deepEqual(JSON.parse(`{${made.head}7${made.tail}`), other);
    assert.equal(JSON.parse(`{"count":3,${made.head}7${made.tail}`).count, 3);
  }
});

test('uptime, request-id and community make no difference; anything else does', () => {
  const same = [DOOR, { ...DOOR, uptime: 9 }, { ...DOOR, requestId: 9 }];
  assert.equal(new Set([...same, { ...DOOR, community: 'x' }].map((s) => keyOf(s))).size, 1);
  const v1: Spec = { enterprise: '1.3.6.1.4.1.9', generic: 0 };
  const others = [
    keyOf(DOOR),
    keyOf({ ...DOOR, inform: true }),
    keyOf({ ...DOOR, trap: '1.3.6.1.4.1.99999.2' }),
    keyOf({ ...DOOR, varbinds: [] }),
    keyOf(v1),
    keyOf({ ...v1, uptime: 9, generic: 1 }),
    keyOf({ ...v1, agent: '192.0.2.9' }),
    keyOf({ ...v1, enterprise: '1.3.6.1.4.1.8' }),
    keyOf({ ...v1, varbinds: DOOR.varbinds ?? [] }),
  ];
  assert.equal(new Set(others).size, others.length);
  assert.equal(keyOf({ ...v1, uptime: 9 }), keyOf(v1));
});

test('a long datagram is not remembered', () => {
  const varbinds = [['1.3.6.1.4.1.9.1', { text: 'x'.repeat(1_024) }]] as const;
  assert.equal(keyOf({ ...DOOR, varbinds }), '');
});

test('what is in use outlives its generation, what is not is forgotten', () => {
  const memo = new Memo();
  const print = { content: 0, path: 0, alarm: 0 };
  const nothing = { made: [], device: 'a', isStart: false, port: undefined, print };
  memo.keep('a', 'used', nothing);
  memo.keep('a', 'unused', nothing);
  for (let i = 0; i < 100_000; i++) {
    memo.keep('b', `k${i}`, nothing);
    if (i % 1_000 === 0) assert.ok(memo.find('a', 'used'), `after ${i}`);
  }
  assert.equal(memo.find('a', 'unused'), undefined);
  assert.equal(memo.find('c', 'used'), undefined);
});
