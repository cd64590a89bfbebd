import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ADMIN_TOKEN_FILE, adminTokenText } from '../../src/cli/admin-token.ts';
import { identifyLabels } from '../../src/domain/alarm/event.ts';
import { openApiServer } from '../support/api.ts';
import { raise } from '../support/http.ts';
import { ran } from './world.ts';

const s = await openApiServer();
const cwd = mkdtempSync(join(tmpdir(), 'tocsin-labels-'));
mkdirSync(join(cwd, 'd'));
const token = s.admin.authorization.slice('Bearer '.length);
writeFileSync(join(cwd, 'd', ADMIN_TOKEN_FILE), adminTokenText({ token, url: s.url }));
after(async () => {
  rmSync(cwd, { recursive: true });
  await s.close();
});

function plan(text: string) {
  writeFileSync(join(cwd, 'tocsin.yml'), text);
  return ran(['labels', 'plan', 'tocsin.yml', '--data', 'd'], { cwd });
}

test('a plan of label rules says which open alarms get another key', async () => {
  for (const replica of ['a', 'b']) {
    const labels = { alertname: 'Down', instance: 'web1', replica };
    const id = identifyLabels(labels);
    const more = { id, byLabels: true, qualifier: id, type: 'Down', labels };
    await s.desk.receive('alertmanager', [raise('web1', more)]);
  }
  const { out, exit, err } = await plan('labels:\n  drop: [replica]\n');
  assert.equal(exit, 0, err);
  assert.match(out, /^web1 Down {2}replica: a -> none$/m);
  assert.match(out, /^2 open alarms: 2 get another key, 0 only other labels, 1 become one/m);
  assert.match(out, /the old ones end by their lease/);
});

test('rules that cannot be are refused with line and column', async () => {
  const faults: readonly (readonly [string, RegExp])[] = [
    ['labels:\n  drop: replica\n', /tocsin\.yml:2:9: labels\.drop/],
    ['labels:\n  rename: {alertname: name}\n', /2:23: labels\.rename\.alertname: .*stays/],
    ['labels:\n  drop: [a, alertname]\n', /2:9: labels\.drop: alertname: .*stays/],
    ['labels:\n  sources:\n    snnmp: {drop: [a]}\n', /3:12: .*there is no source "snnmp"/],
    ['labels:\n  dorp: [a]\n', /labels: .*dorp is not known/],
    ['labels:\n  conflict: never\n', /2:13: labels\.conflict/],
  ];
  for (const [text, wanted] of faults) {
    const { exit, err } = await plan(text);
    assert.notEqual(exit, 0);
    assert.match(err, wanted);
  }
});
