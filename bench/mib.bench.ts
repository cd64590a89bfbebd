// node bench/mib.bench.ts [FOLDER] [--short]
// Reading MIB modules: without a folder as many as a large one has, made of that of the tests.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile } from '../src/sources/snmp/mib-compile.ts';
import { readFolder } from '../src/sources/snmp/mib-folder.ts';
import { Names } from '../src/sources/snmp/mib-names.ts';

const MODULES = 4_000;
const MODULES_SHORT = 50;
const LOOK_UPS = 200_000;
const BYTES_PER_MIB = 1_048_576;

const args = process.argv.slice(2);
const given = args.find((arg) => !arg.startsWith('--'));
const folder = given ?? made(args.includes('--short') ? MODULES_SHORT : MODULES);
try {
  const began = performance.now();
  const found = readFolder(folder);
  const looked = performance.now();
  const { image, report } = compile(folder, found);
  const compiled = performance.now();
  const cpu = process.cpuUsage();
  const names = Names.open(image);
  const opened = performance.now();
  const { modules } = report;
  const sum = (of: (module: (typeof modules)[number]) => number): number =>
    modules.reduce((all, module) => all + of(module), 0);
  const oid = '1.3.6.1.2.1.2.2.1.8.7';
  const from = performance.now();
  for (let i = 0; i < LOOK_UPS; i++) names?.of(oid);
  const lookUps = performance.now() - from;
  const line = {
    bench: 'mib.compile',
    modules: modules.length,
    mib: Math.round(report.bytes / BYTES_PER_MIB),
    without_fault: modules.filter((m) => m.faults.length === 0).length,
    placed_whole: modules.filter((m) => m.lostCount === 0).length,
    imports_there: modules.filter((m) => m.missing.length === 0).length,
    objects: sum((m) => m.objects),
    notifications: sum((m) => m.notifications),
    look_ms: Math.round(looked - began),
    compile_ms: Math.round(compiled - looked),
    cpu_ms: Math.round((cpu.user + cpu.system) / 1_000),
    rss_mib: Math.round(process.memoryUsage.rss() / BYTES_PER_MIB),
    image_mib: Math.round(image.byteLength / BYTES_PER_MIB),
    open_ms: Math.round(opened - compiled),
    look_up_us: Math.round((lookUps / LOOK_UPS) * 100_000) / 100,
    node: process.version,
    cpu: cpus()[0]?.model,
  };
  process.stdout.write(`${JSON.stringify(line)}\n`);
} finally {
  if (given === undefined) rmSync(folder, { recursive: true });
}

function made(count: number): string {
  const sample = readFileSync(new URL('../test/snmp/acme-mib.txt', import.meta.url), 'utf8');
  const into = mkdtempSync(join(tmpdir(), 'tocsin-bench-mib-'));
  for (let i = 0; i < count; i++) {
    const text = sample
      .replace(/\b(a|A)cme/g, (_, first: string) => `${first}cme${i}x`)
      .replace('ACME-MIB', `ACME-${i}-MIB`)
      .replace('enterprises 4711', `enterprises ${100_000 + i}`);
    writeFileSync(join(into, `ACME-${i}-MIB`), text);
  }
  return into;
}
