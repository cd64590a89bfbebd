import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readMarkdownFolder } from './markdown-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'tocsin-markdown-'));
after(() => rmSync(folder, { recursive: true }));

const reading = {
  ...{ what: 'runbook', files_max: 4, chars_max: 3 },
  read: (text: string, file: string) => ({ file, text }),
  nameOf: ({ text }: { text: string }) => text,
};
const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
const told = async () =>
  (await readMarkdownFolder(folder, reading)).map((one) =>
    'text' in one ? `${one.file} ${one.text}` : `${one.file}: ${one.faults[0]?.why}`,
  );

test('files are read by name; twins, large ones and those beyond the maximum are told', async () => {
  write('b.md', 'B');
  write('a.md', 'A');
  write('.hidden.md', 'H');
  write('notes.txt', 'N');
  write('c.md', 'A');
  write('d.md', 'x'.repeat(12));
  assert.deepEqual(await told(), [
    'a.md A',
    'b.md B',
    'c.md: another file has a runbook of this name',
    `d.md ${'x'.repeat(12)}`,
  ]);
  write('d.md', 'x'.repeat(13));
  write('e.md', 'E');
  assert.deepEqual((await told()).slice(3), [
    'd.md: it is too large for a runbook',
    `${folder}: more than 4 runbooks`,
  ]);
});

test('no folder is an empty one; one that cannot be read is a fault', async () => {
  assert.deepEqual(await readMarkdownFolder(undefined, reading), []);
  const gone = join(folder, 'gone');
  const [fault] = await readMarkdownFolder(gone, reading);
  assert.ok(fault && 'faults' in fault && fault.file === gone);
  assert.match(fault.faults[0]?.why ?? '', /ENOENT/);
});
