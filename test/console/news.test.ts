import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { readingNow } from '../../src/desk/views/reading.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { NEWS_LIMITS, openNews } from '../../src/http/live-news.ts';
import { HereReader } from '../../src/http/reader.ts';
import { foldDesk, inMinutes, NORA, says } from './desk.ts';

interface Told {
  readonly event: string;
  readonly data: {
    readonly watch: string;
    readonly count: number;
    readonly more: boolean;
    readonly worst: string;
    readonly says: string;
    readonly watches?: readonly string[];
  };
}

/** A stream that keeps what is written to it. */
function stream() {
  const told: Told[] = [];
  const response = Object.assign(new EventEmitter(), {
    writableLength: 0,
    write: (bytes: Buffer) => {
      const [, event = '', data = '{}'] = /event: (\w+)\ndata: (.*)/.exec(String(bytes)) ?? [];
      told.push({ event, data: JSON.parse(data) });
    },
  }) as unknown as ServerResponse;
  const take = () => told.splice(0, Infinity);
  return { response, reader: new HereReader(response), take };
}

function open(...watch: readonly string[]) {
  const desk = foldDesk();
  const read = readingNow(desk, (login) => (login === 'nora' ? NORA : undefined));
  const news = openNews({ desk, clock: desk.clock, readingNow: read });
  const { response, reader, take } = stream();
  news.add(watch, reader);
  const passes = (ms: number) => desk.clock.pass(ms);
  return { desk, news, response, take, passes };
}

test('what newly waits at or above a severity is told once, with how many and the worst', () => {
  const { desk, take, passes } = open('major?');
  desk.tell(says('a', 'x', { severity: 'minor' }), says('b', 'x', { severity: 'major' }));
  desk.tell(says('c', 'x', { severity: 'critical', text: 'gone' }));
  passes(NEWS_LIMITS.gather_ms);
  const [told, ...none] = take();
  assert.deepEqual(none, []);
  assert.deepEqual([told?.event, told?.data.count, told?.data.worst], ['news', 2, 'critical']);
  assert.equal(told?.data.says, 'c: gone');
  desk.tell(says('c', 'x', { severity: 'critical', text: 'gone for good' }));
  passes(5_000);
  assert.deepEqual(take(), [], 'a change of what waits already is no news');
});

test('a storm is one telling a second', () => {
  const { desk, take, passes } = open('minor?');
  for (let n = 0; n < 30; n++) {
    desk.tell(says(`r-${n}`, 'x'));
    passes(100);
  }
  const counts = take().map(({ data }) => data.count);
  assert.ok(counts.length <= 4, `${counts}`);
  passes(NEWS_LIMITS.gap_ms);
  assert.equal(
    [...counts, ...take().map(({ data }) => data.count)].reduce((a, b) => a + b),
    30,
  );
});

test('only the chosen view is told of, and what is acknowledged waits for nobody', async () => {
  const { desk, take, passes } = open('minor?q=site%3D"nbg"', 'critical?severity=critical');
  desk.tell(says('a', 'x', { severity: 'minor', labels: { site: 'nbg' } }));
  desk.tell(says('b', 'x', { severity: 'minor', labels: { site: 'fra' } }));
  passes(2_000);
  assert.deepEqual(
    take().map(({ data }) => data.says),
    ['a: x on a'],
  );
  const a = [...desk.memory.all('alarms')].find(({ resource }) => resource === 'a');
  assert.ok(a);
  await desk.act(NORA, { verb: 'acknowledge', on: [{ id: a.id }], note: '' });
  passes(2_000);
  assert.deepEqual(take(), []);
  await desk.act(NORA, { verb: 'unacknowledge', on: [{ id: a.id }], note: '' });
  passes(2_000);
  assert.equal(take().length, 1, 'handed back: it waits anew');
});

test('an alarm that grows worse than the mark is news', () => {
  const { desk, take, passes } = open('critical?');
  desk.tell(says('a', 'x', { severity: 'minor' }));
  passes(2_000);
  assert.deepEqual(take(), []);
  desk.tell(says('a', 'x', { severity: 'critical' }));
  passes(2_000);
  assert.equal(take()[0]?.data.count, 1);
});

test('beyond what is looked at in a second it says that there are more', () => {
  const { desk, take, passes } = open('minor?');
  const all = (n: number) => Array.from({ length: n }, (_, i) => says(`r-${n}-${i}`, 'x'));
  desk.tell(...all(NEWS_LIMITS.looked_max));
  passes(NEWS_LIMITS.gap_ms);
  const [full] = take();
  assert.deepEqual([full?.data.count, full?.data.more], [NEWS_LIMITS.looked_max, false]);
  desk.tell(...all(NEWS_LIMITS.looked_max + 1));
  passes(NEWS_LIMITS.gap_ms);
  const [over] = take();
  assert.deepEqual([over?.data.count, over?.data.more], [NEWS_LIMITS.looked_max, true]);
});

test('what cannot be told is named: too many views, too long, not a view', () => {
  const many = Array.from({ length: NEWS_LIMITS.per_stream_max + 1 }, (_, n) => `minor?q=w${n}`);
  assert.deepEqual(open(...many).take()[0]?.data.watches, [
    `minor?q=w${NEWS_LIMITS.per_stream_max}`,
  ]);
  const long = `minor?q=${'x'.repeat(NEWS_LIMITS.text_chars_max)}`;
  assert.deepEqual(open(long).take()[0]?.data.watches, [long]);
  assert.deepEqual(open('loud?', 'minor?q=a%3D"').take()[0]?.data.watches, [
    'loud?',
    'minor?q=a%3D"',
  ]);
});

test('a view is told of as its list shows it: what is muted is no news of what is not', async () => {
  const { desk, take, passes } = open('minor?q=@muted=""', 'minor?q=@muted="silenced"');
  await desk.act(NORA, {
    ...{ verb: 'silence.set', newId: 's1' as SilenceId, createdBy: 'nora', comment: 'x' },
    matchers: [{ name: 'site', op: '=', value: 'nbg' }],
    ...{ startsAt: desk.clock.now(), endsAt: inMinutes(desk, 60), annotations: {} },
  });
  passes(1);
  desk.tell(says('nbg-1', 'x', { labels: { site: 'nbg' } }), says('fra-1', 'x'));
  passes(NEWS_LIMITS.gather_ms);
  assert.deepEqual(Object.fromEntries(take().map(({ data }) => [data.watch, data.says])), {
    'minor?q=@muted=""': 'fra-1: x on fra-1',
    'minor?q=@muted="silenced"': 'nbg-1: x on nbg-1',
  });
});

test('no more different views are kept than the maximum, and one that is left makes room', () => {
  const { news, response } = open('minor?q=first');
  const others = Array.from({ length: NEWS_LIMITS.kept_max - 1 }, stream);
  others.forEach((one, n) => {
    news.add([`minor?q=w${n}`], one.reader);
  });
  const late = stream();
  news.add(['minor?q=late'], late.reader);
  assert.equal(late.take()[0]?.event, 'untold');
  response.emit('close');
  news.add(['minor?q=late'], late.reader);
  assert.deepEqual(late.take(), []);
});
