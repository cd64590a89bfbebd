import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInstant } from '../../base/time.ts';
import { ELEMENTS_MAX, FIELD_CHARS_MAX, PARAMS_MAX, parts5424 } from './rfc5424.ts';

const of = (line: string): string => {
  const parts = parts5424(line, 0);
  return 'why' in parts ? `${parts.at}: ${parts.why}` : 'ok';
};
const dataIn = (data: string): unknown => {
  const parts = parts5424(`- - - - - ${data} text`, 0);
  return 'why' in parts ? `${parts.at}: ${parts.why}` : parts.elements;
};

test('the parts of the examples of RFC 5424 §6.5', () => {
  const parts = parts5424(
    '2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 ' +
      '[exampleSDID@32473 iut="3" eventSource="Application"][x@1] \ufeffAn application event',
    0,
  );
  assert.deepEqual(parts, {
    at: parseInstant('2003-10-11T22:14:15.003Z'),
    host: 'mymachine.example.com',
    app: 'evntslog',
    procId: '',
    msgId: 'ID47',
    elements: [
      {
        id: 'exampleSDID@32473',
        params: [
          ['iut', '3'],
          ['eventSource', 'Application'],
        ],
      },
      { id: 'x@1', params: [] },
    ],
    text: 'An application event',
    malformed: '',
  });
});

test('in a value only quote, backslash and bracket are escaped', () => {
  assert.deepEqual(dataIn(String.raw`[a b="1\"2\\3\]4\n5"]`), [
    { id: 'a', params: [['b', '1"2\\3]4\\n5']] },
  ]);
});

test('times are those of RFC 3339 with a fraction of at most six digits', () => {
  for (const stamp of ['-', '1985-04-12T23:20:50.52Z', '2003-08-24T05:14:15.000003-07:00']) {
    assert.equal(of(`${stamp} h a p m - x`), 'ok', stamp);
  }
  for (const stamp of [
    '2003-08-24T05:14:15.0000030Z',
    '2003-08-24T05:14:15',
    '2003-13-24T05:14:15Z',
    '2003-02-30T05:14:15Z',
    '2003-08-24 05:14:15Z',
    '2003-08-24T05:14:15.Z',
    '2003-08-24T24:14:15Z',
  ]) {
    assert.notEqual(of(`${stamp} h a p m - x`), 'ok', stamp);
  }
});

test('each field has its length, and one character more is a fault', () => {
  const { host, app, procId, msgId, name } = FIELD_CHARS_MAX;
  const x = (count: number): string => 'x'.repeat(count);
  const line = (h: number, a: number, p: number, m: number): string =>
    `- ${x(h)} ${x(a)} ${x(p)} ${x(m)} - text`;
  assert.equal(of(line(host, app, procId, msgId)), 'ok');
  assert.match(of(line(host + 1, 1, 1, 1)), /HOSTNAME is longer than 255/);
  assert.match(of(line(1, app + 1, 1, 1)), /APP-NAME is longer than 48/);
  assert.match(of(line(1, 1, procId + 1, 1)), /PROCID is longer than 128/);
  assert.match(of(line(1, 1, 1, msgId + 1)), /MSGID is longer than 32/);
  assert.ok(Array.isArray(dataIn(`[${x(name)} ${x(name)}="1"]`)));
  assert.match(String(dataIn(`[${x(name + 1)}]`)), /a name of structured data expected/);
  assert.match(String(dataIn(`[a ${x(name + 1)}="1"]`)), /name="value" expected/);
});

test('elements and parameters have a maximum', () => {
  const elements = (count: number): string =>
    Array.from({ length: count }, (_, i) => `[a${i}]`).join('');
  const params = (count: number): string => `[a${' b="1"'.repeat(count)}]`;
  assert.equal((dataIn(elements(ELEMENTS_MAX)) as []).length, ELEMENTS_MAX);
  assert.match(String(dataIn(elements(ELEMENTS_MAX + 1))), /more than 64 elements/);
  assert.ok(Array.isArray(dataIn(params(PARAMS_MAX))));
  assert.match(String(dataIn(params(PARAMS_MAX + 1))), /more than 256 parameters/);
});

test('what the grammar forbids is a fault with its place', () => {
  for (const [data, why] of [
    ['[a b="1]"]', '16: a ] in a value has no backslash before it'],
    ['[a b="1', '23: the " at the end of a value is missing'],
    ['[a b]', '13: name="value" expected'],
    ['[]', '11: a name of structured data expected'],
    ['[a][a]', '13: a stands there twice'],
    ['[a]x', '13: a space expected behind the structured data'],
    ['x', '10: structured data expected'],
  ] as const) {
    const parts = parts5424(`- - - - - ${data}`, 0);
    assert.match('why' in parts ? `${parts.at}: ${parts.why}` : 'ok', /^\d+: /, data);
    assert.equal('why' in parts ? parts.why : 'ok', why.slice(why.indexOf(' ') + 1), data);
  }
  assert.match(of('- - -'), /APP-NAME expected|PROCID expected|expected/);
  assert.match(of('- h\u00e9 - - - - x'), /HOSTNAME is not printable ASCII/);
});
