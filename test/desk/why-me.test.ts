import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minutes } from '../../src/base/time.ts';
import { pagesAbout } from '../../src/desk/views/pages.ts';
import { why } from '../../src/desk/views/why.ts';
import { whyMe } from '../../src/desk/views/why-me.ts';
import { phraseText } from '../../src/desk/views/words.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { alert } from '../support/desk.ts';
import { NORA, openNotified } from '../support/notified.ts';
import { ADA, always, BOB, CYD, dutyWith, openPaging, type PagingDesk } from '../support/paging.ts';
import { planWith } from '../support/plan.ts';

/** What the desk says to each of them, without the moments. */
async function says(d: Pick<PagingDesk, 'desk' | 'clock'>, person: UserId): Promise<string> {
  const { memory } = d.desk;
  const [alarm] = memory.all('alarms');
  const nameOf = (id: UserId): string => id;
  const told = alarm && (await why({ desk: d.desk, nameOf }, alarm.id));
  assert.ok(alarm && told);
  const pages = pagesAbout(memory, alarm.id);
  const said = whyMe({ memory, person, pages, why: told, nameOf, now: d.clock.now() });
  return phraseText(said).replace(/ [\d-]+ [\d:]+ UTC/g, ' T');
}

async function raised(duty = dutyWith()): Promise<PagingDesk> {
  const d = await openPaging(duty);
  await d.desk.receive('test', [alert('web-1')]);
  await d.pump();
  await d.pass(minutes(1));
  return d;
}

test('who was woken reads why; who comes next reads when; who is not named reads who is', async () => {
  const d = await raised();
  assert.match(await says(d, ADA), /^You were woken at T, because you are named by the policy\.$/);
  assert.equal(
    await says(d, BOB),
    'You are not woken yet: you are step 2 of policy noc; it climbs next at T.',
  );
  assert.match(await says(d, CYD), /^You are not woken yet: you are the last resort of policy noc/);
  assert.equal(
    await says(d, NORA),
    'You were not woken: policy noc asks ada first, and nowhere you. ' +
      'Nobody could wake you anyway: you have no address. Add one under On call.',
  );
});

test('an answer before their step is told to those it spared', async () => {
  const d = await raised();
  const [page] = d.desk.memory.all('pages');
  assert.ok(page);
  await d.desk.act(ADA, { verb: 'page.answer', page: page.id, how: 'message', note: '' });
  assert.match(await says(d, ADA), /because you are named by the policy; you answered\.$/);
  assert.equal(
    await says(d, BOB),
    'You were not woken: ada answered at T, and you are step 2 of policy noc.',
  );
});

test('who is on call now is in the step of their schedule', async () => {
  const target = { is: 'schedule', schedule: 'night' } as const;
  const steps = [{ targets: [target], wait: minutes(5) }];
  const d = await raised(dutyWith({ steps }, { schedules: [always('night', [BOB])] }));
  assert.match(await says(d, BOB), /^You were woken at T, because you are on call in night\.$/);
  assert.equal(
    await says(d, ADA),
    'You were not woken: policy noc asks who is on call in night first, and nowhere you.',
  );
});

test('where nobody is woken the way out is named, and where nobody was told the reason is above', async () => {
  const d = await openNotified(planWith());
  await d.desk.receive('test', [alert('web-1')]);
  await d.pump();
  assert.match(
    await says(d, ADA),
    /^You were not woken, because nobody was told: see the line above/,
  );
  await d.pass(minutes(1));
  assert.match(await says(d, ADA), /Its notices go to [\w/[\]]+, which wakes nobody\./);
});
