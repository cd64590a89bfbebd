import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../../base/time.ts';
import type { Episode, UserId } from './alarm.ts';
import type { ChangeKind } from './change.ts';
import { courseOf, type Turn } from './course.ts';
import type { Severity } from './severity.ts';
import { SILENT_WHY } from './step.ts';

const NORA = 'u_nora' as UserId;
const at = (n: number): Instant => n as Instant;

/** `1 raised 10 major`: episode, what, when, severity; then what a person said. */
function turn(words: string, by?: UserId, text = '', why = ''): Turn {
  const [episode = '1', what = 'raised', when = '0', severity = 'major'] = words.split(' ');
  return {
    episode: Number(episode) as Episode,
    what: what as ChangeKind,
    at: at(Number(when)),
    severity: severity as Severity,
    ...(by === undefined ? {} : { by }),
    text,
    why,
  };
}

const spans = (of: readonly { from: number; to: number | undefined }[]): string =>
  of.map(({ from, to }) => `${from}-${to ?? ''}`).join(' ');
const stays = (of: readonly { from: number; to: number | undefined; severity: string }[]): string =>
  of.map(({ from, to, severity }) => `${from}-${to ?? ''} ${severity}`).join(', ');

test('an episode lasts from its raise to its clear, in stays of one severity each', () => {
  const { episodes } = courseOf([
    turn('1 raised 10 minor'),
    turn('1 severity 20 critical'),
    turn('1 severity 30 major'),
    turn('1 cleared 50 major'),
    turn('7 raised 60 warning'),
  ]);
  assert.equal(episodes.length, 2);
  const [first, second] = episodes;
  assert.ok(first && second);
  assert.equal(stays(first.stays), '10-20 minor, 20-30 critical, 30-50 major');
  assert.deepEqual([first.worst, first.end, first.isWhole], ['critical', 'cleared', true]);
  assert.equal(stays(second.stays), '60- warning');
  assert.deepEqual([second.to, second.end], [undefined, 'lasts']);
});

test('a source that went silent leaves the time after it unverified, until it confirms', () => {
  const silent = turn('1 cleared 50', undefined, '', SILENT_WHY);
  const [gone] = courseOf([turn('1 raised 10'), silent]).episodes;
  assert.deepEqual([gone?.end, gone?.verifiedAt], ['unverified', undefined]);
  const [sure] = courseOf([turn('1 raised 10'), silent, turn('1 cleared 70')]).episodes;
  assert.deepEqual([sure?.to, sure?.end, sure?.verifiedAt], [50, 'unverified', 70]);
});

test('raised anew after a close, the episode before ends where the next begins', () => {
  const [first, second] = courseOf([
    turn('1 raised 10'),
    turn('1 closed 20', NORA, 'replaced the optic'),
    turn('4 raised 40'),
  ]).episodes;
  assert.deepEqual([first?.to, first?.end], [40, 'raised anew']);
  assert.equal(spans(first?.held ?? []), '20-40');
  assert.deepEqual(first?.holders, [NORA]);
  assert.deepEqual(first?.said, [{ at: 20, by: NORA, what: 'closed', text: 'replaced the optic' }]);
  assert.equal(second?.end, 'lasts');
});

test('it is held from the acknowledgement until it is given back, or over', () => {
  const [one] = courseOf([
    turn('1 raised 10'),
    turn('1 acknowledged 15', NORA),
    turn('1 acknowledged 17', NORA),
    turn('1 unacknowledged 20', NORA),
    turn('1 acknowledged 30', NORA),
    turn('1 cleared 50'),
  ]).episodes;
  assert.equal(spans(one?.held ?? []), '15-20 30-50');
});

test('hidden is one stretch while anything hides it, also from before the lines begin', () => {
  const { hidden } = courseOf([
    turn('1 unshelved 5', NORA),
    turn('1 raised 10'),
    turn('1 suppressed 20', NORA),
    turn('1 shelved 25', NORA),
    turn('1 unsuppressed 30', NORA),
    turn('1 unshelved 40', NORA),
    turn('1 suppressed 50', NORA),
  ]);
  assert.equal(spans(hidden), '0-5 20-40 50-');
});

test('without its raise an episode begins at the first thing known of it', () => {
  const [one] = courseOf([turn('3 severity 30 major'), turn('3 cleared 40')]).episodes;
  assert.deepEqual([one?.from, one?.to, one?.isWhole], [30, 40, false]);
});

test('times of sources may go back: episodes and stays never overlap', () => {
  const { episodes } = courseOf([
    turn('1 raised 10 minor'),
    turn('1 cleared 50 minor'),
    turn('2 raised 30 major'),
    turn('2 severity 20 critical'),
    turn('2 cleared 90 critical'),
  ]);
  assert.equal(spans(episodes), '10-50 50-90');
  assert.equal(stays(episodes[1]?.stays ?? []), '50-90 critical');
});

test('no lines, no course', () => {
  assert.deepEqual(courseOf([]), { episodes: [], hidden: [] });
});
