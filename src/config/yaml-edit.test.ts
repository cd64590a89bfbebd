import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataOf, editYaml, type YamlEdit } from './yaml-edit.ts';

const FILE = `# Whom we tell. Ask Nora before you touch it.
route:
  receiver: team   # by day
  group_by: [alertname, 'site']
  routes:
    # Night first.
    - matchers: [severity="critical"]
      receiver: "night"

    # Ops know Linux,
    # and nobody else.
    - receiver: team
      matchers:
        - team="ops"   # theirs
        - os=~"linux|bsd"
      labels: {a: b, c: d}

receivers:
  - name: team
    webhook_configs:
      - url: https://chat.example.org/hook  # ours
        max_alerts: 10
  # Three people.
  - name: night
    email_configs:
    - to: night@example.org
`;

/** Lines that are not in both, as `- old` and `+ new`. */
function changes(edits: readonly YamlEdit[], text = FILE): readonly string[] {
  const edited = editYaml(text, edits);
  assert.ok('text' in edited, 'why' in edited ? edited.why : '');
  const [a, b] = [text.split('\n'), edited.text.split('\n')];
  while (a.length > 0 && a[0] === b[0]) [a, b].forEach((lines) => void lines.shift());
  while (a.length > 0 && a.at(-1) === b.at(-1)) [a, b].forEach((lines) => void lines.pop());
  return [...a.map((line) => `- ${line}`), ...b.map((line) => `+ ${line}`)];
}

const whyNot = (edits: readonly YamlEdit[], text = FILE): string => {
  const edited = editYaml(text, edits);
  return 'why' in edited ? edited.why : assert.fail(edited.text);
};

test('a value is changed where it stands: comment, spaces and all else stay', () => {
  assert.deepEqual(changes([{ is: 'set', path: ['route', 'receiver'], value: 'night' }]), [
    '-   receiver: team   # by day',
    '+   receiver: night   # by day',
  ]);
  const url = ['receivers', 0, 'webhook_configs', 0, 'url'];
  assert.deepEqual(changes([{ is: 'set', path: url, value: 'yes' }]), [
    '-       - url: https://chat.example.org/hook  # ours',
    '+       - url: "yes"  # ours',
  ]);
  const item = ['route', 'routes', 1, 'matchers', 0];
  assert.deepEqual(changes([{ is: 'set', path: item, value: 'team="net"' }]), [
    '-         - team="ops"   # theirs',
    '+         - team="net"   # theirs',
  ]);
});

test('a new field stands in its order, or last; lists are indented as the file does it', () => {
  const order = ['receiver', 'matchers', 'continue', 'labels'];
  const path = ['route', 'routes', 1, 'continue'];
  assert.deepEqual(changes([{ is: 'set', path, value: true, order }]), ['+       continue: true']);
  const wait = ['route', 'group_wait'];
  const first = ['group_wait', 'receiver'];
  assert.deepEqual(changes([{ is: 'set', path: wait, value: '1m', order: first }]), [
    '+   group_wait: 1m',
  ]);
  const top = ['inhibit_rules', 0, 'equal'];
  assert.deepEqual(changes([{ is: 'set', path: top, value: ['site'] }]), [
    '+ inhibit_rules:',
    '+   - equal:',
    '+       - site',
  ]);
  const dashes = FILE.replace('route:', 'x:\n- y\nroute:');
  assert.deepEqual(changes([{ is: 'set', path: ['a'], value: [1] }], dashes), ['+ a:', '+ - 1']);
});

test('what stands in brackets stays in brackets', () => {
  const by = ['route', 'group_by'];
  assert.deepEqual(changes([{ is: 'set', path: by, value: ['a', 'b, c'] }]), [
    "-   group_by: [alertname, 'site']",
    '+   group_by: [a, "b, c"]',
  ]);
  assert.deepEqual(changes([{ is: 'insert', path: by, at: 2, value: 'x' }]), [
    "-   group_by: [alertname, 'site']",
    "+   group_by: [alertname, 'site', x]",
  ]);
  const labels = ['route', 'routes', 1, 'labels'];
  assert.deepEqual(changes([{ is: 'remove', path: [...labels, 'a'] }]), [
    '-       labels: {a: b, c: d}',
    '+       labels: {c: d}',
  ]);
  assert.deepEqual(changes([{ is: 'set', path: [...labels, 'e'], value: 'f' }]), [
    '-       labels: {a: b, c: d}',
    '+       labels: {a: b, c: d, e: f}',
  ]);
});

test('an item takes the comments right above it along, up, down and away', () => {
  const path = ['route', 'routes'];
  assert.deepEqual(changes([{ is: 'remove', path: [...path, 1] }]), [
    '-     # Ops know Linux,',
    '-     # and nobody else.',
    '-     - receiver: team',
    '-       matchers:',
    '-         - team="ops"   # theirs',
    '-         - os=~"linux|bsd"',
    '-       labels: {a: b, c: d}',
  ]);
  const edited = editYaml(FILE, [{ is: 'swap', path, at: 0 }]);
  assert.ok('text' in edited);
  assert.match(edited.text, /routes:\n {4}# Ops know Linux,\n {4}# and nobody.*\n {4}- rec/);
  assert.match(edited.text, /\n\n {4}# Night first\.\n {4}- matchers: \[severity="critical"\]/);
  const back = editYaml(edited.text, [{ is: 'swap', path, at: 0 }]);
  assert.ok('text' in back);
  assert.deepEqual(dataOf(back.text), dataOf(FILE));
  assert.match(whyNot([{ is: 'swap', path, at: 1 }]), /nothing to change places with/);
});

test('a new item stands where it is wanted', () => {
  const route = { matchers: ['a="b"'], receiver: 'night' };
  const at = (n: number) =>
    changes([{ is: 'insert', path: ['route', 'routes'], at: n, value: route }]);
  const lines = ['+     - matchers:', '+         - a="b"', '+       receiver: night'];
  assert.deepEqual(at(0), lines);
  assert.deepEqual(at(1), lines);
  assert.deepEqual(at(2), lines);
});

test('what becomes empty goes too; the first key gives its place on the dash to the next', () => {
  assert.deepEqual(changes([{ is: 'remove', path: ['receivers', 1, 'email_configs', 0] }]), [
    '-     email_configs:',
    '-     - to: night@example.org',
  ]);
  assert.deepEqual(changes([{ is: 'remove', path: ['route', 'routes', 1, 'receiver'] }]), [
    '-     - receiver: team',
    '-       matchers:',
    '+     - matchers:',
  ]);
});

test('what an anchor shares is not changed behind its back; a merged field is overridden', () => {
  const text = `base: &base {group_wait: 1m, labels: {a: b}}
one: &one 5
route:
  <<: *base
  receiver: x
  wait: *one
  more: *base
`;
  assert.match(whyNot([{ is: 'set', path: ['one'], value: 6 }], text), /anchor/);
  assert.match(whyNot([{ is: 'set', path: ['route', 'more', 'a'], value: 6 }], text), /anchor/);
  assert.match(whyNot([{ is: 'remove', path: ['route', 'group_wait'] }], text), /anchor/);
  assert.deepEqual(changes([{ is: 'set', path: ['route', 'wait'], value: 6 }], text), [
    '-   wait: *one',
    '+   wait: 6',
  ]);
  assert.deepEqual(changes([{ is: 'set', path: ['route', 'group_wait'], value: '2m' }], text), [
    '+   group_wait: 2m',
  ]);
});

test('texts of many lines, empty values and empty files', () => {
  const body = 'first: {{ . }}\n# no comment\nlast\n';
  const made = editYaml('', [{ is: 'set', path: ['a', 'b'], value: body }]);
  assert.ok('text' in made);
  assert.deepEqual(dataOf(made.text), { a: { b: body } });
  const again = editYaml(`${made.text}c: 1`, [{ is: 'set', path: ['a', 'b'], value: 'x' }]);
  assert.deepEqual(again, { text: 'a:\n  b: x\nc: 1\n' });
  const empty = editYaml('a:\nb: 1\n', [{ is: 'set', path: ['a', 'c'], value: 2 }]);
  assert.deepEqual(empty, { text: 'a:\n  c: 2\nb: 1\n' });
  const list = editYaml('a: []\n', [{ is: 'insert', path: ['a'], at: 0, value: { b: 1 } }]);
  assert.deepEqual('text' in list && dataOf(list.text), { a: [{ b: 1 }] });
});
