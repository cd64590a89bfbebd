import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ran } from './world.ts';

/** Runs `tocsin template render` in a folder with these files. */
async function render(files: Record<string, string>, ...options: string[]) {
  const cwd = mkdtempSync(join(tmpdir(), 'tocsin-template-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
    return await ran(['template', 'render', ...options], { cwd });
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

test('a template of a file is filled in with the notification made up, without a line feed added', async () => {
  const files = { 'a.tmpl': '{{ define "mine" }}{{ .Status }} {{ len .Alerts }}{{ end }}' };
  const { exit, out } = await render(
    files,
    '--template.glob=*.tmpl',
    '--template.text={{ template "mine" . }}',
  );
  assert.deepEqual([exit, out], [0, 'firing 2']);
});

test('own data is read from a file, and html escapes it', async () => {
  const files = { 'data.json': '{"commonLabels":{"a":"<b>"}}' };
  const options = ['--template.data=data.json', '--template.text=<i>{{ .CommonLabels.a }}</i>'];
  assert.equal((await render(files, ...options)).out, '<i><b></i>');
  const html = await render(files, ...options, '--template.type=html');
  assert.equal(html.out, '<i>&lt;b&gt;</i>');
});

test('a fault names file, line and column, and the exit code says so', async () => {
  const files = { 'a.tmpl': '\n{{ nope }}' };
  const inFile = await render(files, '--template.glob=a.tmpl', '--template.text=x');
  assert.equal(inFile.exit, 2);
  assert.match(inFile.err, /TEMPLATE_INVALID.*a\.tmpl:2:4: there is no function "nope"/);
  const inText = await render({}, '--template.text={{ .Nope }}');
  assert.match(inText.err, /template:1:4: there is no \.Nope/);
});

test('what is missing is said: the text, the data, its shape', async () => {
  assert.match((await render({})).err, /--template\.text/);
  const gone = await render({}, '--template.text=x', '--template.data=gone.json');
  assert.match(gone.err, /gone\.json: there is no such file/);
  const bad = await render({ 'd.json': '[]' }, '--template.text=x', '--template.data=d.json');
  assert.match(bad.err, /d\.json: the document must be an object/);
});
