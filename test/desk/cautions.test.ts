import assert from 'node:assert/strict';
import { test } from 'node:test';
import { days, minutes } from '../../src/base/time.ts';
import { CAUTION_LIMITS } from '../../src/domain/memory/caution.ts';
import { raise, SOON } from '../support/happenings.ts';
import { NORA, openNotified } from '../support/notified.ts';
import { openPaging } from '../support/paging.ts';
import { planWith } from '../support/plan.ts';
import { saidOf } from '../support/refusals.ts';
import { terms } from '../support/routing.ts';

test('a caution is in what people are told of the resource and of all that is part of it', async () => {
  const d = await openNotified(planWith({ ...SOON, repeatInterval: minutes(240) }, {}));
  const put = (resource: string, text: string) =>
    d.desk.act(NORA, {
      verb: 'caution.set',
      resource,
      text,
      reason: 'it carries their only line',
      owner: 'network',
      reviewAt: d.at(days(90)),
    });
  await put('r1', 'Never restart it without a call to the bank');
  const { made = '' } = await put('r1/xe-0', 'Its optics are borrowed');
  await put('r10', 'another one');
  await raise(d, 'r1/xe-0');
  const told = d.notices.at(-1)?.alerts[0]?.annotations['caution'];
  assert.equal(
    told,
    'Its optics are borrowed (network); Never restart it without a call to the bank (network)',
  );
  const end = { verb: 'caution.end' as const, caution: made as never };
  assert.match(saidOf((await d.desk.act(NORA, { ...end, reason: '' })).refused), /reason/);
  await d.desk.act(NORA, { ...end, reason: 'returned' });
  const alarm = d.desk.memory.get('alarms', (await raise(d, 'r1/xe-0')) as string);
  assert(alarm);
  const { remembered, inventory } = d.desk.memory;
  assert.equal(remembered.cautionsOn(alarm, inventory).length, 1);
  for (let n = 0; n <= CAUTION_LIMITS.shown_max; n++) await put('r1', `more ${n}`);
  assert.equal(remembered.cautionsOn(alarm, inventory).length, CAUTION_LIMITS.shown_max);
});

test('a caution by matchers is told with every alarm they match, and only with those', async () => {
  const d = await openNotified(planWith({ ...SOON, groupBy: ['instance'] }, {}));
  const put = (matchers: readonly string[], text: string, more = {}) =>
    d.desk.act(NORA, {
      verb: 'caution.set',
      ...{ resource: '', matchers: terms(...matchers), text, reason: 'why', owner: 'net' },
      reviewAt: d.at(days(90)),
      ...more,
    });
  const { made } = await put(['instance=~"db-.*"', '@severity="critical"'], 'Ask the bank first');
  await put(['instance!="web-1"'], 'Not on a Friday');
  await raise(d, 'db-1');
  const told = () => d.notices.at(-1)?.alerts[0]?.annotations['caution'];
  assert.equal(told(), 'Not on a Friday (net); Ask the bank first (net)');
  await raise(d, 'db-2', { severity: 'minor' });
  assert.equal(told(), 'Not on a Friday (net)');
  await raise(d, 'web-1');
  assert.equal(told(), undefined);
  await put(['instance="web-2"'], 'Careful', { caution: made });
  await raise(d, 'web-2');
  assert.equal(told(), 'Not on a Friday (net); Careful (net)');
  await d.desk.act(NORA, { verb: 'caution.end', caution: made as never, reason: 'over' });
  await raise(d, 'db-3');
  assert.equal(told(), 'Not on a Friday (net)');
  assert.equal(d.desk.memory.remembered.cautionsByMatchers, 1);
  const refused = async (...args: Parameters<typeof put>) => saidOf((await put(...args)).refused);
  assert.match(await refused([], 'x'), /at least one/);
  assert.match(await refused(['a="b"'], 'x', { resource: 'r1' }), /or matchers/);
});

test('whoever is paged is told of the caution too', async () => {
  const d = await openPaging();
  await d.desk.act(NORA, {
    verb: 'caution.set',
    resource: 'web-1',
    text: 'Call the bank first',
    reason: 'their only line',
    owner: 'web',
    reviewAt: d.at(days(90)),
  });
  await raise(d, 'web-1');
  const [alert] = d.notices.at(-1)?.alerts ?? [];
  assert.equal(alert?.annotations['caution'], 'Call the bank first (web)');
});
