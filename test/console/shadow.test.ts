import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { seconds } from '../../src/base/time.ts';
import { RULES_DEFAULT } from '../../src/desk/open.ts';
import { planWith } from '../support/plan.ts';
import { foldDesk, NORA, says } from './desk.ts';
import { serveConsole } from './serve.ts';

const desk = foldDesk({ ...RULES_DEFAULT, notify: { ...RULES_DEFAULT.notify, shadow: true } });
const served = await serveConsole(desk);
after(() => served.close());

async function read(path: string): Promise<string> {
  const headers = { cookie: served.session('nora'), accept: 'text/html' };
  const text = await (await fetch(served.url + path, { headers })).text();
  return text.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

test('in shadow mode every page says so, and notifications and why say what was not sent', async () => {
  const plan = planWith({ groupWait: seconds(0) });
  const revision = { text: '', from: 'a.yml', unused: [], why: '', plan } as const;
  await desk.act(NORA, { verb: 'revision.apply', ...revision });
  desk.tell(says('core-1', 'Down'));
  const [delivery] = [...desk.memory.all('deliveries')];
  assert.ok(delivery);
  const result = { result: 'shadow', detail: 'not sent: shadow mode', tookMs: 0 } as const;
  const at = desk.clock.now();
  await desk.report({ kind: 'delivered', at, delivery: delivery.id, attempt: 1, ...result });

  const [alarm] = [...desk.memory.all('alarms')];
  const banner = 'Shadow mode: nothing is sent to anybody, but tests.';
  for (const path of ['/', '/silences', '/notifications', `/alarms/${alarm?.id}`])
    assert.ok((await read(path)).includes(banner), path);
  const notifications = await read('/notifications');
  assert.match(notifications, /webhook\[0\] ◌ shadow mode: 1 message not sent, last/);
  assert.match(
    notifications,
    /ops\/webhook\[0\] alertname=\S+ 1 not sent: shadow not sent: shadow mode/,
  );
  const why = await read(`/alarms/${alarm?.id}`);
  assert.match(why, /Nobody was told, because of shadow mode: ops\/webhook\[0\] would have been/);
  assert.match(why, /ops\/webhook\[0\] would have been told that it is raised, /);
  assert.match(why, /try 1 not sent: not sent: shadow mode/);
});
