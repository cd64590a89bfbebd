import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { identify } from '../../src/domain/alarm/event.ts';
import { foldDesk } from './desk.ts';
import { serveConsole } from './serve.ts';

const desk = foldDesk();
const s = await serveConsole(desk);
after(() => s.close());

const get = async (path: string): Promise<string> => {
  const response = await fetch(s.url + path, { headers: { cookie: s.session('vera') } });
  assert.equal(response.status, 200);
  return response.text();
};

test('a desk that is well says so, and what it is well by', async () => {
  const text = await get('/desk');
  assert.match(text, /All is well/);
  for (const title of ['Journal', 'History', 'Receivers', 'Disk', 'Backup', 'Main thread'])
    assert.ok(text.includes(title), title);
});

test('what is in trouble is named first, and leads to its line, its alarm and the next page', async () => {
  const [resource, type] = ['desk/source/snmp', 'desk.drops'];
  const said = { resource, type, qualifier: '', severity: 'major', labels: {} } as const;
  const id = identify(resource, type, '');
  await desk.receive('desk', [{ ...said, id, kind: 'raise', text: 'snmp lost 5 datagrams.' }]);
  const text = await get('/desk');
  assert.match(text, /In trouble: <a href="#sources">Sources<\/a>/);
  assert.match(text, /snmp lost 5 datagrams/);
  assert.ok(text.includes(`/alarms/${id}`) && text.includes('href="/sources"'));
});

test('the sign of trouble in the head leads there', async () => {
  assert.match(await get('/'), /id="trouble"[\s\S]*href="\/desk">How the desk is/);
});
