import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { FIND_LIMITS, findAlarms } from '../../src/desk/views/find.ts';
import { runSliced } from '../../src/http/sliced.ts';
import { type FoldDesk, foldDesk, NORA, says } from './desk.ts';
import { type Served, serveConsole } from './serve.ts';

let desk: FoldDesk;
let served: Served;

before(async () => {
  desk = foldDesk();
  served = await serveConsole(desk);
  for (let i = 0; i < 10; i++) desk.tell(says(`edge-${i}`, 'fan', { severity: 'minor' }));
  desk.tell(says('edge-10', 'fibre.cut', { text: 'Fibre to Paris is cut' }));
  const { id } = [...desk.memory.all('alarms')].find((a) => a.resource === 'edge-10') ?? {};
  assert.ok(id);
  await desk.act(NORA, {
    ...{ verb: 'incident.open', title: 'Paris is cut off', alarms: [id] },
    ...{ lead: NORA, note: '' },
  });
});
after(() => served.close());

interface Found {
  readonly kind: string;
  readonly text: string;
  readonly href: string;
}

async function find(words: string, login = 'tom'): Promise<readonly Found[]> {
  const response = await fetch(`${served.url}/find?q=${encodeURIComponent(words)}`, {
    headers: { cookie: served.session(login) },
  });
  assert.equal(response.status, 200);
  return ((await response.json()) as { found: readonly Found[] }).found;
}

test('words find alarms, incidents and people, and each leads to its page', async () => {
  const found = await find('paris');
  assert.deepEqual(
    found.map(({ kind, text }) => `${kind}: ${text}`),
    ['alarm: edge-10: Fibre to Paris is cut', 'incident: Paris is cut off'],
  );
  for (const { href } of [...found, ...(await find('tom'))]) {
    const page = await fetch(served.url + href, { headers: { cookie: served.session('tom') } });
    assert.equal(page.status, 200, href);
  }
});

test('of many the worst come first, and no more than a hand of them', async () => {
  const found = await find('edge');
  assert.equal(found.length, FIND_LIMITS.each_max);
  assert.match(found[0]?.text ?? '', /^edge-10/);
});

test('matchers find too; half a matcher finds nothing and is no fault', async () => {
  assert.equal((await find('@resource="edge-3"')).length, 1);
  assert.deepEqual(await find('site="'), []);
  assert.deepEqual(await find(''), []);
});

test('words beyond the maximum are cut, not refused', async () => {
  assert.deepEqual(await find('x'.repeat(FIND_LIMITS.words_chars_max + 1)), []);
});

test('more alarms than are held while looking still end with the worst first', async () => {
  const big = foldDesk();
  for (let i = 0; i <= FIND_LIMITS.held_max; i++)
    big.tell(says(`r-${i}`, 'x', { severity: i === 3 ? 'critical' : 'minor' }));
  const found = await runSliced(
    findAlarms(
      big.memory,
      () => true,
      () => false,
    ),
  );
  assert.equal(found.length, FIND_LIMITS.each_max);
  assert.equal(found[0]?.resource, 'r-3');
});

test('a search nobody waits for ends at its next pause', () => {
  const big = foldDesk();
  for (let i = 0; i < 600; i++) big.tell(says(`r-${i}`, 'x'));
  let looked = 0;
  const work = findAlarms(
    big.memory,
    () => ++looked > 0,
    () => true,
  );
  assert.deepEqual(work.next(), { done: true, value: [] });
  assert.ok(looked < 600);
});

test('while a silence is written, the page can ask what it would keep quiet', async () => {
  const count = async (matchers: string) => {
    const path = `/silences/count?matchers=${encodeURIComponent(matchers)}`;
    const response = await fetch(served.url + path, {
      headers: { cookie: served.session('vera') },
    });
    return (await response.json()) as { says?: string; fault?: string };
  };
  const says = 'Nobody would be notified of 10 alarms now; they stay on the list.';
  assert.deepEqual(await count('alertname="fan"'), { says });
  assert.match((await count('alertname')).fault ?? '', /cannot be read/);
  assert.deepEqual(await count(''), { fault: '' });
});
