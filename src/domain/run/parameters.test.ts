import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillIn, parameterFaults, requestText } from './parameters.ts';
import { type HttpStep, type Parameter, RUNBOOK_LIMITS } from './runbook.ts';

const base: Parameter = {
  ...{ name: 'port', type: 'text', required: true, description: '', pattern: '', choices: [] },
};
const whyNot = (more: Partial<Parameter>, value: string): string =>
  parameterFaults([{ ...base, ...more }], { port: value })[0]?.[1] ?? '';

test('parameters are judged by need, kind, pattern and length', () => {
  assert.equal(whyNot({}, ''), 'it is needed');
  assert.equal(whyNot({ required: false }, ''), '');
  assert.equal(whyNot({ type: 'number' }, '-1.5'), '');
  assert.equal(whyNot({ type: 'number' }, '1e9'), 'a number expected');
  assert.equal(whyNot({ type: 'choice', choices: ['a', 'b'] }, 'b'), '');
  assert.equal(whyNot({ type: 'choice', choices: ['a', 'b'] }, 'c'), 'one of a, b expected');
  assert.equal(whyNot({ pattern: '[a-z]+[0-9]' }, 'ge1'), '');
  assert.equal(whyNot({ pattern: '[a-z]+[0-9]' }, 'ge1x'), 'it must match [a-z]+[0-9]');
  assert.equal(whyNot({}, 'a\r\nX: b'), 'one line of text expected');
  const most = RUNBOOK_LIMITS.value_chars_max;
  assert.equal(whyNot({}, 'x'.repeat(most)), '');
  assert.equal(whyNot({}, 'x'.repeat(most + 1)), `at most ${most} characters`);
});

test('all faults are told at once, of strangers too', () => {
  const found = parameterFaults([base, { ...base, name: 'site' }], { rack: '1' });
  assert.deepEqual(found, [
    ['port', 'it is needed'],
    ['site', 'it is needed'],
    ['rack', 'this runbook has no such parameter'],
  ]);
});

const step: HttpStep = {
  ...{ is: 'http', method: 'POST', url: 'https://r1.example.org/p/{{port}}', statuses: [] },
  headers: { Authorization: 'Bearer {{secret.r1}}', 'X-Port': '{{port}}' },
  body: '{"port": "{{port}}"}',
  repeatable: false,
};

test('what a person entered stays in its place', () => {
  const { url, body, headers } = fillIn(step, { port: '../"x"?a' }, () => 'hush');
  assert.equal(url, 'https://r1.example.org/p/..%2F%22x%22%3Fa');
  assert.deepEqual(JSON.parse(body), { port: '../"x"?a' });
  assert.deepEqual(headers, { Authorization: 'Bearer hush', 'X-Port': '../"x"?a' });
});

test('no secret is in what is written down', () => {
  const text = requestText({ ...step, body: '{{secret.r1}}' }, { port: '7' });
  assert.equal(
    text,
    'POST https://r1.example.org/p/7\nAuthorization: <secret>\nX-Port: 7\n\n{{secret.r1}}',
  );
});
