import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minutes } from '../../src/base/time.ts';
import { pagedPanel } from '../../src/console/paged-panel.ts';
import { pagesAbout } from '../../src/desk/views/pages.ts';
import { alert } from '../support/desk.ts';
import { ADA, BOB, dutyWith, onlyPage, openPaging, person } from '../support/paging.ts';

const site = { prefix: '', name: 'x', asset: (name: string) => name };

test('the page of an alarm says who was woken, who is next, and who came', async () => {
  const d = await openPaging(
    dutyWith({
      steps: [
        { targets: [person(ADA)], wait: minutes(5) },
        { targets: [person(BOB)], wait: minutes(5) },
      ],
    }),
  );
  await d.desk.receive('test', [alert('web-1')]);
  await d.pump();
  await d.pass(minutes(1));
  const [alarm] = d.desk.memory.all('alarms');
  assert.ok(alarm);
  const words = (): string => {
    const pages = pagesAbout(d.desk.memory, alarm.id);
    const panel = pagedPanel(site, pages, (id) => id, d.clock.now());
    return panel ? panel.text.replace(/<[^>]+>/g, '').replace(/\s+/g, ' ') : '';
  };
  assert.match(words(), /ada [\d-]+ .*: nobody has answered; bob is told in 4 min/);
  await d.pass(minutes(4));
  assert.match(words(), /ada .*, bob .*: nobody has answered; /);
  const page = onlyPage(d).id;
  await d.desk.act(BOB, { verb: 'page.answer', page, how: 'message', note: '' });
  assert.match(words(), /bob answered .* ago, from the message\. The page/);
  assert.equal(
    pagedPanel(site, [], (id) => id, d.clock.now()),
    false,
  );
});
