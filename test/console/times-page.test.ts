import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { instantText, minutes } from '../../src/base/time.ts';
import { foldDesk, says } from './desk.ts';
import { serveConsole } from './serve.ts';

const desk = foldDesk();
const s = await serveConsole(desk);
after(() => s.close());

const get = async (path: string) => {
  const response = await fetch(s.url + path, { headers: { cookie: s.session('vera') } });
  return { status: response.status, text: await response.text() };
};

const minute = (ms: number): string => instantText((desk.clock.now() + ms) as never).slice(0, 16);
const asked = (rest: Record<string, string>): string => {
  const from = minute(-minutes(5));
  const query = { span: '1h', of: 'acknowledged', from, to: minute(minutes(5)), ...rest };
  return `/desk/times?${new URLSearchParams(query)}`;
};

test('without anything measured each map says so, and what would be in it', async () => {
  const { status, text } = await get('/desk/times');
  assert.equal(status, 200);
  for (const none of ['No event that was news', 'Nobody looked', 'Nobody was told', 'acknowledged'])
    assert.ok(text.includes(none), none);
  assert.ok(!text.includes('<svg class="heat"'));
});

test('a stretch asked for in the form lists the alarms behind it, and leads to their moment', async () => {
  desk.tell(says('edge-1', 'link.down', { text: 'Link down on edge-1' }));
  const [alarm] = [...desk.memory.all('alarms')];
  assert.ok(alarm);
  const now = desk.clock.now();
  s.times.since('acknowledged', alarm.id, (now - 90_000) as never, now);
  s.times.since('acknowledged', 'gone' as never, (now - 20_000) as never, now);
  const { status, text } = await get(asked({ least: '1 min' }));
  assert.equal(status, 200);
  assert.match(text, /1 alarm<\/b> behind what is chosen/);
  assert.ok(text.includes(`/alarms/${alarm.id}?at=${instantText(now)}#then`));
  assert.ok(!text.includes('/alarms/gone'), 'it took less than was asked for');
  assert.match(text, /class="heat-chosen"/);
  assert.match(text, /not enough data for p95 and p99/);
  const all = await get(asked({}));
  assert.match(all.text, /\/alarms\/gone/, 'what history has forgotten keeps its id');
  const page = await get(`/alarms/${alarm.id}?at=${instantText(now)}`);
  assert.match(page.text, /id="then" class="marked"/);
});

test('what cannot be read is told beside the form, which keeps what was in it', async () => {
  const faults: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ from: 'soon' }, /Give both moments/],
    [{ to: minute(-minutes(60)) }, /end must come after/],
    [{ least: 'long' }, /Give lengths like/],
    [{ least: '2 h', most: '1 h' }, /upper length must be more/],
  ];
  for (const [query, says] of faults) {
    const { status, text } = await get(asked(query));
    assert.equal(status, 422);
    assert.match(text, says);
  }
  assert.equal((await get('/desk/times?span=forever&of=nothing')).status, 200);
});
