import assert from 'node:assert/strict';
import { test } from 'node:test';
import { millis } from '../base/time.ts';
import {
  DURATION_MAX_MS,
  durationText,
  externalUrlOf,
  isLoopback,
  mountOf,
  parseDuration,
  parseListenAddress,
} from './settings.ts';

test('lengths of time as Go and Prometheus write them', () => {
  const table: readonly (readonly [string, number | undefined])[] = [
    ['0', 0],
    ['0s', 0],
    ['100ms', 100],
    ['90s', 90_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['120h', 432_000_000],
    ['30d', 2_592_000_000],
    ['2w', 1_209_600_000],
    ['1y2w3d', (365 + 14 + 3) * 86_400_000],
    ['100y', DURATION_MAX_MS],
    ['100y1ms', undefined],
    ['', undefined],
    ['5', undefined],
    ['5 m', undefined],
    ['-5m', undefined],
    ['30m1h', undefined],
    ['5m5m', undefined],
    ['5x', undefined],
    ['m', undefined],
  ];
  for (const [text, want] of table) assert.equal(parseDuration(text), want, text);
});

test('a written length of time reads back as itself', () => {
  for (const ms of [0, 1, 999, 1_000, 61_000, 5_400_000, 86_400_001, 34_560_000_000])
    assert.equal(parseDuration(durationText(millis(ms))), ms, String(ms));
});

test('an address without a host means this machine only', () => {
  assert.deepEqual(parseListenAddress(':9093'), { host: '127.0.0.1', port: 9093 });
  assert.deepEqual(parseListenAddress('0.0.0.0:9093'), { host: '0.0.0.0', port: 9093 });
  assert.deepEqual(parseListenAddress('[::1]:0'), { host: '::1', port: 0 });
  assert.deepEqual(parseListenAddress('desk.example.org:65535')?.port, 65_535);
  for (const bad of ['', '9093', 'a:65536', '::1:9093', '[]:1', 'a b:1', 'http://a:1', 'a:'])
    assert.equal(parseListenAddress(bad), undefined, bad);
});

test('loopback is this machine and nothing that only begins like it', () => {
  for (const host of ['localhost', '::1', '[::1]', '127.0.0.1', '127.9.9.9'])
    assert.ok(isLoopback(host), host);
  for (const host of ['127.0.0.1.example.org', '10.0.0.1', '::', '0.0.0.0', 'localhost.org'])
    assert.ok(!isLoopback(host), host);
});

test('the path of the external URL is the route prefix, unless one is given', () => {
  const table: readonly (readonly [url: string, prefix: string, want: string, route: string])[] = [
    ['', '', '', ''],
    ['', '/foo', '', '/foo'],
    ['', 'foo/', '', '/foo'],
    ['', '/', '', ''],
    ['https://a.example', '', 'https://a.example', ''],
    ['https://a.example/x/', '', 'https://a.example/x', '/x'],
    ['https://a.example/x', '/', 'https://a.example/x', ''],
    ['https://a.example/x', '/y', 'https://a.example/x', '/y'],
  ];
  for (const [url, prefix, externalUrl, routePrefix] of table)
    assert.deepEqual(mountOf(url, prefix), { externalUrl, routePrefix }, `${url} ${prefix}`);
  assert.throws(() => mountOf('desk.example.org', ''), /is no URL/);
  assert.throws(() => mountOf('ftp://desk.example.org', ''), /is no URL/);
});

test('without an external URL, links lead to what was bound', () => {
  const mount = mountOf('', '/foo');
  const url = (host: string) => externalUrlOf(mount, { host, port: 9093 });
  assert.equal(url('127.0.0.1'), 'http://127.0.0.1:9093/foo');
  assert.equal(url('::1'), 'http://[::1]:9093/foo');
  assert.equal(url('0.0.0.0'), 'http://127.0.0.1:9093/foo');
});
