import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MIB_LIMITS, type MibModule } from './mib-module.ts';
import { parseModules } from './mib-parse.ts';

const one = (body: string): MibModule => {
  const [module, ...others] = parseModules(
    `ACME-MIB DEFINITIONS ::= BEGIN\n${body}\nEND\n`,
    'acme.mib',
  );
  assert.ok(module);
  assert.deepEqual(others, []);
  return module;
};
/** The whole module is read, and read without a fault. */
const clean = (body: string): MibModule => {
  const module = one(body);
  assert.deepEqual(module.faults, []);
  return module;
};
const names = (module: MibModule): readonly string[] => module.nodes.map(({ name }) => name);
/** `{ acme 3 }` as text. */
const at = (module: MibModule, name: string): string | undefined =>
  module.nodes
    .find((node) => node.name === name)
    ?.at.map((part) => `${part.name}${part.number < 0 ? '' : `(${part.number})`}`)
    .join(' ');

test('named numbers may be in hex, and their names in quotes', () => {
  const numbers = (list: string) => clean(`T ::= INTEGER { ${list} }`).types.get('T')?.numbers;
  assert.deepEqual(numbers(`none (0), board ('E0'h), bits('101'B)`), [
    [0, 'none'],
    [224, 'board'],
    [5, 'bits'],
  ]);
  assert.deepEqual(numbers('"0:00"(0), "1:00"(1)'), [
    [0, '0:00'],
    [1, '1:00'],
  ]);
  assert.deepEqual(numbers(`"${'x'.repeat(65)}"(1)`), [[1, 'x'.repeat(64)]]);
  for (const bad of [`a(''H)`, `a('${'1'.repeat(33)}'B)`, `a('FF'B)`]) {
    assert.match(one(`T ::= INTEGER { ${bad} }`).faults[0]?.why ?? '', /name\(number\) expected/);
  }
});

test('an SMIv2 object is read with type, units and index', () => {
  const module = clean(`
    IMPORTS enterprises, OBJECT-TYPE FROM SNMPv2-SMI DisplayString FROM SNMPv2-TC;
    acme OBJECT IDENTIFIER ::= { enterprises 4711 }
    acmeEntry OBJECT-TYPE SYNTAX AcmeEntry MAX-ACCESS not-accessible STATUS current
      DESCRIPTION "A row." INDEX { acmeSlot, IMPLIED acmeName } ::= { acme 1 }
    acmeTemperature OBJECT-TYPE SYNTAX Integer32 (-40..125) UNITS "degrees" MAX-ACCESS read-only
      STATUS current DESCRIPTION "x" DEFVAL { 20 } ::= { acmeEntry 3 }`);
  assert.deepEqual(names(module), ['acme', 'acmeEntry', 'acmeTemperature']);
  assert.equal(at(module, 'acme'), 'enterprises (4711)');
  assert.deepEqual(module.nodes[1]?.clauses?.index, [
    { name: 'acmeSlot', implied: false },
    { name: 'acmeName', implied: true },
  ]);
  assert.equal(module.nodes[2]?.clauses?.units, 'degrees');
  assert.equal(module.imports.get('DisplayString'), 'SNMPv2-TC');
});

test('a textual convention keeps hint, numbers and the one size', () => {
  const { types } = clean(`
    Mac ::= TEXTUAL-CONVENTION DISPLAY-HINT "1x:" STATUS current DESCRIPTION "x"
      REFERENCE "y" SYNTAX OCTET STRING (SIZE (6))
    State ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "x" SYNTAX INTEGER { up(1), down(-2) }
    Flags ::= TEXTUAL-CONVENTION STATUS current DESCRIPTION "x" SYNTAX BITS { a(0), b(1) }
    Name ::= OCTET STRING (SIZE (0..32))
    Old ::= [APPLICATION 1] IMPLICIT INTEGER (0..4294967295)`);
  assert.deepEqual(types.get('Mac'), { base: 'OCTET STRING', size: 6, of: 'value', hint: '1x:' });
  assert.deepEqual(types.get('State')?.numbers, [
    [1, 'up'],
    [-2, 'down'],
  ]);
  assert.equal(types.get('Flags')?.base, 'BITS');
  assert.equal(types.get('Name')?.size, -1);
  assert.equal(types.get('Old')?.base, 'INTEGER');
});

test('notifications of both versions are read with what they carry', () => {
  const { nodes } = clean(`
    acmeDown NOTIFICATION-TYPE OBJECTS { acmeSlot, acmeName } STATUS current
      DESCRIPTION "The card is down. It needs a technician." ::= { acmeTraps 0 1 }
    acmeUp TRAP-TYPE ENTERPRISE acme VARIABLES { acmeSlot } DESCRIPTION "Up again" ::= 7
    acmeOld TRAP-TYPE ENTERPRISE { acme } ::= 8`);
  assert.deepEqual(
    nodes.map(({ is }) => is),
    Array(3).fill('notification'),
  );
  assert.deepEqual(nodes[0]?.clauses?.objects, ['acmeSlot', 'acmeName']);
  assert.equal(nodes[0]?.clauses?.about, 'The card is down.');
  assert.equal(nodes[1]?.clauses?.about, 'Up again');
  assert.deepEqual(
    nodes[2]?.at.map(({ number }) => number),
    [-1, 0, 8],
  );
});

test('macros, groups, compliance and capabilities do not disturb', () => {
  const module = clean(`
    OBJECT-TYPE MACRO ::= BEGIN TYPE NOTATION ::= "SYNTAX" type(Type) VALUE NOTATION ::= value(V) END
    acmeMIB MODULE-IDENTITY LAST-UPDATED "9502231200Z" ORGANIZATION "A" CONTACT-INFO "c"
      DESCRIPTION "d" REVISION "200001010000Z" DESCRIPTION "r" ::= { enterprises 4711 }
    acmeGroup OBJECT-GROUP OBJECTS { a, b } STATUS current DESCRIPTION "g" ::= { acmeMIB 2 }
    acmeCompliance MODULE-COMPLIANCE STATUS current DESCRIPTION "c" MODULE -- this module
      MANDATORY-GROUPS { acmeGroup } OBJECT a SYNTAX INTEGER { up(1) } MIN-ACCESS read-only
      DESCRIPTION "w" GROUP acmeGroup DESCRIPTION "x" MODULE ::= { acmeMIB 3 }
    acmeAgent AGENT-CAPABILITIES PRODUCT-RELEASE "1" STATUS current DESCRIPTION "d"
      SUPPORTS IF-MIB INCLUDES { ifGroup } VARIATION ifMtu ACCESS read-only DESCRIPTION "v"
      ::= { acmeMIB 4 }
    AcmeEntry ::= SEQUENCE { a INTEGER { up(1) }, b OCTET STRING (SIZE (0..255)) }`);
  assert.deepEqual(names(module), ['acmeMIB', 'acmeGroup', 'acmeCompliance', 'acmeAgent']);
  assert.equal(module.updated, '199502231200Z');
});

test('a comment ends at the end of the line, or where a definition goes on', () => {
  const { nodes, types } = clean(
    `
    -- a head -- with dashes -- and more
    --------------------------------------
    State ::= INTEGER { up(1), -- it works -- down(2), -- it does not
      testing(3) --, gone(4)
    }
    a OBJECT IDENTIFIER ::= { acme 1 }-- glued
    -- b OBJECT IDENTIFIER ::= { acme 2 }
    c OBJECT IDENTIFIER ::= { acme -- odd -- 3 -- }`.replace('3 -- }', '3 }'),
  );
  assert.deepEqual(types.get('State')?.numbers, [
    [1, 'up'],
    [2, 'down'],
    [3, 'testing'],
  ]);
  assert.deepEqual(
    nodes.map(({ name }) => name),
    ['a', 'c'],
  );
});

test('what vendors write is forgiven', () => {
  const module = clean(`
    acme_under OBJECT IDENTIFIER ::= { iso org(3) dod(6) internet(1) private(4) 1 4711 }
    quoted OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory
      DESCRIPTION "says "quoted words" inside" ::= { acme_under 1 }
    missing ::= { acme_under 2 }
    noCommas OBJECT-TYPE SYNTAX INTEGER { a(1) b(2) 3com(3), } ACCESS read-only STATUS mandatory ::= { acme_under 3 }
    loose OBJECT-TYPE SYNTAX octet string SIZE (4) ACCESS read-only STATUS mandatory ::= { acme_under, 4 }
    old OBJECT-TYPE SYNTAX SEQUENCE OF Foo ACCESS not-accessible STATUS mandatory INDEX { INTEGER (1..9) } ::= { acme_under 5 }`);
  assert.equal(module.nodes.length, 6);
  assert.equal(at(module, 'loose'), 'acme_under (4)');
  assert.equal(module.nodes[4]?.clauses?.syntax?.base, 'OCTET STRING');
  assert.equal(module.nodes[4]?.clauses?.syntax?.size, 4);
  assert.deepEqual(
    module.nodes[3]?.clauses?.syntax?.numbers?.map(([, name]) => name),
    ['a', 'b', '3com'],
  );
  assert.deepEqual(module.nodes[5]?.clauses?.index, [{ name: 'INTEGER', implied: false }]);
});

test('a fault names its line and what was expected, and the rest is read', () => {
  const module = one(`a OBJECT IDENTIFIER ::= { acme 1 }
b OBJECT-TYPE SYNTAX INTEGER
c OBJECT IDENTIFIER ::= { acme }}
d OBJECT IDENTIFIER ::= acme 4
e OBJECT IDENTIFIER ::= { acme 5 }`);
  assert.deepEqual(names(module), ['a', 'c', 'e']);
  assert.deepEqual(
    module.faults.map(({ line, why }) => `${line}: ${why}`),
    [
      '4: ::= expected, b OBJECT-TYPE has none',
      '4: a definition expected, "}" found',
      '5: { parent number } expected',
    ],
  );
});

test('imports without their semicolon end where a definition begins', () => {
  const module = one(`IMPORTS OBJECT-TYPE, MODULE-IDENTITY FROM SNMPv2-SMI acme FROM ACME-SMI
    acmeMIB MODULE-IDENTITY LAST-UPDATED "200001010000Z" ::= { acme 1 }`);
  assert.deepEqual(names(module), ['acmeMIB']);
  assert.equal(module.imports.get('acme'), 'ACME-SMI');
  assert.match(module.faults[0]?.why ?? '', /; expected/);
});

test('several modules, prose, and a head spread over lines are found; a head in a comment is not', () => {
  const text = `Some licence, "with a quote.
-- OLD-MIB DEFINITIONS ::= BEGIN
FIRST-MIB { iso 3 } -- note
  -- more
  DEFINITIONS IMPLICIT TAGS ::=
BEGIN a OBJECT IDENTIFIER ::= { iso 3 } END
SECOND-MIB DEFINITIONS ::= BEGIN b OBJECT IDENTIFIER ::= { iso 4 }
THIRD-MIB DEFINITIONS ::= BEGIN c OBJECT IDENTIFIER ::= { iso 5 } END`;
  const modules = parseModules(text, 'x');
  assert.deepEqual(
    modules.map(({ name }) => name),
    ['FIRST-MIB', 'SECOND-MIB', 'THIRD-MIB'],
  );
  assert.deepEqual(
    modules.map(({ nodes }) => nodes.length),
    [1, 1, 1],
  );
  assert.match(modules[1]?.faults[0]?.why ?? '', /another module begins/);
  assert.deepEqual(parseModules('no module here', 'x'), []);
});

test('a module without a name has the one of its file; one that breaks off says so', () => {
  const [module] = parseModules(
    'DEFINITIONS ::= BEGIN a OBJECT IDENTIFIER ::= { iso 3 }',
    'f/acme-mib.txt',
  );
  assert.equal(module?.name, 'acme-mib');
  assert.equal(module?.nodes.length, 1);
  assert.deepEqual(
    module?.faults.map(({ why }) => why),
    ['the name of the module expected before DEFINITIONS', 'END expected, the file ends here'],
  );
});

test('lines that end in carriage returns alone are lines', () => {
  const [module] = parseModules(
    'A DEFINITIONS ::= BEGIN -- x\ra OBJECT IDENTIFIER ::= { b 1 }\rEND',
    'a',
  );
  assert.equal(module?.nodes.length, 1);
});

test('each limit holds, and one less is read', () => {
  const { oid_numbers_max, faults_per_module_max, named_numbers_max } = MIB_LIMITS;
  const oid = (count: number): string => `a OBJECT IDENTIFIER ::= { ${'1 '.repeat(count)} }`;
  assert.equal(one(oid(oid_numbers_max)).nodes.length, 1);
  assert.match(one(oid(oid_numbers_max + 1)).faults[0]?.why ?? '', /at most 128 numbers/);

  const faulty = one(
    'x\n'.repeat(faults_per_module_max + 5).replace(/x/g, 'x OBJECT IDENTIFIER ::= { }'),
  );
  assert.equal(faulty.faults.length, faults_per_module_max);
  assert.ok(faulty.faultsLeftOut >= 5);

  const words = (count: number): string =>
    `T ::= INTEGER { ${Array.from({ length: count }, (_, i) => `w${i}(${i})`).join(', ')} }`;
  assert.equal(clean(words(named_numbers_max)).types.get('T')?.numbers?.length, named_numbers_max);
  assert.match(one(words(named_numbers_max + 1)).faults[0]?.why ?? '', /at most 16384 named/);
});

test('definitions, modules and imports have a maximum too', () => {
  const { definitions_per_module_max, modules_per_file_max, imports_per_module_max } = MIB_LIMITS;
  const many = one('a OBJECT IDENTIFIER ::= { b 1 }\n'.repeat(definitions_per_module_max + 1));
  assert.equal(many.nodes.length, definitions_per_module_max);
  assert.match(many.faults[0]?.why ?? '', /at most 65536 definitions/);
  const modules = 'A DEFINITIONS ::= BEGIN END\n'.repeat(modules_per_file_max + 1);
  assert.equal(parseModules(modules, 'a').length, modules_per_file_max);
  const imports = Array.from({ length: imports_per_module_max + 9 }, (_, i) => `i${i} FROM M`);
  assert.equal(one(`IMPORTS ${imports.join(' ')};`).imports.size, imports_per_module_max);
});

test('time grows with the length of the text, whatever it is made of', () => {
  for (const piece of [
    '--',
    '"',
    "'",
    '{',
    '(',
    'a ',
    'a::=',
    '::=',
    'x OBJECT-TYPE ',
    'DEFINITIONS ',
    'a DEFINITIONS ::= BEGIN ',
    'IMPORTS a FROM ',
    '[',
    'SYNTAX INTEGER {',
    '-- --',
  ]) {
    const text = `A DEFINITIONS ::= BEGIN ${piece.repeat(400_000 / piece.length)}`;
    const began = performance.now();
    parseModules(text, 'a');
    assert.ok(performance.now() - began < 10_000, piece);
  }
});
