import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guessAll, wordsIn } from './guess.ts';

/** Names side by side, and what becomes of each. */
function guessed(prefix: string, names: string): string[] {
  return guessAll(names.trim().split(/\s+/), prefix).map(
    ({ name, does, type, severity, text }) => `${name} ${does} ${type} ${severity} | ${text}`,
  );
}

test('names are cut into words where people would', () => {
  assert.deepEqual(wordsIn('hwBGPPeerDown'), ['hw', 'BGP', 'Peer', 'Down']);
  assert.deepEqual(wordsIn('if_state-changed.v2'), ['if', 'state', 'changed', 'v2']);
});

test('the two ends of one trouble are one alarm', () => {
  assert.deepEqual(guessed('', 'portDown portUp'), [
    'portDown raise port.down major | Port down',
    'portUp clear port.down major | Port up',
  ]);
  assert.deepEqual(guessed('hw', 'hwFanFail hwFanFailResume'), [
    'hwFanFail raise fan.failed major | Fan fail',
    'hwFanFailResume clear fan.failed major | Fan fail resume',
  ]);
  assert.deepEqual(guessed('', 'cardRemoved cardInserted'), [
    'cardRemoved raise card.removed major | Card removed',
    'cardInserted clear card.removed major | Card inserted',
  ]);
  assert.deepEqual(guessed('', 'rPDUOverload rPDUOverloadCleared'), [
    'rPDUOverload raise r.pdu.overload major | R PDU overload',
    'rPDUOverloadCleared clear r.pdu.overload major | R PDU overload cleared',
  ]);
});

test('an end that leaves out what was wrong belongs to the notification before it', () => {
  const [invalid, resume] = guessAll(['hwEntityInvalid', 'hwEntityResume'], 'hw');
  assert.deepEqual([invalid?.does, resume?.does], ['raise', 'clear']);
  assert.equal(resume?.type, invalid?.type);
  const [heart, fan] = guessAll(['hwHeartbeatLost', 'hwFanResume'], 'hw');
  assert.deepEqual([heart?.does, fan?.does], ['event', 'event']);
});

test('what has no end is an event, however bad; what is only over is worth little', () => {
  assert.deepEqual(guessed('', 'diskFailed linkUp configChanged cpuThreshold doorOpened'), [
    'diskFailed event disk.failed major | Disk failed',
    'linkUp event link.down indeterminate | Link up',
    'configChanged event config.changed indeterminate | Config changed',
    'cpuThreshold event cpu.threshold minor | Cpu threshold',
    'doorOpened event door.open major | Door opened',
  ]);
});

test('a word of severity in the name is the severity', () => {
  assert.deepEqual(
    guessAll(['aMajorAlarm', 'aMinorFault', 'aCriticalLoss', 'aWarningLost', 'aFatalStop'], '').map(
      ({ severity }) => severity,
    ),
    ['major', 'minor', 'critical', 'warning', 'critical'],
  );
});

test('a word in the middle is no end: on battery is not the end of off battery', () => {
  const [off, on] = guessAll(['upsOffBattery', 'upsOnBattery'], '');
  assert.deepEqual([off?.does, on?.does], ['event', 'event']);
});
