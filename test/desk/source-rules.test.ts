import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import type { Desk } from '../../src/desk/desk.ts';
import { SEEN_LIMITS } from '../../src/desk/seen-inputs.ts';
import { SelfWatch } from '../../src/desk/self-watch.ts';
import { sourceFigures } from '../../src/desk/source-figures.ts';
import { openSourceRules } from '../../src/desk/source-rules.ts';
import { RULES_LIMITS } from '../../src/desk/verbs/source-rules.ts';
import { UNREAD_LIMITS } from '../../src/desk/verbs/unread.ts';
import { textsOf } from '../../src/desk/views/source-rules.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { Received } from '../../src/ports/source.ts';
import { openLife } from '../support/desk.ts';
import { saidOf } from '../support/refusals.ts';
import { WORDS, words } from '../support/words-source.ts';

const NORA = 'nora' as UserId;
const NAME = WORDS;

type Life = Parameters<typeof openLife>[0];

async function setUp(remains?: Life) {
  const life = await openLife(remains);
  const { desk, clock } = life;
  const figures = sourceFigures();
  const book = openSourceRules({ desk, figures, clock });
  book.add(words);
  const input = (body: string): Received => ({
    body: Buffer.from(body),
    at: clock.now(),
    from: '192.0.2.1',
    contentType: 'text/plain',
  });
  return {
    ...life,
    book,
    figures,
    input,
    keep: (body: string, once?: string) => book.keep(NAME, input(body), 'no such word', once),
    save: (text: string, basedOn?: string) =>
      desk.act(NORA, {
        ...{ verb: 'source.rules', source: NAME, text, why: 'it came' },
        ...(basedOn === undefined ? {} : { basedOn }),
      }),
    read: () => book.readAnew(NAME, NORA),
    bodies: () => book.unread(NAME).map((row) => row.input.body),
  };
}

const alarms = (desk: Desk): string[] =>
  [...desk.memory.all('alarms')]
    .filter((a) => a.source !== 'desk')
    .map((a) => `${a.resource} ${a.condition.is} ${a.episodes}`);

test('what nobody understood survives the power, is read anew in order, and raises once', async () => {
  const first = await setUp();
  await first.keep('down r1');
  first.clock.pass(1_000);
  await first.keep('down r2');
  first.clock.pass(1_000);
  await first.keep('up r1');
  const second = await setUp(first.crash(60_000));
  assert.deepEqual(second.bodies(), ['down r1', 'down r2', 'up r1']);
  assert.deepEqual(await second.read(), { read: 0, events: 0, left: 3, stopped: '' });
  await second.save('down up');
  assert.deepEqual(await second.read(), { read: 3, events: 3, left: 0, stopped: '' });
  assert.deepEqual(alarms(second.desk), ['r1 cleared 1', 'r2 raised 1']);
  assert.deepEqual(second.bodies(), []);
  assert.deepEqual((await second.read()).read, 0);
  assert.equal(second.figures.get(NAME)?.events, 3);
});

test('a desk that dies before it took them out reads them again, and nothing happens twice', async () => {
  const first = await setUp();
  await first.save('down');
  await first.keep('down r1');
  const { memory } = first.desk;
  const refusing = {
    memory,
    receive: (...given) => first.desk.receive(...given),
    act: () => Promise.reject(new Error('the power went')),
    watch: () => () => {},
  } as Pick<Desk, 'memory' | 'receive' | 'act' | 'watch'> as Desk;
  const book = openSourceRules({ desk: refusing, figures: first.figures, clock: first.clock });
  book.add(words);
  await assert.rejects(book.readAnew(NAME, NORA), /the power went/);
  assert.deepEqual(alarms(first.desk), ['r1 raised 1']);
  const second = await setUp(first.crash(1_000));
  assert.equal((await second.read()).read, 1);
  const [alarm] = second.desk.memory.all('alarms');
  assert.equal(alarm?.occurrences, 1);
  assert.deepEqual(second.bodies(), []);
});

test('an old raise that is read anew does not undo what the desk heard since', async () => {
  const { keep, save, read, clock, desk, book, input } = await setUp();
  await keep('down r1');
  clock.pass(60_000);
  await save('down up');
  const { events } = book.translate(NAME, input('up r1'), book.text(NAME));
  await desk.receive(NAME, events);
  clock.pass(60_000);
  assert.equal((await read()).read, 1);
  assert.deepEqual(alarms(desk), ['r1 cleared 1']);
});

test('what is understood in part leaves the rest in its place', async () => {
  const { keep, save, read, bodies, desk } = await setUp();
  await keep('down r1\nodd r2');
  await keep('odd r3');
  await save('down');
  assert.deepEqual(await read(), { read: 1, events: 1, left: 2, stopped: '' });
  assert.deepEqual(bodies(), ['odd r2', 'odd r3']);
  assert.deepEqual(alarms(desk), ['r1 raised 1']);
});

test('what comes again moves to the end and is counted: the last word stays the last', async () => {
  const { keep, book, bodies, save, read, desk } = await setUp();
  await keep('down r1');
  await keep('up r1');
  await keep('down r1');
  assert.deepEqual(bodies(), ['up r1', 'down r1']);
  assert.deepEqual(
    book.unread(NAME).map((row) => row.count),
    [1, 2],
  );
  await save('down up');
  await read();
  assert.deepEqual(alarms(desk), ['r1 raised 1']);
});

test('an input that came again while it was read anew stays in the queue', async () => {
  const { keep, book, desk, bodies } = await setUp();
  await keep('down r1');
  const [row] = book.unread(NAME);
  assert.ok(row);
  await keep('down r1');
  const inputs = [{ id: row.id, position: row.position }];
  const act = { verb: 'source.unread', source: NAME, inputs, how: 'read', why: '' } as const;
  assert.equal((await desk.act(NORA, act)).made, '0');
  assert.deepEqual(bodies(), ['down r1']);
});

test('the same input under one key is kept once', async () => {
  const { keep, book } = await setUp();
  assert.deepEqual(await keep('odd', 'k1'), { ok: true, position: 2 });
  await keep('odd', 'k1');
  assert.equal(book.unread(NAME)[0]?.count, 1);
});

test('at the bound nothing makes room: the next is refused, and taken once there is room', async () => {
  const { keep, book, desk } = await setUp();
  for (let i = 0; i < UNREAD_LIMITS.inputs_max; i++) assert.ok((await keep(`odd ${i}`)).ok);
  const refused = await keep('odd too', 'k1');
  assert.match(refused.ok ? '' : refused.why, /1000 inputs of words wait already/);
  assert.ok((await keep('odd 5')).ok, 'a repeat needs no room');
  const [row] = book.unread(NAME);
  assert.ok(row);
  const inputs = [{ id: row.id, position: row.position }];
  const act = { verb: 'source.unread', source: NAME, inputs, how: 'dropped' } as const;
  await assert.rejects(desk.act(NORA, { ...act, why: ' ' }), /needs a reason/);
  await desk.act(NORA, { ...act, why: 'a test of ours' });
  assert.ok((await keep('odd too', 'k1')).ok, 'under the same key');
});

test('the queue has a maximum in characters as well', async () => {
  const { keep } = await setUp();
  assert.ok((await keep('x'.repeat(UNREAD_LIMITS.chars_max))).ok);
  assert.equal((await keep('y')).ok, false);
});

test('how many wait is an alarm of the desk, until none do', async () => {
  const { keep, desk, clock, save, read } = await setUp();
  const watch = new SelfWatch(desk, clock, () => ({
    ...{ sources: [], diskFreeBytes: undefined, driftMs: 0 },
  }));
  const told = () => [...desk.memory.all('alarms')].find((a) => a.type === 'desk.unread');
  await watch.look();
  assert.equal(told(), undefined);
  await keep('down r1');
  await watch.look();
  assert.match(told()?.text ?? '', /^1 input of words could not be understood/);
  await keep('down r2');
  await watch.look();
  assert.match(told()?.text ?? '', /^2 inputs of words/);
  assert.equal(told()?.severity, 'major');
  await save('down');
  await read();
  await watch.look();
  assert.equal(told()?.condition.is, 'cleared');
});

test('a saved text holds at once, and the one who follows is told of each change', async () => {
  const { book, save } = await setUp();
  const heard: string[] = [];
  const end = book.onText(NAME, (text) => heard.push(text));
  assert.equal(book.text(NAME), '');
  await save('down');
  assert.equal(book.text(NAME), 'down');
  await save('down');
  await save('up');
  end();
  await save('down up');
  assert.deepEqual(heard, ['down', 'up']);
});

test('a text made from another one than holds is refused', async () => {
  const { save, desk } = await setUp();
  const { made } = await save('down', '');
  assert.match(
    saidOf((await save('up', '')).refused),
    /is saved now; your text was made from none/,
  );
  assert.equal((await save('up', made)).refused, undefined);
  assert.equal(textsOf(desk.memory, NAME).length, 2);
});

test('the last texts of a source are kept, the oldest makes room', async () => {
  const { save, desk } = await setUp();
  for (let i = 0; i <= RULES_LIMITS.texts_max; i++) await save(`down ${i}`);
  const texts = textsOf(desk.memory, NAME);
  assert.equal(texts.length, RULES_LIMITS.texts_max);
  assert.equal(texts[0]?.text, `down ${RULES_LIMITS.texts_max}`);
  assert.equal(texts.at(-1)?.text, 'down 1');
});

test('a text has a maximum and every save a reason', async () => {
  const { save, desk } = await setUp();
  await save('x'.repeat(RULES_LIMITS.text_chars_max));
  await assert.rejects(save('x'.repeat(RULES_LIMITS.text_chars_max + 1)), /`text`/);
  const act = { verb: 'source.rules', source: NAME, text: 'down', why: '' } as const;
  await assert.rejects(desk.act(NORA, act), /needs a reason/);
});

test('a saved text that this program cannot use is as none', async () => {
  const { save, book, input } = await setUp();
  await save('down!');
  assert.equal(book.translate(NAME, input('down r1'), book.text(NAME)).events.length, 0);
  assert.deepEqual(book.check(NAME, 'down!'), [{ line: 1, column: 1, why: 'no shouting' }]);
});

test('bytes that are no text come back as they were', async () => {
  const { book, input } = await setUp();
  const body = Uint8Array.from([0xef, 0xbb, 0xbf, 0xff, 0]);
  await book.keep(NAME, { ...input(''), body }, 'bytes');
  const [row] = book.unread(NAME);
  assert.equal(row?.input.base64, true);
  assert.deepEqual(Buffer.from(row?.input.body ?? '', 'base64'), Buffer.from(body));
});

test('of what arrives the last different ones are kept in memory, a few a second', async () => {
  const { book, input, clock } = await setUp();
  for (let i = 0; i < 100; i++) book.note(NAME, input(`line ${i}`));
  assert.equal(book.seen(NAME).length, SEEN_LIMITS.per_second_max);
  for (let i = 0; i < 200; i++) {
    clock.pass(1_000);
    book.note(NAME, input(`second ${i % 70}`));
  }
  const seen = book.seen(NAME);
  assert.equal(seen.length, SEEN_LIMITS.inputs_max);
  assert.equal(seen[0]?.input.body, `second ${199 % 70}`);
  assert.equal(new Set(seen.map((one) => one.input.body)).size, SEEN_LIMITS.inputs_max);
  clock.pass(1_000);
  book.note(NAME, input('x'.repeat(SEEN_LIMITS.body_bytes_max + 1)));
  assert.notEqual(book.seen(NAME)[0]?.input.body[0], 'x');
  for (let i = 0; i < 20; i++) {
    clock.pass(1_000);
    book.note(NAME, input(String(i).padEnd(SEEN_LIMITS.body_bytes_max, '.')));
  }
  const chars = book.seen(NAME).reduce((sum, one) => sum + one.input.body.length, 0);
  assert.ok(chars <= SEEN_LIMITS.chars_max && chars > SEEN_LIMITS.chars_max / 2, `${chars}`);
  assert.ok((book.seen(NAME)[0]?.at ?? 0) <= (clock.now() as Instant));
});
