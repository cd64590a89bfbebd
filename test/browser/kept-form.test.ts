import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOn } from './axe.ts';
import { freshConsole } from './console-desk.ts';

const site = freshConsole();
const { skip } = site;

const PASSWORD = 'a long sentence';

test('without scripts too, what was typed is sent after the next sign-in, by a press', {
  skip,
}, async () => {
  const { people, url } = site.served;
  const tom = people.byLogin('tom')?.id ?? assert.fail('nobody');
  const page = await site.open('/silences', { javaScriptEnabled: false });
  await page.locator('#silence').evaluate((e) => e.closest('details')?.setAttribute('open', ''));
  await page.fill('#silence [name="matchers"]', 'site="nbg"');
  await page.fill('#silence [name="comment"]', 'typed at 3 a.m.');
  await people.setPassword(tom, PASSWORD); // which ends his sessions
  await page.click('#silence button.main');
  await page.waitForURL(`${url}/sign-in?next=%2Fkept`);
  assert.match(await page.innerText('main'), /Your text is kept: sign in and send it/);
  await page.fill('[name="login"]', 'tom');
  await page.fill('[name="password"]', PASSWORD);
  await page.click('button.main');
  await page.waitForURL(`${url}/kept`);
  assert.match(await page.innerText('main'), /site="nbg".*typed at 3 a\.m\./s);
  const scripted = await site.open('/');
  await scripted
    .context()
    .addCookies((await page.context().cookies()).filter(({ name }) => name === 'tocsin_kept'));
  await scripted.goto(`${url}/kept`);
  await scripted.getByText('Send it now').waitFor();
  assert.deepEqual(await faultsOn(scripted, 'kept'), []);
  const silences = () => [...site.desk.memory.all('silences')];
  assert.equal(silences().length, 0, 'nothing is sent by itself');
  await page.click('text=Send it now');
  await page.waitForURL((at) => at.pathname.startsWith('/silences'));
  assert.deepEqual(
    silences().map(({ comment }) => comment),
    ['typed at 3 a.m.'],
  );
  await page.goto(`${url}/kept`);
  assert.match(await page.innerText('h1'), /Nothing of yours is kept/);
});
