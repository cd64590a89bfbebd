import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { answerPath, answerProof } from '../../src/desk/pages/answer-link.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import { identifyLabels } from '../../src/domain/alarm/event.ts';
import type { ContactId } from '../../src/domain/escalation/page.ts';
import { foldDeskWith, NORA } from '../console/desk.ts';
import { serveConsole } from '../console/serve.ts';
import { alert } from '../support/desk.ts';
import { dutyWith, PAGING, person } from '../support/paging.ts';
import { launch, MISSING, openPage, PHONE } from './browser.ts';

describe('somebody is woken', { skip: MISSING }, async () => {
  const desk = foldDeskWith(systemClock());
  const served = await serveConsole(desk);
  const browser = await launch();
  after(async () => {
    await browser.close();
    await served.close();
  });
  const tom = served.people.byLogin('tom')?.id as UserId;
  const contact = 'tom-hook' as ContactId;
  await desk.act(NORA, {
    verb: 'contact.set',
    contact,
    person: tom,
    kind: 'webhook',
    delay: 0 as never,
  });
  const words = { text: '', from: 'a.yml', unused: [], why: '' };
  const steps = [{ targets: [person(tom)], wait: 300_000 as never }];
  const duty = dutyWith({ steps, fallback: [] });
  await desk.act(NORA, { verb: 'revision.apply', ...words, plan: PAGING, duty });
  const raise = async (instance: string, alertname: string) => {
    const labels = { alertname, instance };
    const named = { id: identifyLabels(labels), type: alertname, labels };
    await desk.receive('test', [alert(instance, { ...named, since: desk.clock.now() })]);
    const pages = [...desk.memory.all('pages')].filter(({ is }) => is === 'open');
    const page = pages.at(-1);
    assert.ok(page);
    return page;
  };

  test('on a phone the link of the message shows one button, and it answers', async () => {
    const page = await raise('web-1', 'Down');
    const proof = served.people.proof(answerProof(page.id, tom));
    const {
      page: phone,
      context,
      faults,
    } = await openPage(browser, served.url, {
      viewport: PHONE,
    });
    await phone.goto(served.url + answerPath(page.id, tom, proof));
    const button = phone.locator('button', { hasText: 'I have it' });
    const box = await button.boundingBox();
    assert.ok(box && box.y < 300 && box.height >= 44, JSON.stringify(box));
    await button.click();
    await phone.waitForSelector('text=Tom has it');
    assert.equal(desk.memory.get('pages', page.id)?.answer?.how, 'message');
    assert.deepEqual(faults, []);
    await context.close();
  });

  test('at the desk a page is found and answered by the keyboard', async () => {
    const page = await raise('web-2', 'DiskFull');
    const cookie = served.session('tom');
    const { page: screen, context, faults } = await openPage(browser, served.url, { cookie });
    await screen.goto(`${served.url}/pages`);
    await screen.waitForSelector('text=DiskFull on web-2');
    await screen.locator('button[aria-label="I have it: DiskFull on web-2"]').focus();
    await screen.keyboard.press('Enter');
    await screen.waitForSelector('text=answered');
    assert.equal(desk.memory.get('pages', page.id)?.answer?.by, tom);
    assert.deepEqual(faults, []);
    await context.close();
  });

  test('an address is added, and says that it was not tried yet', async () => {
    const cookie = served.session('vera');
    const { page: screen, context, faults } = await openPage(browser, served.url, { cookie });
    await screen.goto(`${served.url}/me`);
    await screen.waitForSelector('text=Nobody can wake you');
    await screen.selectOption('select[name="kind"]', 'ntfy');
    await screen.fill('input[name="address"]', 'not an address');
    await screen.keyboard.press('Enter');
    await screen.waitForSelector('text=A topic with its server');
    await screen.selectOption('select[name="kind"]', 'ntfy');
    await screen.fill('input[name="address"]', 'https://ntfy.example.org/vera-4711');
    await screen.keyboard.press('Enter');
    await screen.waitForSelector('text=not tried yet');
    const others = faults.filter((fault) => !fault.includes('422'));
    assert.deepEqual(others, [], 'the refused form apart');
    await context.close();
  });
});
