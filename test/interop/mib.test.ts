import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { compile } from '../../src/sources/snmp/mib-compile.ts';
import { readFolder } from '../../src/sources/snmp/mib-folder.ts';
import { Names } from '../../src/sources/snmp/mib-names.ts';

/** net-snmp's own compiler (Debian's package `snmp`), and the IETF's modules as npm brings them. */
const missing = spawnSync('snmptranslate', ['-V']).error !== undefined;
const skip = missing && 'snmptranslate missing: apt-get install snmp';
const MODULES = fileURLToPath(new URL('../../node_modules/net-snmp/lib/mibs', import.meta.url));
const BYTES_MAX = 64 * 1024 * 1024;

/** RFC1158-MIB is what RFC1213-MIB replaced: some OIDs have two names. */
const FOLDER = mkdtempSync(join(tmpdir(), 'tocsin-interop-mib-'));
cpSync(MODULES, FOLDER, { recursive: true });
rmSync(join(FOLDER, 'RFC1158-MIB.mib'), { force: true });
after(() => rmSync(FOLDER, { recursive: true }));
/** Generic traps of SMIv1: where SMIv2 placed them is where they are sent from. */
const GENERIC = /^1\.3\.6\.1\.2\.1\.11\.0(?:\.|$)/;

test('each OID of the IETF modules has the name net-snmp gives it', { skip }, () => {
  const { image, report } = compile(FOLDER, readFolder(FOLDER));
  const names = Names.open(image);
  assert.ok(names);
  assert.deepEqual(
    report.modules.filter((m) => m.faults.length > 0 || m.lostCount > 0),
    [],
  );
  const { stdout } = spawnSync('snmptranslate', ['-M', FOLDER, '-m', 'ALL', '-Tz'], {
    encoding: 'utf8',
    maxBuffer: BYTES_MAX,
  });
  const pairs = [...stdout.matchAll(/^"([^"]+)"\s+"([\d.]+)"$/gm)].filter(
    ([, , oid = '']) => !GENERIC.test(oid),
  );
  assert.ok(pairs.length > 200, `${pairs.length} names`);
  const differ = pairs.flatMap(([, name = '', oid = '']) => {
    const ours = names.of(oid);
    return ours?.name === name && ours.rest === '' ? [] : [`${oid}: ${name}, ours ${ours?.name}`];
  });
  assert.deepEqual(differ.slice(0, 5), []);
});
