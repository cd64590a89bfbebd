import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { type Compiled, compile } from '../../src/sources/snmp/mib-compile.ts';
import { FOLDER_LIMITS, readFolder } from '../../src/sources/snmp/mib-folder.ts';
import { FOUND_MAX, Names } from '../../src/sources/snmp/mib-names.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-mib-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function compiled(
  files: Readonly<Record<string, string | Uint8Array>>,
): Compiled & { names: Names } {
  const folder = folderOf(files);
  const { image, report } = compile(folder, readFolder(folder));
  const names = Names.open(image);
  assert.ok(names);
  return { image, report, names };
}

const called = (names: Names, oid: string): string => {
  const named = names.of(oid);
  return named === undefined ? '' : `${named.name}${named.rest === '' ? '' : `.${named.rest}`}`;
};

const SMI = `ACME-SMI DEFINITIONS ::= BEGIN
  IMPORTS enterprises FROM SNMPv2-SMI;
  acme OBJECT IDENTIFIER ::= { enterprises 4711 }
END`;
const TC = `ACME-TC DEFINITIONS ::= BEGIN
  IMPORTS TEXTUAL-CONVENTION FROM SNMPv2-TC;
  AcmeState ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "x" SYNTAX INTEGER { idle(1), running(2) }
  AcmeStateNow ::= AcmeState
END`;
const MIB = `ACME-MIB DEFINITIONS ::= BEGIN
  IMPORTS acme FROM ACME-SMI AcmeStateNow FROM ACME-TC ifIndex FROM IF-MIB;
  acmeTable OBJECT-TYPE SYNTAX SEQUENCE OF AcmeEntry ::= { acme 1 }
  acmeEntry OBJECT-TYPE SYNTAX AcmeEntry INDEX { acmeSlot, IMPLIED acmeName } ::= { acmeTable 1 }
  acmeSlot OBJECT-TYPE SYNTAX Integer32 ::= { acmeEntry 1 }
  acmeName OBJECT-TYPE SYNTAX DisplayString (SIZE (1..32)) ::= { acmeEntry 2 }
  acmeState OBJECT-TYPE SYNTAX AcmeStateNow UNITS "state" ::= { acmeEntry 3 }
  acmeMoreTable OBJECT-TYPE SYNTAX SEQUENCE OF AcmeMoreEntry ::= { acme 2 }
  acmeMoreEntry OBJECT-TYPE SYNTAX AcmeMoreEntry AUGMENTS { acmeEntry } ::= { acmeMoreTable 1 }
  acmeMore OBJECT-TYPE SYNTAX OCTET STRING (SIZE (6)) ::= { acmeMoreEntry 1 }
  acmeTraps OBJECT IDENTIFIER ::= { acme 0 }
  acmeDown NOTIFICATION-TYPE OBJECTS { acmeState } STATUS current DESCRIPTION "It is down." ::= { acmeTraps 3 }
  acmeLink TRAP-TYPE ENTERPRISE snmp VARIABLES { ifIndex } ::= 2
  acmeOld TRAP-TYPE ENTERPRISE acme VARIABLES { acmeState } ::= 4
END`;
const FILES = { 'acme/smi.txt': SMI, 'acme/tc.mib': TC, 'ACME-MIB': MIB };

test('names, types and rows are found across modules, and what is built in needs none', () => {
  const { names, report } = compiled(FILES);
  assert.equal(called(names, '1.3.6.1.4.1.4711.1.1.3.7.97.98'), 'acmeState.7.97.98');
  assert.equal(called(names, '1.3.6.1.2.1.2.2.1.2.7'), 'ifDescr.7');
  assert.equal(called(names, '1.3.6.1.4.1.9.9.1'), 'enterprises.9.9.1');
  assert.equal(called(names, '1.2.840'), 'iso.2.840');
  assert.equal(called(names, '3.1'), '');
  assert.equal(called(names, ''), '');
  const state = names.of('1.3.6.1.4.1.4711.1.1.3.7');
  assert.deepEqual(state?.info, {
    is: 'object',
    type: { kind: 'integer', name: 'AcmeStateNow', words: { 1: 'idle', 2: 'running' } },
    units: 'state',
  });
  assert.equal(state?.module, 'ACME-MIB');
  assert.equal(state?.entry?.name, 'acmeEntry');
  assert.deepEqual(state?.entry?.index, [
    { object: 'acmeSlot', kind: 'integer', name: 'Integer32' },
    { object: 'acmeName', kind: 'string', name: 'DisplayString', hint: '255a', implied: true },
  ]);
  const more = names.of('1.3.6.1.4.1.4711.2.1.1.7');
  assert.deepEqual(more?.entry?.index, state?.entry?.index);
  assert.equal(
    report.modules.every((module) => module.faults.length + module.lostCount === 0),
    true,
  );
  assert.equal(
    report.modules.reduce((sum, { notifications }) => sum + notifications, 0),
    3,
  );
});

test('traps of SMIv1 stand where v2c would send them from', () => {
  const { names } = compiled(FILES);
  assert.equal(called(names, '1.3.6.1.4.1.4711.0.4'), 'acmeOld');
  assert.equal(called(names, '1.3.6.1.6.3.1.1.5.3'), 'acmeLink'); // generic 2 is linkDown
  assert.deepEqual(names.of('1.3.6.1.4.1.4711.0.3')?.info, {
    is: 'notification',
    objects: ['acmeState'],
    about: 'It is down.',
  });
});

test('what is imported from where it is not is told, and the rest is used', () => {
  const { names, report } = compiled({
    'ACME-MIB': MIB,
    'other/smi': SMI.replace('ACME-SMI', 'ACME-ROOT'),
  });
  const [module] = report.modules;
  assert.deepEqual(module?.missing, [
    { module: 'ACME-SMI', there: false, names: ['acme'] },
    { module: 'ACME-TC', there: false, names: ['AcmeStateNow'] },
  ]);
  // One other module defines the name: it is believed.
  assert.equal(called(names, '1.3.6.1.4.1.4711.1.1.3.7'), 'acmeState.7');
  const info = names.of('1.3.6.1.4.1.4711.1.1.3.7')?.info;
  assert.deepEqual(info?.is === 'object' && info.type, { kind: 'unknown', name: 'AcmeStateNow' });
});

test('two modules that place one name differently are not believed about it', () => {
  const other = (name: string, number: number): string =>
    SMI.replace('ACME-SMI', name).replace('4711', String(number));
  const { names, report } = compiled({ a: other('A-MIB', 1), b: other('B-MIB', 2), c: MIB });
  assert.equal(report.modules[2]?.lostCount, 11);
  assert.equal(report.modules[2]?.lost[0], 'acmeTable');
  assert.equal(called(names, '1.3.6.1.4.1.1.1'), 'acme.1');
});

test('of two copies of a module the one without faults counts, then the newer', () => {
  const copy = (updated: string, word: string): string => `X-MIB DEFINITIONS ::= BEGIN
    x MODULE-IDENTITY LAST-UPDATED "${updated}" ::= { enterprises 1 }
    ${word} OBJECT-TYPE SYNTAX INTEGER ::= { x 1 } END`;
  const { names } = compiled({
    a: copy('200001010000Z', 'older'),
    b: copy('201001010000Z', 'newer'),
    c: copy('202001010000Z', 'broken').replace(' END', ''),
  });
  assert.equal(called(names, '1.3.6.1.4.1.1.1'), 'newer');
});

test('definitions that stand on each other, or on nothing, are lost and harm nobody', () => {
  const { names, report } = compiled({
    x: `X-MIB DEFINITIONS ::= BEGIN
      a OBJECT IDENTIFIER ::= { b 1 }
      b OBJECT IDENTIFIER ::= { a 1 }
      c OBJECT IDENTIFIER ::= { c 1 }
      d OBJECT IDENTIFIER ::= { nothing 1 }
      T ::= T
      U ::= V
      V ::= U
      e OBJECT-TYPE SYNTAX U ::= { enterprises 1 }
      f OBJECT-TYPE SYNTAX F INDEX { f } AUGMENTS { g } ::= { enterprises 2 }
      g OBJECT-TYPE SYNTAX F AUGMENTS { f2 } ::= { enterprises 3 }
      f2 OBJECT-TYPE SYNTAX F AUGMENTS { g } ::= { enterprises 4 }
      Spelt-Wrong OBJECT IDENTIFIER ::= { enterprises 5 }
      h OBJECT IDENTIFIER ::= { spelt_wrong 6 }
      i OBJECT IDENTIFIER ::= { enterprises passing(7) 8 }
      j OBJECT IDENTIFIER ::= { passing 9 }
    END`,
  });
  assert.deepEqual(report.modules[0]?.lost, ['a', 'b', 'c', 'd']);
  assert.equal(called(names, '1.3.6.1.4.1.1'), 'e');
  assert.equal(called(names, '1.3.6.1.4.1.3'), 'g');
  assert.equal(called(names, '1.3.6.1.4.1.5.6'), 'h');
  assert.equal(called(names, '1.3.6.1.4.1.7.9'), 'j');
});

test('a way of more numbers than an OID has ends', () => {
  const chain = Array.from(
    { length: 300 },
    (_, i) => `n${i + 1} OBJECT IDENTIFIER ::= { n${i} 1 }`,
  );
  const { report } = compiled({
    x: `X-MIB DEFINITIONS ::= BEGIN n0 OBJECT IDENTIFIER ::= { enterprises 1 }\n${chain.join('\n')} END`,
  });
  const placed = 301 - (report.modules[0]?.lostCount ?? 0);
  assert.equal(placed, 128 - 6); // enterprises has six numbers
});

test('names are found by name, in any case, and not without end', () => {
  const { names } = compiled(FILES);
  assert.deepEqual(
    names.find('acmeState', false).map(({ oid }) => oid),
    ['1.3.6.1.4.1.4711.1.1.3'],
  );
  assert.deepEqual(names.find('ACMESTATE', false), []);
  assert.equal(names.find('ACMESTATE', true)[0]?.entry?.name, 'acmeEntry');
  const same = Array.from(
    { length: FOUND_MAX + 1 },
    (_, i) => `p${i} OBJECT IDENTIFIER ::= { enterprises x(${i}) y(1) same(2) 3 }`,
  );
  const many = compiled({ x: `X DEFINITIONS ::= BEGIN ${same.join('\n')} END` });
  assert.equal(many.names.find('same', false).length, FOUND_MAX);
});

test('an image that is not whole is refused', () => {
  const { image } = compiled(FILES);
  const copy = (
    change: (bytes: Uint8Array) => void,
    length = image.byteLength,
  ): SharedArrayBuffer => {
    const memory = new SharedArrayBuffer(length);
    const bytes = new Uint8Array(memory);
    bytes.set(new Uint8Array(image).subarray(0, length));
    change(bytes);
    return memory;
  };
  assert.ok(Names.open(copy(() => {})));
  for (const at of [0, 4, 8, 12, 40, image.byteLength - 1]) {
    assert.equal(
      Names.open(copy((bytes) => (bytes[at] = (bytes[at] ?? 0) ^ 1))),
      undefined,
      `${at}`,
    );
  }
  assert.equal(Names.open(copy(() => {}, image.byteLength - 4)), undefined);
  assert.equal(Names.open(new SharedArrayBuffer(0)), undefined);
});

test('a folder is read by path; what is hidden, left by an editor, or too large is not', () => {
  const folder = folderOf({
    'b/two.mib': TC,
    'a.mib': SMI,
    '.git/x': SMI,
    'a.mib~': SMI,
    'README.md': 'nothing',
    'big.mib': SMI,
    'wide.mib': Buffer.from(`\ufeff${SMI}`, 'utf16le'),
  });
  truncateSync(join(folder, 'big.mib'), FOLDER_LIMITS.file_bytes_max + 1);
  symlinkSync('.', join(folder, 'round'));
  const found = readFolder(folder);
  assert.deepEqual(
    found.files.map(({ path }) => path),
    ['README.md', 'a.mib', 'b/two.mib', 'wide.mib'],
  );
  assert.deepEqual(
    found.leftOut.map(({ path }) => path),
    ['big.mib', 'round'],
  );
  const { report } = compile(folder, found);
  assert.deepEqual(report.notModules, ['README.md']);
  assert.deepEqual(
    report.modules.map(({ name }) => name),
    ['ACME-SMI', 'ACME-TC', 'ACME-SMI'],
  );
  truncateSync(join(folder, 'big.mib'), FOLDER_LIMITS.file_bytes_max);
  const again = readFolder(folder);
  assert.equal(again.leftOut.length, 1);
  assert.notEqual(again.fingerprint, found.fingerprint);
  assert.equal(readFolder(folder).fingerprint, again.fingerprint);
});
