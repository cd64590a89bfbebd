import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killWhileNotifying } from './kill-notified.ts';

/** The long run is `node test/crash/kill-notified.ts --kills 200`. */
const KILLS = 4;

test(`${KILLS} times kill -9 while a webhook is told: no alert and no end is lost, none told under two keys`, async () => {
  const report = await killWhileNotifying(KILLS, 3);
  assert.ok(report.alerts > 0 && report.messages > 0, JSON.stringify(report));
  assert.deepEqual([report.lost, report.doubled, report.altered], [0, 0, 0]);
});
