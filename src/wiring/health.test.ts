import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { manualClock } from '../../test/support/clock.ts';
import { silentLog } from '../base/log.ts';
import { Started } from '../base/started.ts';
import { Hearing } from '../desk/health/hearing.ts';
import { sourceFigures } from '../desk/source-figures.ts';
import { identify } from '../domain/alarm/event.ts';
import { keepHabits } from './health.ts';

test('who was heard is known after a restart, whatever else stands in the file', async (t) => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'tocsin-habits-'));
  t.after(() => rmSync(dataFolder, { recursive: true }));
  const clock = manualClock();
  const start = () => {
    const started = new Started(silentLog);
    const figures = sourceFigures(new Hearing(undefined, clock.now()));
    keepHabits(
      { figures, clock: { ...clock, drift: () => 0, follow: () => {} }, log: silentLog, started },
      dataFolder,
    );
    return { started, hearing: figures.hearing };
  };
  const first = start();
  const resource = 'core-1/xe-0/0/3';
  const id = identify(resource, 'link.down', '');
  const event = { kind: 'raise', id, resource, type: 'link.down', qualifier: '' } as const;
  first.hearing.heard('snmp', [{ ...event, text: '', labels: {} }], clock.now());
  await first.started.stop();
  const file = join(dataFolder, 'habits.jsonl');
  writeFileSync(file, `{half a line\n${readFileSync(file, 'utf8')}`);
  clock.pass(60_000);
  const { hearing } = start();
  hearing.expect('snmp');
  assert.equal(hearing.get('snmp')?.devices.get('core-1')?.at, clock.now() - 60_000);
  assert.equal(hearing.get('snmp')?.total.events, 1);
});
