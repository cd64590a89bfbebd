import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { FAILURES } from '../src/base/errors.ts';
import { configJsonSchema, configPage } from './config-page.ts';
import { ROOT } from './files.ts';
import { sourcesPage } from './sources-page.ts';
import { trapsPage } from './traps-page.ts';

/** One page of docs/reference/ that is made from the code. Add yours to `PAGES`. */
interface ReferencePage {
  readonly path: string;
  readonly text: () => string;
}

const MADE = '<!-- Made by `npm run docs` from the code. Change it there. -->\n';

/** Every failure a user can meet, with the anchor that problem documents link to. */
export function errorsPage(): string {
  const rows = Object.entries(FAILURES).map(
    ([code, { http, exit, say }]) =>
      `| <a id="${code}"></a>\`${code}\` | ${http} | ${exit} | ${say.replaceAll('|', '\\|')} |`,
  );
  return `# Errors

${MADE}
Each failure has a code that never changes, the status of our own API, the exit code of the command
line, and a sentence. What is in braces is filled in when it happens.

| code | HTTP | exit | says |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}

const PAGES: readonly ReferencePage[] = [
  { path: 'docs/reference/errors.md', text: errorsPage },
  { path: 'docs/reference/configuration.md', text: () => configPage(MADE) },
  { path: 'docs/reference/configuration.schema.json', text: configJsonSchema },
  { path: 'docs/reference/sources.md', text: () => sourcesPage(MADE) },
  { path: 'docs/reference/traps.md', text: () => trapsPage(MADE) },
];

/** Writes the pages; with `--check` only tells which are stale. */
function run(check: boolean): void {
  for (const { path, text } of PAGES) {
    const full = join(ROOT, path);
    const have = existsSync(full) ? readFileSync(full, 'utf8') : '';
    if (have === text()) continue;
    if (check) {
      console.error(`${path} is stale: run \`npm run docs\` and commit it.`);
      process.exitCode = 1;
    } else {
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, text());
      console.log(`wrote ${path}`);
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  run(process.argv.includes('--check'));
}
