import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { instantText, seconds } from '../../src/base/time.ts';
import { openApiServer } from '../support/api.ts';
import { raise } from '../support/http.ts';
import { planWith } from '../support/plan.ts';

const s = await openApiServer();
after(() => s.close());

const words = { text: '', from: 'a.yml', unused: [], why: '' };
const plan = planWith({ groupWait: seconds(30) });

interface WhyBody {
  readonly answer: string;
  readonly told: boolean;
  readonly past: boolean;
  readonly routes: readonly { readonly took: boolean }[];
  readonly groups: readonly { readonly key: string }[];
}

test('why is asked with a GET, and tells when the first look comes', async () => {
  await s.desk.act(s.admin.id, { verb: 'revision.apply', ...words, plan });
  const event = raise('core-1');
  await s.desk.receive('test', [event]);
  const { status, body } = await s.viewer.get(`/alarms/${event.id}/why`);
  const told = body as WhyBody;
  assert.equal(status, 200);
  assert.match(told.answer, /^Nobody was told yet: a new group waits 30s .*\d\d:\d\d:\d\d UTC\.$/);
  assert.deepEqual([told.told, told.past, told.routes.length], [false, false, 1]);
  assert.equal(told.groups[0]?.key, '{}:{alertname="link.down"}');
});

test('why at a moment of the past is answered from what was written down', async () => {
  await s.stored();
  const { id } = raise('core-1');
  const at = encodeURIComponent(instantText((s.clock.now() - 1) as never));
  const { status, body } = await s.viewer.get(`/alarms/${id}/why?at=${at}`);
  assert.equal(status, 200);
  assert.equal((body as WhyBody).past, true);
});

test('an unknown alarm and a moment that is none are refused with a problem document', async () => {
  assert.equal((await s.viewer.get('/alarms/ffffffffffffffff/why')).status, 404);
  const { status, body } = await s.viewer.get(`/alarms/${raise('core-1').id}/why?at=yesterday`);
  assert.equal(status, 422);
  assert.equal((body as { code: string }).code, 'FIELD_INVALID');
});
