import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeskError } from '../base/errors.ts';
import type { Command } from './command.ts';
import { parse } from './parse.ts';

const command: Command = {
  name: 'try',
  summary: 'Tries.',
  args: [{ name: 'ID', help: 'which', many: true, optional: true }],
  options: [
    { name: 'web.listen-address', type: 'text', default: '127.0.0.1:9093', help: '' },
    { name: 'label', short: 'l', type: 'list', help: '' },
    { name: 'level', type: 'text', choices: ['info', 'debug'], default: 'info', help: '' },
    { name: 'limit', type: 'number', default: '100', help: '' },
    { name: 'for', type: 'duration', help: '' },
    { name: 'json', type: 'flag', help: '' },
    { name: 'cluster.quiet', type: 'flag', help: '' },
    { name: 'cluster.*', type: 'text', help: '' },
  ],
  examples: [],
  run: async () => 0,
};

const read = (line: string) => parse(command, 'tocsin try', line === '' ? [] : line.split(' '));

function shown(line: string): string {
  try {
    const given = read(line);
    const options = given.typed.map((name) => `${name}=${given.all(name).join('+')}`);
    return [...options, ...given.args].join(' ');
  } catch (error) {
    assert.ok(error instanceof DeskError && error.code === 'USAGE_INVALID', String(error));
    return `! ${error.message}`;
  }
}

test('what is typed and what is read', () => {
  const table = `
                                     ->
--web.listen-address=a:1             -> web.listen-address=a:1
--web.listen-address a:1             -> web.listen-address=a:1
-web.listen-address=a:1              -> web.listen-address=a:1
-web.listen-address a:1              -> web.listen-address=a:1
--web.listen-address=                -> web.listen-address=
--json x                             -> json=true x
--json=false                         -> json=false
--no-json                            -> json=false
-l a=b -l c=d                        -> label=a=b+c=d
-la=b                                -> label=a=b
x --json y                           -> json=true x y
-- --json                            -> --json
-                                    -> -
--cluster.peer=a:1 --cluster.peer=b  -> cluster.peer=a:1+b
--cluster.x -1                       -> cluster.x=-1
--cluster.quiet x                    -> cluster.quiet=true x
--limit 5                            -> limit=5
--for 1h30m                          -> for=1h30m
--lmit 5                             -> ! tocsin try has no option --lmit; did you mean --limit?
--jsno                               -> ! tocsin try has no option --jsno; did you mean --json?
-x                                   -> ! tocsin try has no option -x.
--limit                              -> ! --limit needs a value: --limit VALUE.
--limit --json                       -> ! --limit needs a value: --limit VALUE.
--limit five                         -> ! --limit: "five" is not a whole number.
--limit 5 --limit 6                  -> ! --limit is given twice; give it once.
--level dbug                         -> ! --level: "dbug" is not one of info, debug; did you mean debug?
--json=maybe                         -> ! --json is a switch and takes no value, but was given "maybe".
--for 5                              -> ! --for: "5" is not a length of time; write a number with a unit: 90s, 5m, 1h30m, 30d, 2w.`;
  for (const row of table.trim().split('\n')) {
    const [line = '', want = ''] = row.split('->').map((part) => part.trim());
    assert.equal(shown(line), want, line);
  }
});

test('what was not typed has its default', () => {
  const given = read('');
  assert.equal(given.text('web.listen-address'), '127.0.0.1:9093');
  assert.equal(given.number('limit'), 100);
  assert.equal(given.flag('json'), false);
  assert.deepEqual(given.all('label'), []);
  assert.equal(given.duration('for'), undefined);
  assert.equal(given.has('limit'), false);
  assert.throws(() => given.text('nonsense'), /no option nonsense is declared/);
});

test('help is given whatever else is wrong', () => {
  const strict: Command = { ...command, args: [{ name: 'ID', help: 'which' }] };
  assert.equal(parse(strict, 'tocsin try', ['--limit', 'five', '-h']).flag('help'), true);
  assert.throws(() => parse(strict, 'tocsin try', []), /tocsin try needs ID: which/);
  assert.throws(() => parse(strict, 'tocsin try', ['a', 'b']), /what to do with "b"/);
});
