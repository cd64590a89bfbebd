import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FAILURES, type FailureCode } from '../../src/base/errors.ts';
import { ADVICE } from '../../src/cli/advice.ts';
import type { Command } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { parse } from '../../src/cli/parse.ts';
import type { SettingsFile } from '../../src/cli/settings-file.ts';
import { sourceSettings } from '../../src/cli/source-settings.ts';
import { widthOfText } from '../../src/cli/terminal.ts';
import { snmp } from '../../src/sources/snmp/snmp.ts';
import { ran } from './world.ts';

const everyCommand = COMMANDS.flatMap((c): (readonly [string, Command])[] => [
  [c.name, c],
  ...(c.below ?? []).map((b) => [`${c.name} ${b.name}`, b] as const),
]);

test('every command explains itself, with an example, in lines that fit', async () => {
  for (const [path, command] of everyCommand) {
    const { exit, out, err } = await ran([...path.split(' '), '--help']);
    assert.equal(exit, 0, path);
    assert.equal(err, '', path);
    assert.ok(out.startsWith(command.summary), path);
    assert.match(out, /Usage: tocsin/, path);
    assert.match(out, /Examples:/, path);
    for (const option of command.options) assert.ok(out.includes(`--${option.name}`), option.name);
    const help = out.slice(0, out.indexOf('Examples:'));
    for (const line of help.split('\n')) assert.ok(widthOfText(line) <= 100, `${path}: ${line}`);
  }
});

/** As a shell would, for the examples: quotes, and nothing after a pipe. */
const words = (line: string): string[] =>
  [...(line.split('|')[0] ?? '').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );

test('every example is a command line that is understood', () => {
  for (const [path, command] of everyCommand)
    for (const { line } of command.examples) {
      if (!line.startsWith('tocsin ') || line.includes('>') || line.includes('$(')) continue;
      const [, ...argv] = words(line.replace(/=\\?"([^"]*)\\?"/g, '=$1'));
      const own = path.split(' ');
      if (argv.slice(0, own.length).join(' ') !== path) continue;
      if (command.below !== undefined) continue;
      assert.doesNotThrow(() => parse(command, path, argv.slice(own.length)), line);
    }
});

test('the overview names every command', async () => {
  for (const argv of [[], ['--help'], ['-h'], ['help']]) {
    const { exit, out } = await ran(argv);
    assert.equal(exit, 0);
    for (const { name } of COMMANDS) assert.match(out, new RegExp(`^  ${name} `, 'm'));
  }
  assert.match((await ran(['help', 'shelve'])).out, /^Hides alarms/);
});

test('versions and completions are printed', async () => {
  for (const argv of [['--version'], ['version']])
    assert.deepEqual((await ran(argv)).out, 'tocsin 0.0.0-test\n');
  assert.equal((await ran(['completion', 'cmd'])).exit, 2);
});

test('the bash completion is valid, and completes commands, options and values', async () => {
  const { out } = await ran(['completion', 'bash']);
  const complete = (line: string): string[] => {
    const script = `${out}
COMP_WORDS=(${line.replace(/ $/, " ''")}); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )); _tocsin
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.equal(stderr, '');
    return stdout.trim().split('\n');
  };
  assert.equal(spawnSync('bash', ['-n'], { input: out }).status, 0);
  assert.deepEqual(complete('tocsin sh'), ['show', 'shelve']);
  assert.deepEqual(complete('tocsin users l'), ['list', 'link']);
  assert.deepEqual(complete('tocsin shelve --r'), ['--reason']);
  assert.deepEqual(complete('tocsin serve --log.format '), ['logfmt', 'json']);
  assert.deepEqual(complete('tocsin users add --role '), ['viewer', 'operator', 'admin']);
});

test('the zsh and fish completions name every command', async () => {
  for (const shell of ['zsh', 'fish']) {
    const { out } = await ran(['completion', shell]);
    for (const { name } of COMMANDS) assert.ok(out.includes(name), `${shell} ${name}`);
    const found = spawnSync(shell, ['-n'], { input: out });
    if (!found.error) assert.equal(found.status, 0, `${shell}: ${found.stderr}`);
  }
});

test('wrong use ends with 2, says what was wrong and where to read on', async () => {
  const table: readonly (readonly [argv: string[], says: string])[] = [
    [['srve'], 'tocsin has no command "srve"; did you mean serve?'],
    [['users'], 'tocsin users needs a command: list, add'],
    [['users', 'lsit'], 'tocsin users has no command "lsit"; did you mean list?'],
    [['serve', '--web.listen-adress=x'], 'did you mean --web.listen-address?'],
    [['serve', '--web.listen-address=x'], '"x" is not an address'],
    [['serve', '--data.retention=10m'], 'at least 1h'],
    [['serve', '--web.external-url=desk'], 'is no URL'],
    [['--url', 'x', 'alarms'], 'tocsin serve has no option --url'],
    [['ack'], 'tocsin ack needs ID'],
    [['ack', 'x', '--for', '1h', '--until', '18:00'], 'give --for or --until, not both'],
    [['ack', 'x', '--until', 'soon'], '"soon" is not a time'],
    [['ack', 'x', 'y', '--episode', '3'], '--episode goes with one ID'],
    [['ack', '-'], 'standard input had no ids'],
    [['shelve', 'x', '--for', '1h'], 'needs --reason'],
    [['shelve', 'x', '--reason', 'y'], 'needs an end'],
    [['comment', 'x'], 'needs --note'],
    [['send', 'text'], 'needs --label alertname=NAME'],
    [['send', '-l', 'alertname'], '"alertname" is not NAME=VALUE'],
    [['users', 'erase', 'x'], 'add --yes'],
    [['alarms', '--limit', '0'], '--limit: between 1 and'],
    [['alarms', '--url', 'desk'], '"desk" is not the address of a desk'],
  ];
  for (const [argv, says] of table) {
    const { exit, out, err } = await ran(argv);
    assert.equal(exit, 2, argv.join(' '));
    assert.equal(out, '');
    assert.ok(err.includes(says), `${argv.join(' ')}: ${err}`);
    assert.match(err, / {2}= more: /);
  }
});

test('the harness of Alertmanager can start it: first word a flag, its own flags taken', async () => {
  const line =
    '--config.file /d/config.yml --log.level debug --web.listen-address 127.0.0.1:0 ' +
    '--storage.path /d --cluster.listen-address 127.0.0.1:0 --cluster.settle-timeout 0s ' +
    '--enable-feature classic-mode --web.route-prefix /foo --dispatch.start-delay 5s ' +
    '--cluster.peer=127.0.0.1:1 --cluster.peer=127.0.0.1:2 --data.retention=120h ' +
    '--web.config.file=w.yml --web.timeout=1s --alerts.gc-interval=30m --silences.max-silences=9';
  const { exit, err, served } = await ran(line.split(' '));
  assert.equal(exit, 0);
  const [options] = served;
  assert.equal(options?.dataFolder, '/d');
  assert.equal(options?.configFile, '/d/config.yml');
  assert.deepEqual(options?.listen, { host: '127.0.0.1', port: 0 });
  assert.equal(options?.mount.routePrefix, '/foo');
  assert.equal(options?.dispatchStartDelay, 5_000);
  assert.equal(options?.clusterAddress, '127.0.0.1:0');
  assert.deepEqual(options?.features, ['classic-mode']);
  assert.equal(err.trim().split('\n').length, 1, 'said once');
  for (const flag of ['--cluster.peer', '--web.timeout', '--alerts.gc-interval'])
    assert.ok(err.includes(flag), flag);
  for (const flag of ['--enable-feature', '--dispatch.start-delay'])
    assert.ok(!err.includes(flag), `${flag} changes something`);
});

test('serve without a word has safe defaults, the demo its own folder', async () => {
  const [plain] = (await ran(['serve'], { cwd: '/home' })).served;
  assert.equal(plain?.dataFolder, '/home/data');
  assert.deepEqual(plain?.listen, { host: '127.0.0.1', port: 9093 });
  assert.deepEqual(plain?.snmpListen, { host: '127.0.0.1', port: 1162 });
  assert.deepEqual(plain?.syslogListen, { host: '127.0.0.1', port: 1514 });
  assert.equal(plain?.ingestWithoutToken, 'loopback');
  assert.equal(plain?.historyKeep, 400 * 86_400_000);
  assert.equal(plain?.journalKeep, 30 * 86_400_000);
  assert.equal(plain?.clusterAddress, '0.0.0.0:9094');
  for (const argv of [['demo'], ['serve', '--demo']]) {
    const [demo] = (await ran(argv, { cwd: '/home' })).served;
    assert.equal(demo?.dataFolder, '/home/data-demo');
    assert.equal(demo?.demo, true);
    assert.equal(demo && 'seed' in demo && demo.seed, 1);
  }
  const [own] = (await ran(['serve', '--demo', '--storage.path=x'], { cwd: '/home' })).served;
  assert.equal(own?.dataFolder, '/home/x');
  const [off] = (await ran(['serve', '--snmp.listen-address='])).served;
  assert.equal(off?.snmpListen, undefined);
});

test('the folder of MIB modules is a flag, and tocsin.yml goes before it', async () => {
  const settingsOf = async (argv: string[], file?: SettingsFile) => {
    const [options] = (await ran(['serve', ...argv], { cwd: '/home' })).served;
    assert.ok(options);
    return sourceSettings(snmp, { options, config: undefined, file }) as { mibs: string };
  };
  assert.equal((await settingsOf([])).mibs, '');
  assert.equal((await settingsOf(['--snmp.mibs=mibs'])).mibs, '/home/mibs');
  const file: SettingsFile = {
    section: () => ({ snmp: { mibs: '/etc/mibs' } }),
    fault: (_, why) => {
      throw new Error(why);
    },
  };
  assert.equal((await settingsOf(['--snmp.mibs=mibs'], file)).mibs, '/etc/mibs');
});

test('check says every fault as FILE:LINE:COLUMN and ends with 2', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'tocsin-check-'));
  try {
    writeFileSync(join(cwd, 'good.yml'), 'route: {receiver: a}\nreceivers: [{name: a}]\n');
    writeFileSync(join(cwd, 'bad.yml'), 'rout: {receiver: a}\nreceivers: [{name: a}]\n');
    const good = await ran(['check', 'good.yml'], { cwd });
    assert.equal(good.exit, 0);
    assert.match(good.out, /^good {2}good\.yml\n {6}receivers: a; routes: 1$/m);
    const bad = await ran(['check', 'bad.yml'], { cwd });
    assert.equal(bad.exit, 2);
    assert.match(bad.err, /^bad\.yml:1:1: .*; did you mean route\?$/m);
    const json = JSON.parse((await ran(['check', '--json', 'bad.yml'], { cwd })).out);
    assert.equal(json.faults[0].line, 1);
    assert.equal((await ran(['check', 'gone.yml'], { cwd })).exit, 2);
    const print = await ran(['check', '--print', 'good.yml'], { cwd });
    assert.match(print.out, /^global:\n {2}resolve_timeout: 5m\n/);
    assert.equal((await ran(['check', '--print', 'bad.yml'], { cwd })).out, '');
  } finally {
    rmSync(cwd, { recursive: true });
  }
});

test('every error code is explained, with what to do', async () => {
  for (const code of Object.keys(FAILURES) as FailureCode[]) {
    const { exit, out } = await ran(['explain', code.toLowerCase()]);
    assert.equal(exit, 0);
    assert.ok(out.includes(code));
    assert.ok((ADVICE[code] ?? '').length > 20, `src/cli/advice.ts says nothing about ${code}`);
  }
  const unknown = await ran(['explain', 'DATA_IN_USED']);
  assert.equal(unknown.exit, 4);
  assert.match(unknown.err, /did you mean DATA_IN_USE/);
});

test('backups of a desk that is not running, and restores, are handed on whole', async () => {
  const seen: string[][] = [];
  const take = async (from: string, to: string, progress: (done: number) => void) => {
    seen.push([from, to]);
    progress(0.5);
    return { files: 3, bytes: 1_048_576, position: 42 };
  };
  const replace = { backupStopped: take, restore: take };
  const terminal = { columns: 80 };
  const one = await ran(['backup', '--stopped', 'b'], { cwd: '/home', replace, terminal });
  assert.match(one.out, /^copied {2}\/home\/b {2}3 files, 1\.0 MiB, up to entry 42$/m);
  assert.match(one.err, /50 %/, 'progress on a terminal');
  const two = await ran(['restore', '--json', 'b'], { cwd: '/home', replace });
  assert.deepEqual(JSON.parse(two.out).position, 42);
  assert.equal(two.err, '', 'no progress in a pipe');
  assert.deepEqual(seen, [
    ['/home/data', '/home/b'],
    ['/home/b', '/home/data'],
  ]);
});

test('a bug is said to be ours, with 1', async () => {
  const replace = { serve: () => Promise.reject(new TypeError('x is not a function')) };
  const { exit, err } = await ran(['serve'], { replace });
  assert.equal(exit, 1);
  assert.match(err, /broke on our side/);
});

test('a start on a terminal holds its log back until it is up; in a pipe, or asked for, it does not', async () => {
  const logsOf = async (argv: readonly string[], terminal?: { columns: number }) => {
    const { err, out } = await ran(argv, {
      ...(terminal ? { terminal } : {}),
      replace: {
        serve: async (_options, log, isUp) => {
          log.info('a.happened');
          log.warn('b.went-wrong');
          isUp();
          log.info('c.happened');
          return 0;
        },
      },
    });
    const names = [...err.matchAll(/msg=(\S+)/g)].map(([, name]) => name).join(' ');
    return { names, out };
  };
  const held = await logsOf(['serve'], { columns: 80 });
  assert.equal(held.names, 'b.went-wrong a.happened c.happened');
  assert.equal(held.out, 'Tocsin 0.0.0-test starts …\n');
  const asItComes = 'a.happened b.went-wrong c.happened';
  const piped = await logsOf(['serve']);
  assert.deepEqual(piped, { names: asItComes, out: '' });
  const asked = await logsOf(['serve', '--log.level=info'], { columns: 80 });
  assert.equal(asked.names, asItComes);
});
