import assert from 'node:assert/strict';
import { test } from 'node:test';
import { datagramOf, type Spec } from '../../../test/snmp/datagram.ts';
import { decode } from './message.ts';
import { COPIES_KNOWN, COPY_MS_MAX, Paths, type Print, printOf } from './paths.ts';

const DEVICE = '198.51.100.4';
const index = ['1.3.6.1.2.1.2.2.1.1.7', { integer: 7 }] as const;
const noted = ['1.3.6.1.6.3.18.1.3.0', { address: DEVICE }] as const;
const DOWN: Spec = { trap: '1.3.6.1.6.3.1.1.5.3', varbinds: [index, noted] };
const UP: Spec = { ...DOWN, trap: '1.3.6.1.6.3.1.1.5.4' };

function print(spec: Spec, from: string, device = DEVICE): Print {
  const bytes = Buffer.from(datagramOf(spec));
  const message = decode(bytes);
  assert.ok(message.ok);
  return printOf(bytes, message, { device, from, alarm: '0123456789abcdef' });
}

/** Each is kept unless it is a copy: `copy` or `kept`, in order. */
function become(...heard: readonly (readonly [Print, number | undefined, number])[]): string[] {
  const paths = new Paths();
  return heard.map(([one, uptime, now]) => {
    if (paths.isCopy(one, uptime, now)) return 'copy';
    paths.kept(one, uptime, now);
    return 'kept';
  });
}

test('the same by another forwarder, or as v1 and as v2c, counts once', () => {
  const [a, b] = [print(DOWN, 'a'), print(DOWN, 'b')];
  assert.deepEqual(become([a, 100, 0], [b, 100, COPY_MS_MAX]), ['kept', 'copy']);
  const v1: Spec = { enterprise: '1.3.6.1.4.1.9', agent: DEVICE, generic: 2, varbinds: [index] };
  assert.deepEqual(become([print(v1, 'a'), 100, 0], [a, 100, 9]), ['kept', 'copy']);
  const bgp: Spec = { trap: '1.3.6.1.2.1.15.7.2', varbinds: [index] };
  const old: Spec = { ...v1, enterprise: '1.3.6.1.2.1.15.7', generic: 6, specific: 2 };
  assert.deepEqual(become([print(bgp, 'a'), 1, 0], [print(old, 'a'), 1, 1]), ['kept', 'copy']);
});

test('what differs, comes again from the same sender, comes late or tells no uptime, counts', () => {
  const [a, b] = [print(DOWN, 'a'), print(DOWN, 'b')];
  const eight = ['1.3.6.1.2.1.2.2.1.1.7', { integer: 8 }] as const;
  const cases: [Print, number | undefined, Print, number | undefined, number][] = [
    [a, 100, a, 100, 0],
    [a, 100, b, 101, 0],
    [a, 100, b, 100, COPY_MS_MAX + 1],
    [a, undefined, b, undefined, 0],
    [a, 100, print(UP, 'b'), 100, 0],
    [a, 100, print(DOWN, 'b', '198.51.100.5'), 100, 0],
    [a, 100, print({ ...DOWN, varbinds: [eight] }, 'b'), 100, 0],
  ];
  for (const [one, uptime, other, uptime2, now] of cases) {
    assert.deepEqual(become([one, uptime, 0], [other, uptime2, now]), ['kept', 'kept']);
  }
});

test('copies that come behind the next word are copies still; a clock that stands hides no raise', () => {
  const [a, b] = [print(DOWN, 'a'), print(DOWN, 'b')];
  const [upA, upB] = [print(UP, 'a'), print(UP, 'b')];
  assert.deepEqual(become([a, 1, 0], [upA, 2, 1], [b, 1, 2], [upB, 2, 3]), [
    'kept',
    'kept',
    'copy',
    'copy',
  ]);
  assert.deepEqual(become([a, 0, 0], [upB, 0, 1], [b, 0, 2]), ['kept', 'kept', 'kept']);
});

test('of more than are known at once the older is forgotten, and its copy counts', () => {
  const one = { content: 5, path: 1, alarm: 0 };
  const other = { content: 5 + COPIES_KNOWN, path: 1, alarm: 1 };
  const copy = { ...one, path: 2 };
  assert.deepEqual(become([one, 1, 0], [other, 1, 1], [copy, 1, 2]), ['kept', 'kept', 'kept']);
});
