import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import { PAGE_ROWS } from '../../src/console/pager.ts';
import { type AlarmEvent, identify } from '../../src/domain/alarm/event.ts';
import { foldDesk } from './desk.ts';
import { serveConsole } from './serve.ts';

const word = (resource: string): AlarmEvent => ({
  kind: 'occurrence',
  id: identify(resource, 'hello', ''),
  resource,
  type: 'hello',
  qualifier: '',
  text: 'hello',
  labels: {},
});

test('the page lists sources, and of their devices those with the most trouble', async (t) => {
  const desk = foldDesk();
  const served = await serveConsole(desk);
  t.after(served.close);
  const cookie = served.session('vera');
  const page = async (query = '') =>
    (await fetch(`${served.url}/sources${query}`, { headers: { cookie } })).text();
  const { figures } = served;
  const at = desk.clock.now();
  figures.expect('snmp');
  figures.expect('webhook');
  assert.doesNotMatch(await page(), /id="devices"/);
  figures.received('snmp', PAGE_ROWS + 2, at);
  for (let i = 0; i <= PAGE_ROWS; i++) {
    figures.hearing.heard('snmp', [word(`device-${i}/1`)], at);
  }
  figures.hearing.heard('webhook', [word('feed-a')], at);
  const gone = figures.hearing.get('snmp')?.devices.get('device-37');
  assert.ok(gone);
  gone.silentSince = (at - 1) as Instant;
  figures.refused('snmp', 'not BER', Buffer.from('0x31'), at, { from: '192.0.2.9' });

  const all = await page();
  const rows = [
    ...all.matchAll(/<tr><td><a\s+href="[^"]*">([^<]+)<\/a><\/td>\s<td data-h="Source">/g),
  ].map(([, n]) => n);
  assert.equal(rows.length, PAGE_ROWS);
  assert.deepEqual(rows.slice(0, 2), ['device-37', '192.0.2.9']);
  assert.match(all, /syslog takes nothing in\.<\/b> Nothing can listen on udp 127\.0\.0\.1:514\./);
  assert.match(all, /53 devices, the one with the most trouble first\./);
  assert.match(all, /silent<\/b><br>last <time/);
  assert.match(all, /1 silent<\/span>/);
  assert.match(all, /from 192\.0\.2\.9: not BER/);

  assert.match(all, /1 to 50 of <b>53<\/b>/);
  const rest = await page('?from=51');
  assert.match(rest, /51 to 53 of <b>53<\/b>/);
  assert.doesNotMatch(rest, />device-37<\/a><\/td>/);

  const silent = await page('?silent=true');
  assert.match(silent, /1 device, the one with the most trouble first/);
  const named = await page('?source=webhook&q=feed');
  assert.match(named, />feed-a<\/a><\/td>\s<td data-h="Source">webhook/);
  assert.match(named, /value="webhook" selected/);
  assert.match(await page('?q=nobody'), /0 devices/);
});
