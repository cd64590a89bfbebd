import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AlarmEvent, identify } from '../../domain/alarm/event.ts';
import { DEVICE_CHARS_MAX, deviceOf } from './device.ts';

const about = (resource: string, more: Partial<AlarmEvent> = {}): AlarmEvent => ({
  kind: 'raise',
  id: identify(resource, 't', ''),
  resource,
  type: 't',
  qualifier: '',
  text: '',
  labels: {},
  ...more,
});

for (const [resource, device] of [
  ['core-1', 'core-1'],
  ['core-1/xe-0/0/3', 'core-1'],
  ['192.0.2.1/5', '192.0.2.1'],
  ['2001:db8::1/eth0', '2001:db8::1'],
  ['core-1:161', 'core-1:161'],
  ['https://api.example.net:8443/health', 'api.example.net'],
  ['https://api.example.net', 'api.example.net'],
  ['/data/a', '/data/a'],
  ['a'.repeat(DEVICE_CHARS_MAX), 'a'.repeat(DEVICE_CHARS_MAX)],
  ['a'.repeat(DEVICE_CHARS_MAX + 1), 'a'.repeat(DEVICE_CHARS_MAX)],
  ['', 'unknown'],
  ['http://', 'unknown'],
] as const) {
  test(`the device of resource ${resource.slice(0, 40)}`, () => {
    assert.equal(deviceOf(about(resource)), device);
  });
}

for (const [labels, device] of [
  [{ instance: 'b-1.example.net:9100', device: 'sda1' }, 'b-1.example.net'],
  [{ instance: '192.0.2.7' }, '192.0.2.7'],
  [{ instance: '[2001:db8::1]:9100' }, '[2001:db8::1]'],
  [{ instance: '2001:db8::1' }, '2001:db8::1'],
  [{ instance: 'https://www.example.org/login' }, 'www.example.org'],
  [{ device: 'ups-3' }, 'ups-3'],
  [{ alertname: 'Down' }, 'r'],
] as const) {
  test(`the device of an alert with ${JSON.stringify(labels)}`, () => {
    assert.equal(deviceOf(about('r/p', { byLabels: true, labels })), device);
  });
}
