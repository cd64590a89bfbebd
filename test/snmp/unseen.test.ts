import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { AlarmEvent } from '../../src/domain/alarm/event.ts';
import { decode } from '../../src/sources/snmp/message.ts';
import type { Names } from '../../src/sources/snmp/mib-names.ts';
import { eventsOf } from '../../src/sources/snmp/translate.ts';
import { compileText } from './compile-text.ts';
import { datagramOf, type Pair, type Value } from './datagram.ts';

/** Of the pairs in unseen.txt, so many must be paired right with their modules loaded. */
const RIGHT_MIN = 88;
/** … and of those about a row of a table so many must not be confused with another row. */
const APART_MIN = 36;

interface Thing {
  readonly oid: string;
  readonly kind: string;
  /** Name of the row's entry, and its index as `name:kind`. */
  readonly entry: string;
  readonly index: readonly string[];
  readonly words: readonly (readonly [string, number])[];
}

interface Unseen {
  readonly module: string;
  readonly objects: Map<string, Thing>;
  readonly traps: Map<string, { readonly oid: string; readonly objects: readonly string[] }>;
  readonly pairs: (readonly [string, string])[];
}

function readUnseen(): readonly Unseen[] {
  const text = readFileSync(new URL('./unseen.txt', import.meta.url), 'utf8');
  const all: Unseen[] = [];
  for (const line of text.split('\n')) {
    const [what = '', first = '', second = '', third = '', ...more] = line.split(' ');
    const one = all.at(-1);
    if (what === 'module') {
      all.push({ module: first, objects: new Map(), traps: new Map(), pairs: [] });
    } else if (what === 'object') one?.objects.set(second, thingOf(first, third, more));
    else if (what === 'trap') {
      one?.traps.set(second, { oid: first, objects: third.split(',').filter((o) => o !== '') });
    } else if (what === 'pair') one?.pairs.push([first, second]);
  }
  return all;
}

function thingOf(oid: string, kind: string, more: readonly string[]): Thing {
  const [entry = '', index = ''] = more[0] === 'row' ? (more[1] ?? '').split(':', 1) : [];
  const whole = more[0] === 'row' ? (more[1] ?? '').slice(entry.length + 1) : index;
  const at = more.indexOf('words');
  const words = at < 0 ? [] : more.slice(at + 1).map((word) => word.split('='));
  return {
    oid,
    kind,
    entry,
    index: whole === '' ? [] : whole.split(','),
    words: words.map(([word = '', number]) => [word, Number(number)]),
  };
}

const place = (oid: string): string => `{ ${oid.replaceAll('.', ' ')} }`;
const SYNTAX: Readonly<Record<string, string>> = {
  integer: 'Integer32',
  address: 'IpAddress',
  oid: 'OBJECT IDENTIFIER',
};

/** The least a module must say for its names to be known. */
function moduleText({ module, objects, traps }: Unseen): string {
  const lines = [`${module} DEFINITIONS ::= BEGIN`];
  const entries = new Set<string>();
  let own = 0;
  for (const [name, { oid, kind, entry, index, words }] of objects) {
    const list = words.map(([word, number]) => `${word}(${number})`).join(', ');
    const syntax = list === '' ? (SYNTAX[kind] ?? 'OCTET STRING') : `INTEGER { ${list} }`;
    lines.push(`${name} OBJECT-TYPE SYNTAX ${syntax} ::= ${place(oid)}`);
    if (entry === '' || entries.has(entry)) continue;
    entries.add(entry);
    const names = index.map((part) => part.split(':')[0] ?? '');
    lines.push(
      `${entry} OBJECT-TYPE SYNTAX ${entry.replace(/^./, (c) => c.toUpperCase())} ` +
        `INDEX { ${names.join(', ')} } ::= ${place(oid.slice(0, oid.lastIndexOf('.')))}`,
    );
    for (const part of index) {
      const [part0 = '', as = ''] = part.split(':');
      if (objects.has(part0) || entries.has(part0)) continue;
      entries.add(part0);
      const kindOf = SYNTAX[as.replace('!', '')] ?? 'OCTET STRING';
      lines.push(`${part0} OBJECT-TYPE SYNTAX ${kindOf} ::= { 1 3 6 1 4 1 99999 ${++own} }`);
    }
  }
  for (const [name, { oid, objects: carried }] of traps) {
    const list = carried.length === 0 ? '' : `OBJECTS { ${carried.join(', ')} } `;
    lines.push(`${name} NOTIFICATION-TYPE ${list}DESCRIPTION "" ::= ${place(oid)}`);
  }
  return [...lines, 'END', ''].join('\n');
}

/** What differs from one notification to the next about the same thing. */
const CHANGES =
  /time|date|value|usage|text|content|msg|message|description|speed|count|temp$|util/i;
const BAD_WORD = /crit|major|fail|down|alarm|absent|error|fault|lost|high/i;
const GOOD_WORD = /clear|normal|ok$|up$|info|present|good/i;

function filled(name: string, thing: Thing, end: 'bad' | 'good', row: number): Value {
  if (thing.words.length > 0) {
    const wanted = end === 'bad' ? BAD_WORD : GOOD_WORD;
    const found = thing.words.find(([word]) => wanted.test(word)) ?? thing.words[0];
    return { integer: found?.[1] ?? 0 };
  }
  const moves = CHANGES.test(name) ? (end === 'bad' ? 40 : 0) : 0;
  if (thing.kind === 'integer') return { integer: row + moves };
  if (thing.kind === 'address') return { address: `192.0.2.${row}` };
  if (thing.kind === 'oid') return { oid: `1.3.6.1.2.1.2.2.1.1.${row}` };
  return { text: `part ${row}${moves === 0 ? '' : ', for now'}` };
}

function instanceOf({ entry, index }: Thing, row: number): string {
  if (entry === '') return '0';
  const parts = index.map((part) => {
    const kind = part.split(':')[1] ?? '';
    if (kind === 'address') return `192.0.2.${row}`;
    return kind.startsWith('string') && !kind.endsWith('!') ? `2.65.${row + 60}` : String(row);
  });
  return parts.join('.');
}

const events = (unseen: Unseen, name: string, end: 'bad' | 'good', row: number, names?: Names) => {
  const { oid, objects } = unseen.traps.get(name) ?? { oid: '', objects: [] };
  const varbinds = objects.flatMap((object): Pair[] => {
    const thing = unseen.objects.get(object);
    if (thing === undefined) return [];
    return [[`${thing.oid}.${instanceOf(thing, row)}`, filled(object, thing, end, row)]];
  });
  const bytes = datagramOf({ trap: oid, varbinds });
  const message = decode(bytes);
  assert.ok(message.ok, name);
  const about = { from: '192.0.2.1', device: '192.0.2.1', names };
  const [event, ...more] = eventsOf(bytes, message, about);
  assert.ok(event, name);
  assert.equal(more.length, 0, name);
  const kept = (JSON.parse(event.raw ?? '') as { varbinds: unknown[] }).varbinds;
  assert.equal(kept.length, varbinds.length, `${name} lost a varbind`);
  return event;
};

const isPair = (raise: AlarmEvent, clear: AlarmEvent): boolean =>
  raise.kind === 'raise' &&
  clear.kind === 'clear' &&
  raise.id === clear.id &&
  raise.severity !== 'indeterminate';

const all = readUnseen();

test('with its module, a trap no table knows is raised and cleared by its names', (t) => {
  const names = compileText(...all.map(moduleText));
  const wrong: string[] = [];
  let [count, right, rows, apart] = [0, 0, 0, 0];
  for (const one of all) {
    for (const [bad, good] of one.pairs) {
      count++;
      const raise = events(one, bad, 'bad', 7, names);
      const clear = events(one, good, 'good', 7, names);
      if (isPair(raise, clear)) right++;
      else
        wrong.push(
          `${bad} ${raise.kind} ${raise.resource} / ${good} ${clear.kind} ${clear.resource}`,
        );
      const objects = one.traps.get(bad)?.objects ?? [];
      const shared = objects.filter((name) => one.traps.get(good)?.objects.includes(name));
      if (!shared.some((name) => one.objects.get(name)?.entry !== '')) continue;
      rows++;
      if (events(one, good, 'good', 8, names).id !== raise.id) apart++;
    }
  }
  t.diagnostic(`${right} of ${count} pairs are right; ${apart} of ${rows} rows are kept apart`);
  assert.ok(right >= RIGHT_MIN, `${right} of ${count}:\n${wrong.join('\n')}`);
  assert.ok(apart >= APART_MIN, `${apart} of ${rows}`);
});

test('without its module it is kept whole, under its number, and nothing is cleared wrongly', () => {
  for (const one of all) {
    for (const [bad, good] of one.pairs) {
      for (const [name, end] of [[bad, 'bad'] as const, [good, 'good'] as const]) {
        const event = events(one, name, end, 7);
        assert.equal(event.kind, 'occurrence', name);
        assert.equal(event.type, `snmp.trap.${one.traps.get(name)?.oid}`);
      }
    }
  }
});

const BOX = '1.3.6.1.4.1.99998';
const STATEFUL = `BOX-MIB DEFINITIONS ::= BEGIN
boxSeverity OBJECT-TYPE SYNTAX INTEGER { cleared(1), minor(2), critical(3) } ::= ${place(`${BOX}.1`)}
boxState OBJECT-TYPE SYNTAX INTEGER { unknown(1), ok(2), failed(3) } ::= ${place(`${BOX}.2`)}
boxOldState OBJECT-TYPE SYNTAX INTEGER { ok(1), failed(2) } ::= ${place(`${BOX}.3`)}
boxFanName OBJECT-TYPE SYNTAX OCTET STRING ::= ${place(`${BOX}.4`)}
boxAlarmSeverity OBJECT-TYPE SYNTAX OCTET STRING ::= ${place(`${BOX}.5`)}
boxAlarm NOTIFICATION-TYPE OBJECTS { boxFanName } DESCRIPTION "" ::= ${place(`${BOX}.0.1`)}
boxStateChange NOTIFICATION-TYPE OBJECTS { boxFanName } DESCRIPTION "" ::= ${place(`${BOX}.0.2`)}
boxFanFailed NOTIFICATION-TYPE OBJECTS { boxFanName } DESCRIPTION "" ::= ${place(`${BOX}.0.3`)}
boxConfigSaved NOTIFICATION-TYPE OBJECTS { boxFanName } DESCRIPTION "" ::= ${place(`${BOX}.0.4`)}
END
`;

test('where the name does not say which end it is, a severity or a state does', () => {
  const names = compileText(STATEFUL);
  const said = (trap: number, ...values: readonly [number, number | string][]): string => {
    const varbinds = values.map(
      ([number, value]): Pair => [
        `${BOX}.${number}.0`,
        typeof value === 'number' ? { integer: value } : { text: value },
      ],
    );
    const bytes = datagramOf({ trap: `${BOX}.0.${trap}`, varbinds });
    const message = decode(bytes);
    assert.ok(message.ok);
    const [event] = eventsOf(bytes, message, { from: 'x', device: 'r', names });
    return `${event?.kind} ${event?.severity ?? '-'} ${event?.resource} ${event?.type}`;
  };
  for (const [made, want] of [
    [said(1, [4, 'fan 2'], [1, 3]), 'raise critical r/boxFanName-fan 2 snmp.trap.boxAlarm'],
    [said(1, [4, 'fan 2'], [1, 1]), 'clear - r/boxFanName-fan 2 snmp.trap.boxAlarm'],
    [said(1, [5, 'Major']), 'raise major r snmp.trap.boxAlarm'],
    [said(1, [5, 'CLEARED']), 'clear - r snmp.trap.boxAlarm'],
    [said(1, [5, 'purple']), 'occurrence warning r snmp.trap.boxAlarm'],
    [said(2, [3, 2], [2, 2]), 'clear - r snmp.trap.boxStateChange'],
    [said(2, [3, 1], [2, 3]), 'raise major r snmp.trap.boxStateChange'],
    [said(2, [3, 1], [2, 9]), 'raise warning r snmp.trap.boxStateChange'],
    [said(3, [4, 'a'], [2, 2]), 'occurrence major r/boxFanName-a snmp.trap.boxFanFailed'],
    [said(3, [1, 2]), 'raise minor r snmp.trap.boxFanFailed'],
    [said(4), 'occurrence indeterminate r snmp.trap.boxConfigSaved'],
  ]) {
    assert.equal(made, want);
  }
});
