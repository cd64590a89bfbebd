import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seconds } from '../../base/time.ts';
import { TableReader } from './read-table.ts';

const OBJECTS = `
under 1.3.6.1.4.1.99999
object  1.1  doorState     words closed 5=open ajar
object  1.2  doorName      quiet bare
object  1.3  doorSeverity
object  1.4  doorReason
part    door  door  index doorState,doorName as number.name
scale   doorState     closed=clear open,ajar=major
scale   doorSeverity  1=critical else=minor
limit   load  doorSeverity doorState
value   doorReason  0.7  door.forced  critical  Door forced
value   doorReason  *    door.alarm   minor     Door alarm
`;

const read = (lines: string): TableReader => {
  const reader = new TableReader();
  reader.read(OBJECTS + lines);
  return reader;
};

test('a line of a table says all there is to know about a notification', () => {
  const { traps, faults, columns } = read(`
# a remark
0.1               doorOpened   raise       door      major                   door    Door open
0.2               doorClosed   clear       door      -                       door    Door closed
.1.3.6.1.4.1.9.1  doorChanged  state       door      doorState/doorSeverity  device  Door
0.4               doorAjar     raise/180s  door      doorSeverity            door    Door ajar
0.5               doorReasons  raise       =doorReason  -                    door    -
0.6               doorEnded    clear       @doorReason  -                    door    -
`);
  assert.deepEqual(faults, []);
  assert.deepEqual(columns.get('1.3.6.1.4.1.99999.1.1')?.words, {
    1: 'closed',
    5: 'open',
    6: 'ajar',
  });
  const [opened, closed, changed, ajar, reasons, ended] = traps;
  assert.deepEqual(opened, {
    oid: '1.3.6.1.4.1.99999.0.1',
    name: 'doorOpened',
    does: 'raise',
    type: 'door',
    severity: 'major',
    howBad: undefined,
    limit: undefined,
    lease: undefined,
    part: {
      is: 'index',
      prefix: 'door',
      columns: ['doorState', 'doorName'],
      pieces: ['number', 'name'],
    },
    text: 'Door open',
  });
  assert.equal(closed?.severity, undefined);
  assert.equal(changed?.oid, '1.3.6.1.4.1.9.1');
  assert.equal(changed?.howBad?.column, 'doorSeverity');
  assert.equal(ajar?.lease, seconds(180));
  assert.ok(typeof reasons?.type === 'object' && 'of' in reasons.type);
  assert.deepEqual(ended?.type, { named: 'doorReason' });
  assert.ok(reasons.type.of.has('1.3.6.1.4.1.99999.0.7'));
});

test('a line that cannot be read says which, and what was expected', () => {
  const table: readonly (readonly [string, string])[] = [
    ['object 1.x a', 'an OID expected, "1.x" found'],
    ['object 1.1 again', 'an object not named above expected, "1.1" found'],
    ['object 1.9 a loud', 'quiet, bare, address, hex, model, bits expected, "loud" found'],
    ['part door door index doorState', 'a part not named above expected, "door" found'],
    ['part gate gate index gateState', 'the name of an object above expected, "gateState" found'],
    ['part gate gate row doorState', 'index or value and objects expected, "row" found'],
    ['scale doorName 1=clear', 'x'],
    ['scale doorState closed=clear', 'one scale for each object expected, "doorState" found'],
    ['0.1 a raise door loud door Text', 'a severity, or an object with a scale expected'],
    ['0.1 a shout door major door Text', 'raise, clear, state, limit/… or event expected'],
    ['0.1 a raise door major gate Text', 'the name of a part above expected, "gate" found'],
    ['0.1 a raise door major door', 'a text expected, nothing found'],
    ['0.1 a state door major door Text', 'an object with a scale expected, "major" found'],
    ['0.1 a limit/x door major door Text', 'a limit above expected, "x" found'],
    ['0.1 a raise =doorName - door -', 'an object with values above expected, "doorName" found'],
    ['value doorReason 9 door loud Text', 'a severity expected, "loud" found'],
  ];
  for (const [line, why] of table) {
    const { faults } = read(line);
    if (why === 'x') assert.deepEqual(faults, [], line);
    else assert.ok(faults[0]?.why.startsWith(why), `${line}: ${JSON.stringify(faults)}`);
  }
  assert.equal(
    read('\n\nscale doorState open=loud').faults[0]?.line,
    OBJECTS.split('\n').length + 2,
  );
});
