import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import type { ConfigField } from '../desk/config-form.ts';
import { changeOf, formFields } from './form-fields.ts';
import type { Shape } from './shape.ts';

const SHAPE = Type.Object({
  api_url: Type.String({ default: '', secret: true, description: 'Address.' }),
  api_url_file: Type.String({ default: '' }),
  receiver: Type.Optional(Type.String()),
  size: Type.Optional(Type.Integer({ default: 3 })),
  loud: Type.Optional(Type.Boolean({ default: true })),
  wait: Type.Optional(Type.String({ format: 'duration' })),
  names: Type.Optional(Type.Array(Type.String())),
  mute_time_intervals: Type.Optional(Type.Array(Type.String())),
  deep: Type.Optional(
    Type.Object({ user: Type.String(), password: Type.String({ secret: true }) }),
  ),
}) as unknown as Shape;

const SAID = {
  ...{ api_url: 'http://s3cret', size: 5, names: ['a', 'b'], mute_time_intervals: ['x'] },
  deep: { user: 'u', password: 'hush' },
};
const fields = formFields(SHAPE, SAID, { receiver: ['ops'], mute_time_intervals: ['x', 'y'] });
const named = (name: string): ConfigField =>
  fields.find((field) => field.name === name) ?? assert.fail(name);
const change = (name: string, text: string, more = {}) =>
  changeOf(named(name), { [name]: text, ...more }, Reflect.get(SAID, name));
const SAME = { is: 'same' };

test('each field is asked for as its schema says; what is secret is never in a form', () => {
  const kinds = fields.map(({ name, is }) => `${name} ${is}`);
  assert.deepEqual(kinds, [
    ...['api_url secret', 'receiver choice', 'size number', 'loud flag', 'wait text'],
    ...['names list', 'mute_time_intervals picks', 'deep yaml'],
  ]);
  assert.doesNotMatch(JSON.stringify(fields), /s3cret|hush/);
  assert.equal(named('api_url').label, 'API URL');
  assert.match(named('wait').hint, /30s, 5m or 4h/);
  assert.equal(named('deep').value, 'user: u\npassword: <secret>\n');
});

test('what only the file of the desk may say is shown where it is set, and not asked for', () => {
  const [file] = formFields(SHAPE, { api_url_file: '/etc/key' }, {}).filter(
    ({ name }) => name === 'api_url_file',
  );
  assert.equal(file?.is, 'fixed');
  assert.ok(file);
  assert.deepEqual(changeOf(file, { api_url_file: '/etc/passwd' }, '/etc/key'), SAME);
});

test('a form that says the same, or did not show the field, changes nothing', () => {
  assert.deepEqual(change('size', '5'), SAME);
  assert.deepEqual(change('loud', 'true'), SAME);
  assert.deepEqual(change('names', 'a\r\nb\r\n'), SAME);
  assert.deepEqual(change('api_url', ''), SAME);
  assert.deepEqual(changeOf(named('size'), {}, 5), SAME);
});

test('another value is set as its kind; an empty one is taken out', () => {
  assert.deepEqual(change('size', '7'), { is: 'set', value: 7 });
  assert.deepEqual(change('size', 'many'), {
    ...{ is: 'wrong', why: 'Write a number; "many" is none.' },
  });
  assert.deepEqual(change('size', ''), { is: 'gone' });
  assert.deepEqual(change('loud', ''), { is: 'set', value: false });
  assert.deepEqual(change('names', ' a \n\nc'), { is: 'set', value: ['a', 'c'] });
  assert.deepEqual(change('wait', ' 5m '), { is: 'set', value: '5m' });
  assert.deepEqual(change('api_url', 'http://new'), { is: 'set', value: 'http://new' });
  assert.deepEqual(change('api_url', '', { 'api_url.clear': 'yes' }), { is: 'gone' });
});

test('a secret inside YAML that is left as it is stays what it is', () => {
  const value = { user: 'v', password: 'hush' };
  assert.deepEqual(change('deep', 'user: v\npassword: <secret>'), { is: 'set', value });
  assert.deepEqual(change('deep', 'user: [').is, 'wrong');
});
