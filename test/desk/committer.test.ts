import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BugError, DeskError } from '../../src/base/errors.ts';
import { apply } from '../../src/desk/apply.ts';
import {
  Committer,
  LANE_CHARS_MAX,
  LANE_CHARS_RESERVED,
  LANE_WEIGHT_MAX,
  WAITING_CHARS_MAX,
} from '../../src/desk/committer.ts';
import type { Entry } from '../../src/desk/entry.ts';
import { State } from '../../src/desk/state.ts';
import { APPENDS_IN_FLIGHT_MAX } from '../../src/ports/journal.ts';
import { manualClock } from '../support/clock.ts';
import { alert, openLife, turn } from '../support/desk.ts';
import { memoryJournal } from '../support/journal.ts';

/** As src/desk/committer.ts has them: a block is one fsync and one burst of applying. */
const BLOCK_CHARS_MAX = 4_000_000;
const BLOCK_WEIGHT_MAX = 4_000;
const PAUSE_AFTER_FAILURE_MS = 200;

/** Alarms for which a block does not wait: neither for the turn's end nor for the one before. */
const SECOND_WEIGHT_MIN = 64;

/**
 * Unless told otherwise, one block at a time, and the first entry goes at once: what gathers
 * behind it is then easy to see.
 */
function setUp(secondBlockWeightMin = Number.POSITIVE_INFINITY) {
  const clock = manualClock();
  const journal = memoryJournal({ pumped: true });
  const state = new State();
  const applied: number[] = [];
  const broken: unknown[] = [];
  const faults = { apply: undefined as Error | undefined };
  /** Tasks for the end of this turn; undefined: they are run at once. */
  const turns = { tasks: undefined as (() => void)[] | undefined };
  const committer = new Committer({
    journal,
    apply: (position, entry) => {
      if (faults.apply) throw faults.apply;
      applied.push(position);
      return apply(state, position, entry);
    },
    now: () => clock.now(),
    broken: (error) => broken.push(error),
    soon: (task) => (turns.tasks ? void turns.tasks.push(task) : task()),
    secondBlockWeightMin,
  });
  const entry = (events = 1): Entry => ({
    kind: 'events',
    at: clock.now(),
    source: 'test',
    events: Array.from({ length: events }, () => alert('web-1')),
  });
  return {
    clock,
    journal,
    committer,
    applied,
    broken,
    faults,
    turns,
    entry,
    /** Appends, and says later how it went: its position, or the code of the refusal. */
    add: (
      e: Entry = entry(),
      text?: string,
      lane?: string,
    ): { told: number | string | undefined } => {
      const one: { told: number | string | undefined } = { told: undefined };
      committer.append(e, text, lane).then(
        (draft) => {
          one.told = draft.now.position;
        },
        (error: DeskError) => {
          one.told = error.code;
        },
      );
      return one;
    },
    /** Ends the append in flight; what follows from it has followed. */
    commit: async () => {
      assert.ok(journal.pump(), 'nothing is being committed');
      await turn();
    },
    blocks: async () => {
      const counts: number[] = [];
      for await (const { count } of journal.read(1)) counts.push(count);
      return counts;
    },
  };
}

test('while one block is being committed, the next gathers', async () => {
  const { add, commit, journal, blocks } = setUp();
  const first = add();
  const rest = [add(), add(), add()];
  await commit();
  assert.deepEqual([first, ...rest].map(said), [1, undefined, undefined, undefined]);
  assert.ok(journal.waiting, 'the next block is under way without being asked for');
  await commit();
  assert.deepEqual(rest.map(said), [2, 3, 4]);
  assert.deepEqual(await blocks(), [1, 3]);
  assert.equal(journal.waiting, false);
});

test('small entries of one turn of the loop share a commit; a large one goes at once', async () => {
  const { add, commit, turns, journal, entry, blocks } = setUp(SECOND_WEIGHT_MIN);
  turns.tasks = [];
  const small = [add(), add(entry(SECOND_WEIGHT_MIN - 2))];
  assert.equal(journal.waiting, false, 'the turn is not over');
  assert.equal(turns.tasks.length, 1, 'asked for once');
  turns.tasks.splice(0)[0]?.();
  assert.equal(journal.waiting, true);
  await commit();
  assert.deepEqual(small.map(said), [1, 2]);
  const large = add(entry(SECOND_WEIGHT_MIN));
  assert.equal(journal.waiting, true);
  await commit();
  assert.equal(large.told, 3);
  assert.deepEqual(await blocks(), [2, 1]);
});

test('blocks worth their own fsync follow at once, at most so many; the next gathers', async () => {
  const { add, commit, entry, blocks } = setUp(SECOND_WEIGHT_MIN);
  const more = 3;
  const all = Array.from({ length: APPENDS_IN_FLIGHT_MAX + more }, () =>
    add(entry(SECOND_WEIGHT_MIN)),
  );
  while (all.some((one) => one.told === undefined)) await commit();
  assert.deepEqual(all.map(said), [1, 2, 3, 4, 5, 6, 7]);
  assert.deepEqual(await blocks(), [...Array(APPENDS_IN_FLIGHT_MAX).fill(1), more]);
});

test('little news gathers on while a block is being committed', async () => {
  const { add, commit, entry, blocks } = setUp(SECOND_WEIGHT_MIN);
  const all = [add(), add(entry(SECOND_WEIGHT_MIN - 2)), add()];
  await commit();
  while (all.some((one) => one.told === undefined)) await commit();
  assert.deepEqual(await blocks(), [1, 2]);
});

test('when a block fails, those behind it fail too, and their places are free again', async () => {
  const { add, journal, clock, entry, commit, applied } = setUp(SECOND_WEIGHT_MIN);
  const large = () => add(entry(SECOND_WEIGHT_MIN));
  const all = [add(), large(), large(), add()];
  journal.failNext('no space left');
  while (journal.pump()) await turn();
  assert.deepEqual(all.map(said), Array(4).fill('JOURNAL_DOWN'));
  assert.deepEqual(applied, []);
  clock.pass(PAUSE_AFTER_FAILURE_MS);
  const next = add();
  await commit();
  assert.equal(next.told, 1);
});

const said = (one: { readonly told: unknown }) => one.told;

test('success is told after the commit and the apply, and not before', async () => {
  const { add, commit, applied } = setUp();
  const one = add();
  await turn();
  assert.deepEqual([one.told, applied], [undefined, []]);
  await commit();
  assert.deepEqual([one.told, applied], [1, [1]]);
});

test('the next block is handed to the disk before this one is applied', async () => {
  const { add, journal, committer, faults } = setUp();
  add();
  add();
  let wasWaiting = false;
  Object.defineProperty(faults, 'apply', {
    get: () => {
      wasWaiting ||= journal.waiting;
      return undefined;
    },
  });
  journal.pump();
  await turn();
  assert.ok(wasWaiting);
  journal.pump();
  await committer.settled();
});

test('a block that fails refuses all that waits, applies nothing and leaves no gap', async () => {
  const { add, commit, journal, applied, committer, clock } = setUp();
  await done(add, commit);
  journal.failNext('no space left');
  const refused = [add(), add(), add()];
  await commit();
  assert.deepEqual(refused.map(said), ['JOURNAL_DOWN', 'JOURNAL_DOWN', 'JOURNAL_DOWN']);
  assert.deepEqual(applied, [1]);
  assert.equal(committer.down, 'no space left');
  assert.equal(committer.waiting, 0);

  clock.pass(PAUSE_AFTER_FAILURE_MS - 1);
  const early = add();
  await turn();
  assert.equal(early.told, 'JOURNAL_DOWN', 'refused at once, without asking the disk');
  assert.equal(journal.waiting, false);
  clock.pass(1);
  const late = add();
  await commit();
  assert.equal(late.told, 2, 'its place is the one that failed');
  assert.equal(committer.down, '');
});

async function done(add: () => { told: unknown }, commit: () => Promise<void>): Promise<void> {
  const one = add();
  await commit();
  assert.equal(one.told, 1);
}

test('a desk whose disk is full says so, keeps what it has, and recovers by itself', async () => {
  const { desk, journal, clock } = await openLife();
  await desk.receive('test', [alert('web-1')]);
  journal.setFull(true);
  const refused = await desk.receive('test', [alert('web-2')]);
  assert.equal(refused.ok, false);
  assert.match(refused.ok ? '' : refused.why, /the disk is full/);
  assert.equal(desk.figures().journalDown, 'the disk is full');
  assert.equal(desk.memory.count('alarms'), 1);
  journal.setFull(false);
  clock.pass(PAUSE_AFTER_FAILURE_MS);
  assert.equal((await desk.receive('test', [alert('web-2')])).ok, true);
  assert.equal(desk.figures().journalDown, '');
});

test('a block holds at most so many characters, and a longer entry goes alone', async () => {
  const { add, commit, blocks } = setUp();
  const half = BLOCK_CHARS_MAX / 2;
  const texts = [1, half, half, half, half + 1, BLOCK_CHARS_MAX + 1, 1];
  const all = texts.map((chars) => add(undefined, 'x'.repeat(chars)));
  while (all.some((one) => one.told === undefined)) await commit();
  assert.deepEqual(await blocks(), [1, 2, 1, 1, 1, 1]);
});

test('a block touches at most so many alarms, and a heavier entry goes alone', async () => {
  const { add, commit, entry, blocks } = setUp();
  const weights = [1, BLOCK_WEIGHT_MAX - 1, 1, BLOCK_WEIGHT_MAX, 1, BLOCK_WEIGHT_MAX + 1];
  const all = weights.map((weight) => add(entry(weight), 'x'));
  while (all.some((one) => one.told === undefined)) await commit();
  assert.deepEqual(await blocks(), [1, 2, 1, 1, 1]);
});

test('what an act, a renewal or an expiry weighs is the alarms it names', async () => {
  const { add, commit, entry, blocks, clock } = setUp();
  const { id } = alert('web-1');
  const until = clock.now();
  const alarms = Array.from({ length: BLOCK_WEIGHT_MAX }, () => ({ id, revision: 1, until }));
  const heavy: readonly Entry[] = [
    { kind: 'renewals', at: until, alarms },
    { kind: 'expiry', at: until, alarms },
    {
      kind: 'act',
      at: until,
      by: 'nora' as never,
      act: { verb: 'comment', on: alarms.map(() => ({ id })), note: 'x' },
    },
  ];
  const all = [add(), ...heavy.flatMap((e) => [add(e, 'x'), add(entry(), 'x')])];
  while (all.some((one) => one.told === undefined)) await commit();
  assert.deepEqual(await blocks(), [1, 1, 1, 1, 1, 1, 1]);
});

test('what waits has a maximum; at it all is taken, beyond it the desk is busy', async () => {
  const { add, journal, committer } = setUp();
  add(); // in flight: it waits no more
  const half = 'x'.repeat(WAITING_CHARS_MAX / 2);
  const taken = [add(undefined, half), add(undefined, half)];
  const over = add(undefined, 'x');
  await turn();
  assert.equal(over.told, 'BUSY');
  assert.deepEqual(taken.map(said), [undefined, undefined]);
  assert.equal(committer.waiting, 2);
  journal.failNext('enough of this test');
  journal.pump();
  await turn();
  assert.equal(committer.waiting, 0);
  assert.equal(committer.down, 'enough of this test');
});

test('behind the flood of one source another is stored with the second commit from now', async () => {
  const { add, commit, entry } = setUp();
  const flood = Array.from({ length: 90 }, () => add(entry(1_000), 'x', 'flood'));
  await commit();
  const other = add(entry(), 'x', 'quiet');
  await commit();
  await commit();
  assert.equal(typeof other.told, 'number');
  assert.ok(flood.filter((one) => one.told === undefined).length > 70);
});

test('each source has a budget; at it all is taken, beyond it this source alone is refused', async () => {
  const { add, entry } = setUp();
  add(); // in flight: it waits no more
  const full = [
    ...Array.from({ length: LANE_WEIGHT_MAX / 1_000 }, () => add(entry(1_000), 'x', 'many')),
    add(entry(), 'x'.repeat(LANE_CHARS_MAX - 1), 'long'),
    add(entry(), 'x', 'long'),
  ];
  const over = [add(entry(), 'x', 'many'), add(entry(), 'x', 'long')];
  const others = [add(entry(), 'x', 'other'), add()];
  await turn();
  assert.deepEqual(over.map(said), ['OVER_BUDGET', 'OVER_BUDGET']);
  assert.ok([...full, ...others].every((one) => one.told === undefined));
});

test('when others have used up what there is, a source still has what is reserved for it', async () => {
  const { add, entry } = setUp();
  add();
  const half = 'x'.repeat(LANE_CHARS_MAX);
  const full = [add(entry(), half, 'a'), add(entry(), half, 'b')];
  const reserved = add(entry(), 'x'.repeat(LANE_CHARS_RESERVED), 'c');
  const over = add(entry(), 'x', 'c');
  await turn();
  assert.deepEqual([...full, reserved, over].map(said), [undefined, undefined, undefined, 'BUSY']);
});

test('when an apply throws, it is told, and nothing more is taken or answered', async () => {
  const { add, commit, faults, broken, committer, clock } = setUp();
  faults.apply = new BugError('journal and fold have come apart');
  const one = add();
  await commit();
  assert.deepEqual(broken, [faults.apply]);
  assert.equal(one.told, undefined);
  faults.apply = undefined;
  clock.pass(3_600_000);
  const next = add();
  await turn();
  assert.equal(next.told, 'JOURNAL_DOWN');
  assert.match(committer.down, /a fault of the desk itself/);
});

test('settled is told when nothing waits and nothing is being committed', async () => {
  const { add, journal, committer } = setUp();
  await committer.settled();
  add();
  add();
  let settled = false;
  const waiting = committer.settled().then(() => {
    settled = true;
  });
  journal.pump();
  await turn();
  assert.equal(settled, false);
  journal.pump();
  await waiting;
});

test('of commit times only the newest 1,024 are kept', async () => {
  const { add, commit, committer } = setUp();
  for (let i = 0; i < 1_025; i++) {
    add();
    await commit();
  }
  assert.equal(committer.commitMs.length, 1_024);
  assert.equal(committer.blocks, 1_025);
  assert.equal(committer.entries, 1_025);
});

test('what the committer refuses is a failure of the world, with words for the sender', async () => {
  const { journal, committer, entry } = setUp();
  const appending = committer.append(entry());
  journal.failNext('no space left');
  journal.pump();
  await assert.rejects(appending, (error) => {
    assert.ok(error instanceof DeskError);
    assert.match(error.message, /no space left/);
    return true;
  });
});
