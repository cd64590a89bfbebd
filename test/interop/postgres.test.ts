import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Instant } from '../../src/base/time.ts';
import { runData } from '../../src/checks/engine/run.ts';
import type { TestRule } from '../../src/domain/check/test.ts';

/** Debian's package `postgresql` keeps the programs below the version's folder. */
const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : [];
const bin = `/usr/lib/postgresql/${versions.sort().at(-1)}/bin`;
const skip = versions.length === 0 && 'postgres missing: apt-get install postgresql';

/** PostgreSQL does not run as root. */
const asUser = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
const command = (...args: readonly string[]): [string, string[]] => {
  const [first = '', ...rest] = [...asUser, ...args];
  return [first, rest];
};

describe('tables of PostgreSQL', { skip }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tocsin-pg-'));
  const data = join(root, 'data');
  const port = 20_000 + (process.pid % 20_000);
  const connection = `postgres://postgres:pass-word@127.0.0.1:${port}/postgres`;
  before(() => {
    writeFileSync(join(root, 'pw'), 'pass-word\n');
    spawnSync('chmod', ['-R', 'a+rwX', root]);
    const init = ['-D', data, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${root}/pw`];
    const made = spawnSync(...command(`${bin}/initdb`, ...init), { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    const listen = `-p ${port} -k ${root} -h 127.0.0.1`;
    const log = join(root, 'log');
    const args = ['start', '-w', '-D', data, '-l', log, '-o', listen];
    const started = spawnSync(...command(`${bin}/pg_ctl`, ...args), { stdio: 'ignore' });
    assert.equal(started.status, 0, 'PostgreSQL did not start');
  });
  after(() => {
    spawnSync(...command(`${bin}/pg_ctl`, 'stop', '-w', '-D', data, '-m', 'immediate'));
    rmSync(root, { recursive: true, force: true });
  });

  const run = (query: string, rules: readonly TestRule[]) =>
    runData({
      is: 'data',
      check: {
        source: 't',
        parameters: [],
        tests: rules.map((rule) => ({ name: rule.is, rule, where: {} })),
      },
      sources: { t: { kind: 'postgres', connection, connectionFile: '', query } },
      before: {},
      now: Date.parse('2026-03-10') as Instant,
      folder: join(root, 'evidence'),
      run: 'r',
    });

  test('every row of a query is tested, more than one piece of the cursor', async () => {
    const query = `select n as id, n * 0.5::numeric as price, nullif(n % 100, 0) as part,
      timestamptz '2026-03-09 23:00:00+00' as seen, n % 2 = 0 as even
      from generate_series(1, 12345) n`;
    const { cases, rows } = await run(query, [
      { is: 'unique', columns: ['id'] },
      { is: 'range', column: 'price', min: '0.5', max: '6172.5' },
      { is: 'not_null', column: 'part' },
      { is: 'set', column: 'even', values: ['t', 'f'] },
      { is: 'rows', min: '12345', max: '12345' },
    ]);
    assert.equal(rows, 12_345);
    assert.deepEqual(
      cases.map(({ verdict }) => verdict),
      ['passed', 'passed', 'failed', 'passed', 'passed'],
    );
    assert.match(cases[2]?.text ?? '', /^123 of 12,345 rows have no part/);
  });

  test('times are read as the server writes them', async () => {
    const query = "select now()::timestamptz as seen, timestamp '2026-03-09 22:00:00' as day";
    const day = { is: 'fresh', column: 'day', ageMax: 2 * 3_600_000 } as TestRule;
    const { cases } = await run(query, [day, { ...day, column: 'seen' } as TestRule]);
    assert.deepEqual(
      cases.map(({ verdict }) => verdict),
      ['passed', 'passed'],
      cases.map(({ text }) => text).join(),
    );
  });

  test('a check writes nothing, and a bad query is told in the words of the server', async () => {
    const rule: TestRule = { is: 'rows', min: '1' };
    const { cases: none } = await run('select * from nowhere', [rule]);
    assert.equal(none[0]?.verdict, 'broken');
    assert.match(none[0]?.text ?? '', /PostgreSQL: relation "nowhere" does not exist/);
    const { cases: refused } = await run('insert into t values (1) returning 1', [rule]);
    assert.equal(refused[0]?.verdict, 'broken');
    const { cases: called } = await run("select pg_notify('a', 'b'), nextval('s')", [rule]);
    assert.equal(called[0]?.verdict, 'broken');
  });
});
