import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';

/** An npm whose tests pass thrice, leave a process in a session of its own, and then hang. */
const NPM = `#!/bin/sh
hang() { echo "$1" >"$FAKES/now"; exec sh -c 'sleep 100; :' "$2"; }
case "$*" in
  'test --silent')
    printf 'ℹ pass 3\\nℹ fail 0\\n'
    setsid sleep 101 &
    hang 730 src/slow.test.ts ;;
  *test:interop) hang 1330 test/interop/a.test.ts ;;
esac
`;

const FILES: Readonly<Record<string, string>> = {
  'fakes/npm': NPM,
  'fakes/id': '#!/bin/sh\necho 1000\n',
  'fakes/date': '#!/bin/sh\nexec cat "$FAKES/now"\n',
  'fakes/now': '0\n',
  'test/interop/a.test.ts': '',
  'bench/run.ts': '',
};

/** A repository in which nothing is installed, the tests hang and move the clock; its folder. */
const hangingRepository = (t: TestContext): string => {
  const root = mkdtempSync(join(tmpdir(), 'tocsin-ci-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text, { mode: 0o755 });
  }
  mkdirSync(join(root, '.ci'));
  copyFileSync(join(import.meta.dirname, '../../.ci/run'), join(root, '.ci/run'));
  return root;
};

test('the check of everything ends in time, names what hung and what was not run, and counts', (t) => {
  const root = hangingRepository(t);
  const FAKES = join(root, 'fakes');
  const { stdout, status } = spawnSync('bash', [join(root, '.ci/run')], {
    encoding: 'utf8',
    env: { PATH: `${FAKES}:/usr/bin:/bin`, FAKES },
    timeout: 90_000,
  });
  assert.equal(status, 1, stdout);
  assert.match(stdout, /^npm test took longer than 720 s .*, in: src\/slow\.test\.ts$/m);
  assert.match(stdout, /^Left running, ended: sleep 101/m);
  assert.match(stdout, /interop took longer than 540 s .*, in: test\/interop\/a\.test\.ts$/m);
  assert.match(stdout, /^npm run bench -- --short was not run: /m);
  assert.match(stdout, /\n1330 s in all\n3 passed, 3 failed\n$/);
});
