import assert from 'node:assert/strict';
import type { Instant } from '../../src/base/time.ts';
import { translate } from '../../src/sources/snmp/translate.ts';
import { datagramOf, type Pair, type Value } from './datagram.ts';
import { SETTINGS } from './settings.ts';

const VALUES: Readonly<Record<string, (text: string) => Value>> = {
  i: (text) => ({ integer: Number(text) }),
  s: (text) => ({ text: text.replaceAll('_', ' ') }),
  x: (text) => ({ bytes: [...Buffer.from(text, 'hex')] }),
  o: (text) => ({ oid: text }),
  a: (text) => ({ address: text }),
};

/** `1.3.6.1.2=i:5`: an OID, the letter of its type, its value. */
function pairOf(text: string): Pair {
  const [oid = '', value = ''] = text.split('=');
  const make = VALUES[value[0] ?? ''];
  assert.ok(make, text);
  return [oid, make(value.slice(2))];
}

/** What a notification becomes: kind, severity, part and type, text. */
function made(line: string): string {
  const [trap = '', ...varbinds] = line.trim().split(/\s+/);
  const body = datagramOf({ trap, varbinds: varbinds.map(pairOf) });
  const { events, refused } = translate(
    { body, at: 0 as Instant, from: 'r', contentType: '' },
    SETTINGS,
  );
  assert.deepEqual(refused, []);
  const [event] = events;
  assert.ok(event);
  const { kind, severity = '', resource, type, text } = event;
  return `${kind} ${severity} ${resource} ${type} | ${text}`.replace(/ +/g, ' ');
}

/** Lines in pairs: what arrives, what it becomes. */
export function becomes(under: string, table: string): void {
  const lines = table.split('\n').filter((line) => line.trim() !== '');
  for (let i = 0; i < lines.length; i += 2) {
    const arrives = (lines[i] ?? '').replaceAll('…', under);
    assert.equal(made(arrives), lines[i + 1]?.trim(), arrives);
  }
}
