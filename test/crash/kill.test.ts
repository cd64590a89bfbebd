import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killAgainAndAgain } from './kill.ts';

/** The long run is `node test/crash/kill.ts --kills 200`. */
const KILLS = 5;

test(`${KILLS} times kill -9 under load: nothing answered is lost, doubled or half there`, async () => {
  const report = await killAgainAndAgain(KILLS, 7);
  assert.ok(report.answered > 0 && report.acknowledgements >= 0, JSON.stringify(report));
  assert.deepEqual([report.lost, report.doubled, report.halves], [0, 0, 0]);
});
