import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hours, type Instant, minutes } from '../../base/time.ts';
import type { Episode } from '../../domain/alarm/alarm.ts';
import type { ChangeKind } from '../../domain/alarm/change.ts';
import { courseOf, type Turn } from '../../domain/alarm/course.ts';
import type { Severity } from '../../domain/alarm/severity.ts';
import { SILENT_WHY } from '../../domain/alarm/step.ts';
import { rangeNamed, STRIP_CELLS, stripOf } from './strip.ts';

/** 24 h end here; a cell is four minutes. */
const NOW = 1_772_323_200_000 as Instant;
const ago = (m: number): Instant => (NOW - minutes(m)) as Instant;

function turn(episode: number, what: ChangeKind, m: number, severity: Severity = 'major'): Turn {
  return { episode: episode as Episode, what, at: ago(m), severity, text: '', why: '' };
}

const day = (turns: readonly Turn[], isCut = false) => stripOf(courseOf(turns), '24h', NOW, isCut);

test('a stay is a block of its length, and what lasts reaches to the end', () => {
  const { blocks, raised, worst, episodes } = day([
    turn(1, 'raised', 400, 'minor'),
    turn(1, 'severity', 200, 'critical'),
  ]);
  assert.deepEqual(
    blocks.map(({ cell, cells, severity, to }) => [cell, cells, severity, to]),
    [
      [260, 50, 'minor', ago(200)],
      [310, 50, 'critical', undefined],
    ],
  );
  assert.deepEqual([raised, worst, episodes], [minutes(400), 'critical', 1]);
});

test('what began before the strip is told with its true beginning', () => {
  const { blocks, raised } = day([turn(1, 'raised', 3_000), turn(1, 'cleared', 1_400)]);
  assert.deepEqual(
    blocks.map(({ cell, cells, from }) => [cell, cells, from]),
    [[0, 10, ago(3_000)]],
  );
  assert.equal(raised, minutes(40));
});

test('however short, a stay is seen; of several in one cell the worst, and how many', () => {
  const { blocks, rows } = day([
    turn(1, 'raised', 102.5, 'warning'),
    turn(1, 'cleared', 102.4, 'warning'),
    turn(3, 'raised', 102, 'critical'),
    turn(3, 'cleared', 101.9, 'critical'),
    turn(5, 'raised', 101, 'minor'),
    turn(5, 'cleared', 100.5, 'minor'),
  ]);
  assert.deepEqual(
    blocks.map(({ cells, severity, stays, episode }) => [cells, severity, stays, episode]),
    [[1, 'critical', 3, 5]],
  );
  assert.deepEqual(
    rows.map(({ episode }) => episode),
    [5, 3, 1],
  );
});

test('ten thousand turns are at most as many blocks as there are cells', () => {
  const turns: Turn[] = [];
  for (let n = 10_000; n > 0; n -= 2) {
    turns.push(turn(20_000 - n, 'raised', n / 8, n % 3 === 0 ? 'critical' : 'minor'));
    turns.push(turn(20_000 - n, 'cleared', (n - 1) / 8));
  }
  const { blocks, rows, rowsLeft, episodes } = day(turns);
  assert.ok(blocks.length <= STRIP_CELLS, String(blocks.length));
  assert.deepEqual([rows.length, rowsLeft, episodes], [100, 4_900, 5_000]);
});

test('what is not known is marked: a silent source, and the time before history', () => {
  const gone: Turn = { ...turn(1, 'cleared', 800), why: SILENT_WHY };
  const strip = day([turn(1, 'raised', 1_000), gone, turn(4, 'raised', 400)]);
  assert.deepEqual(
    strip.unverified.map(({ from, to }) => [from, to]),
    [[ago(800), ago(400)]],
  );
  assert.deepEqual(strip.unknown, []);
  const cut = day([turn(1, 'raised', 1_000)], true);
  assert.deepEqual(
    cut.unknown.map(({ cell, cells, to }) => [cell, cells, to]),
    [[0, 110, ago(1_000)]],
  );
});

test('who had it and what hid it have lanes of their own; what touches is one run', () => {
  const { held, hidden } = day([
    turn(1, 'raised', 1_000),
    turn(1, 'acknowledged', 900),
    turn(1, 'unacknowledged', 802),
    turn(1, 'acknowledged', 801),
    turn(1, 'shelved', 700),
    turn(1, 'unshelved', 600),
  ]);
  assert.deepEqual(
    held.map(({ from, to }) => [from, to]),
    [[ago(900), undefined]],
  );
  assert.deepEqual(
    hidden.map(({ cell, cells }) => [cell, cells]),
    [[185, 25]],
  );
});

test('nothing known is an empty strip; a range that is none is 24 h', () => {
  const strip = day([]);
  assert.deepEqual(
    [strip.blocks, strip.worst, strip.raised, strip.episodes],
    [[], undefined, 0, 0],
  );
  assert.equal(strip.to - strip.from, hours(24));
  assert.equal(rangeNamed('90d'), '90d');
  assert.equal(rangeNamed('9y'), '24h');
});
