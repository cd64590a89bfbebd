import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ran } from './world.ts';

const GOOD = `GOOD-MIB DEFINITIONS ::= BEGIN
  good OBJECT IDENTIFIER ::= { enterprises 4711 }
  goodState OBJECT-TYPE SYNTAX INTEGER { up(1), down(2) } ::= { good 1 }
  goodDown NOTIFICATION-TYPE OBJECTS { goodState } DESCRIPTION "It is down." ::= { good 0 1 }
END`;
const BAD = `BAD-MIB DEFINITIONS ::= BEGIN
  IMPORTS a, b, c, d, e, f, g FROM GONE-MIB nothing FROM GOOD-MIB;
  bad OBJECT IDENTIFIER ::= { }
  worse OBJECT IDENTIFIER ::= { a 1 }
END`;

/** Runs `tocsin mib …` in a folder with the folder `mibs` in it. */
async function mib(files: Record<string, string>, ...options: string[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'tocsin-cli-mib-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
    return await ran(['mib', ...options], { cwd });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

test('check is short when all is well, and lists each module when asked', async () => {
  const { exit, out } = await mib({ good: GOOD }, 'check', '.');
  assert.equal(exit, 0);
  assert.equal(
    out,
    '1 module in 1 file (0.0 MiB), 1 read without a fault: 1 object, 1 notification\n',
  );
  const all = await mib({ good: GOOD }, 'check', '.', '--all');
  assert.match(all.out, /^GOOD-MIB {2}good: 1 object, 1 notification, 0 types\n/);
});

test('check names file and line of each fault, what is not there, and what has no place', async () => {
  const { exit, out } = await mib({ good: GOOD, bad: BAD, note: 'no module' }, 'check', '.');
  assert.equal(exit, 2);
  assert.deepEqual(out.trimEnd().split('\n'), [
    'BAD-MIB  bad: 0 objects, 0 notifications, 0 types',
    '    bad:3: { parent number } expected, it is empty',
    '    GONE-MIB is not there: a, b, c, d, e and 2 more',
    '    GOOD-MIB does not define nothing',
    '    without a place in the tree: worse',
    '2 modules in 2 files (0.0 MiB), 1 read without a fault: 1 object, 1 notification',
    'not there, and imported from: GONE-MIB',
    '1 file holds no module',
  ]);
});

test('check as JSON says the same', async () => {
  const { exit, out } = await mib({ bad: BAD }, 'check', '.', '--json');
  const { modules } = JSON.parse(out) as { modules: { faults: { line: number }[] }[] };
  assert.equal(modules[0]?.faults[0]?.line, 3);
  assert.equal(exit, 2);
});

test('find tells what a name or an OID is', async () => {
  const find = (what: string, ...more: string[]) =>
    mib({ good: GOOD }, 'find', what, '--mibs=.', ...more);
  assert.equal(
    (await find('goodState')).out,
    'GOOD-MIB::goodState  1.3.6.1.4.1.4711.1\n    type  INTEGER up(1) down(2)\n',
  );
  assert.match(
    (await find('.1.3.6.1.4.1.4711.0.1')).out,
    /GOOD-MIB::goodDown .*\n.*carries {2}goodState\n.*It is down\.\n/,
  );
  assert.match((await find('GOODSTATE')).out, /goodState/);
  assert.match((await find('GOOD-MIB::goodState')).out, /goodState/);
  assert.equal((await find('OTHER-MIB::goodState')).exit, 4);
  assert.match(
    (await find('1.3.6.1.2.1.2.2.1.8.7')).out,
    /^ifOperStatus\.7 .*\n.*up\(1\).*\n.*ifIndex/,
  );
  const none = await find('nobody');
  assert.deepEqual([none.exit, none.out, none.err], [4, '', 'No module in . knows nobody.\n']);
  assert.equal((JSON.parse((await find('goodDown', '--json')).out) as unknown[]).length, 1);
});

test('a folder that is not there, and one that is not named, are said', async () => {
  const gone = await mib({}, 'check', 'gone');
  assert.match(gone.err, /SETTINGS_INVALID.*gone: there is no such folder\./);
  const file = await mib({ good: GOOD }, 'check', 'good');
  assert.match(file.err, /it is a file; a folder of modules expected/);
  assert.match((await mib({}, 'find', 'x')).err, /--mibs=FOLDER/);
});
