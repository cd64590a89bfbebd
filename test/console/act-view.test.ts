import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { seconds } from '../../src/base/time.ts';
import { MATCHING_LIMITS } from '../../src/http/act-matching.ts';
import { VIEW_ACT_LIMITS } from '../../src/http/page-act-view.ts';
import { type FoldDesk, foldDesk, inMinutes, NORA, says } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';

let desk: FoldDesk;
let served: Served;
let cookie = '';
let csrf = '';
let n = 0;

beforeEach(async () => {
  desk = foldDesk();
  served = await serveConsole(desk);
  cookie = served.session('tom');
  desk.clock.pass(seconds(1));
});
afterEach(() => served.close());

const raise = (...all: readonly string[]): void =>
  desk.tell(...all.map((r) => says(r, 'down', { labels: { site: r.slice(0, 3) } })));
const alarm = (resource: string) =>
  [...desk.memory.all('alarms')].find((a) => a.resource === resource) ?? assert.fail(resource);
const handling = (...all: readonly string[]) => all.map((r) => alarm(r).handling.is).join();

/** The box that takes all of a view, as a page without scripts has it, and its key. */
async function boxOn(path: string) {
  const page = await (await fetch(served.url + path, { headers: { cookie } })).text();
  csrf = /name="csrf"\s+value="([^"]+)"/.exec(page)?.[1] ?? '';
  const whole = /name="whole" id="whole" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const view = (/name="view"\s+value="([^"]*)"/.exec(page)?.[1] ?? '').replaceAll('&amp;', '&');
  return { whole, view, once: `once-of-${String(++n)}` };
}

async function act(fields: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(`${served.url}/act`, {
    method: 'POST',
    body: new URLSearchParams({ csrf, ...fields }),
    headers: { cookie, 'x-part': 'answer' },
  });
  return (await response.text()).replace(/\s+/g, ' ');
}

const undoIn = (answer: string): Record<string, string> => {
  const form = /<form[^>]*data-undo>(.*?)<\/form>/.exec(answer)?.[1] ?? assert.fail(answer);
  const all = [...form.matchAll(/name="([\w-]+)" value="([^"]*)"/g)];
  return Object.fromEntries(all.map(([, name = '', value = '']) => [name, value]));
};

test('an act on a view goes to all that match it, on whatever page, and its undo too', async () => {
  const many = Array.from({ length: 300 }, (_, i) => `nbg-${i}`);
  raise(...many, 'fra-1');
  const box = await boxOn('/?q=site%3D"nbg"&size=25');
  assert.match(box.whole, /\.300$/);
  const answer = await act({ ...box, verb: 'acknowledge', note: 'storm' });
  assert.match(answer, /300 alarms acknowledged\./);
  const held = [...desk.memory.all('alarms')].filter((a) => a.handling.is === 'acknowledged');
  assert.equal(held.length, 300);
  assert.equal(handling('fra-1'), 'none');
  const undo = undoIn(answer);
  assert.equal(undo.on, undefined, 'nobody sends 300 names back');
  assert.match(await act(undo), /Undone: 300 alarms no longer acknowledged\./);
  assert.equal(handling('nbg-0', 'nbg-299'), 'none,none');
});

test('what came or changed since the look is left, and what no longer matches is told', async () => {
  raise('nbg-1', 'nbg-2', 'nbg-3', 'nbg-4');
  desk.clock.pass(seconds(1));
  const box = await boxOn('/?q=site%3D"nbg"');
  desk.clock.pass(seconds(1));
  raise('nbg-5');
  desk.tell(says('nbg-2', 'down', { kind: 'clear' }));
  desk.tell(says('nbg-3', 'down', { severity: 'minor', labels: { site: 'nbg' } }));
  const answer = await act({ ...box, verb: 'close', note: 'done' });
  assert.match(answer, /2 alarms closed\./);
  assert.match(answer, /2 alarms came or changed since you looked: left alone/);
  assert.match(answer, /1 alarm no longer matched/);
  assert.equal(handling('nbg-1', 'nbg-3', 'nbg-4', 'nbg-5'), 'closed,none,closed,none');
});

test('the same form sent again does nothing twice, and is told the same', async () => {
  raise('nbg-1', 'nbg-2');
  const box = await boxOn('/');
  const form = { ...box, verb: 'comment', note: 'seen' };
  assert.equal((await act(form)).includes('2 alarms commented'), true);
  const position = desk.memory.position;
  assert.match(await act(form), /2 alarms commented/);
  assert.equal(desk.memory.position, position);
});

test('an undo leaves alone what somebody else changed since', async () => {
  raise('nbg-1', 'nbg-2');
  const answer = await act({ ...(await boxOn('/')), verb: 'acknowledge', note: '' });
  const { id } = alarm('nbg-1');
  await desk.act(NORA, { verb: 'acknowledge', on: [{ id }], note: 'mine' });
  const undone = await act(undoIn(answer));
  assert.match(undone, /Undone: 1 alarm no longer acknowledged/);
  assert.match(undone, /1 alarm changed since: left alone/);
  assert.equal(handling('nbg-1', 'nbg-2'), 'acknowledged,none');
});

test('an undo that is no longer kept says so', async () => {
  raise('nbg-1');
  const first = await act({ ...(await boxOn('/')), verb: 'acknowledge', note: '' });
  const box = await boxOn('/');
  for (let i = 0; i < VIEW_ACT_LIMITS.undos_max; i++)
    await act({ ...box, once: `another-${i}`, verb: 'comment', note: 'x' });
  assert.match(await act(undoIn(first)), /Nothing was done.*kept no longer/);
});

test('a shelf wants its reason for all of them as for one, and a button of a row is its own', async () => {
  raise('nbg-1', 'nbg-2');
  const box = await boxOn('/');
  assert.match(await act({ ...box, verb: 'shelve', note: '' }), /Nothing was done\./);
  const { id, episode } = alarm('nbg-1');
  await act({ ...box, one: `acknowledge.${id}.${episode}` });
  assert.equal(handling('nbg-1', 'nbg-2'), 'acknowledged,none');
  assert.match(await act({ ...(await boxOn('/')), verb: 'shelve', note: 'works', for: '60' }), /2/);
  assert.equal(alarm('nbg-2').suppressions.at(-1)?.until, inMinutes(desk, 60));
});

test(`${MATCHING_LIMITS.alarms_max} alarms are acted on; one more, and nothing is`, async () => {
  const { alarms_max } = MATCHING_LIMITS;
  raise(...Array.from({ length: alarms_max }, (_, i) => `nbg-${i}`));
  const done = await act({ ...(await boxOn('/')), verb: 'acknowledge', note: '' });
  assert.match(done, /10.000 alarms acknowledged/);
  await act(undoIn(done));
  assert.equal(handling('nbg-9999'), 'none');
  raise('nbg-one-more');
  const refused = await act({ ...(await boxOn('/')), verb: 'acknowledge', note: '' });
  assert.match(refused, /Nothing was done\.<\/b> 10001 alarms match.*Narrow the view/);
  assert.equal(handling('nbg-0', 'nbg-one-more'), 'none,none');
});
