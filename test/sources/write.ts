// node test/sources/write.ts [--all]
// Writes NAME.json beside every fixture NAME.in that has none. Read it before you believe it.
import { existsSync, writeFileSync } from 'node:fs';
import { SOURCES } from '../../src/sources/index.ts';
import { defaultsOf, fixtureNames, folderOf, readInput } from './fixtures.ts';

const all = process.argv.includes('--all');
for (const source of SOURCES) {
  const settings = defaultsOf(source.settings);
  for (const name of fixtureNames(source.name)) {
    const file = `${folderOf(source.name)}${name}.json`;
    if (existsSync(file) && !all) continue;
    const translated = source.translate(readInput(source.name, name), settings);
    writeFileSync(file, `${JSON.stringify(translated, null, 2)}\n`);
    process.stdout.write(`wrote ${file}\n`);
  }
}
