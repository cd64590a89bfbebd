import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../../src/sources/snmp/mib-compile.ts';
import { readFolder } from '../../src/sources/snmp/mib-folder.ts';
import { Names } from '../../src/sources/snmp/mib-names.ts';

/** The names of modules that stand in texts. Throws at the first fault of any of them. */
export function compileText(...texts: readonly string[]): Names {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-mibs-'));
  try {
    for (const [i, text] of texts.entries()) writeFileSync(join(folder, `m${i}`), text, 'latin1');
    const { image, report } = compile(folder, readFolder(folder));
    const [fault] = report.modules.flatMap(({ faults }) => faults);
    if (fault !== undefined) throw new Error(JSON.stringify(fault));
    const names = Names.open(image);
    if (names === undefined) throw new Error('the image does not open');
    return names;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
