import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../src/base/clock.ts';
import { RenderedFolder } from '../../src/documents/files.ts';
import { renderJob } from '../../src/documents/job.ts';
import { type Render, threadRenderer } from '../../src/documents/thread.ts';
import type { Document } from '../../src/domain/document/document.ts';
import { type Life, openLife } from '../support/desk.ts';
import { dataFolder, openTestDocuments } from '../support/documents.ts';

const ASKED = { template: 'hand-over', asked: { watch: 'core-1 flaps' } };
const never: Render = (_job, signal) =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ is: 'failed', why: 'stopped' }));
  });

async function asked(documents: ReturnType<typeof openTestDocuments>): Promise<string> {
  const told = await documents.ask(ASKED);
  assert.ok('made' in told, JSON.stringify(told));
  return told.made;
}

const documentOf = ({ desk }: Life, id: string): Document =>
  desk.memory.get('documents', id) ?? assert.fail();

/** How often the journal says that a document ended. */
const endings = async (life: Life): Promise<number> =>
  (await life.entries(0)).filter(({ kind }) => kind === 'document').length;

test('a desk that dies before it rendered, or before it told, goes on and ends it once', async () => {
  const folder = dataFolder();
  let life = await openLife();
  let documents = openTestDocuments(life, folder, never);
  const id = await asked(documents);
  // Dies while it renders.
  life = await openLife(life.crash(1_000));
  let rendered = 0;
  let dies = (): void => {};
  const died = new Promise<void>((resolve) => {
    dies = resolve;
  });
  const once: Render = async (job) => {
    const result = await renderJob(job);
    rendered++;
    dies();
    return result;
  };
  await documents.stop();
  documents = openTestDocuments(life, folder, once);
  await died;
  // Dies with the files on the disk, or nearly, and nothing told.
  const next = life.crash(1_000);
  await documents.stop();
  life = await openLife(next);
  assert.equal(documentOf(life, id).is, 'wanted');
  documents = openTestDocuments(life, folder, once);
  await documents.until(() => documentOf(life, id).is === 'rendered');
  assert.equal(rendered, 2);
  // Dies after it was told: nothing is rendered again.
  life = await openLife(life.crash(1_000));
  const { files } = documentOf(life, id);
  const after = openTestDocuments(life, folder, never);
  for (const format of ['markdown', 'html', 'pdf'] as const)
    assert.equal((await after.file(documentOf(life, id), format))?.length, files?.[format]?.bytes);
  assert.equal(await endings(life), 1);
  await after.stop();
  await documents.stop();
});

test('a file that is lost or was changed is rendered again, to the same bytes', async () => {
  const folder = dataFolder();
  const life = await openLife();
  const documents = openTestDocuments(life, folder);
  const id = await asked(documents);
  await documents.until(() => documentOf(life, id).is === 'rendered');
  const at = join(folder, 'documents');
  const before = await documents.file(documentOf(life, id), 'pdf');
  const [one = ''] = readdirSync(at).filter((name) => name.endsWith('.pdf'));
  writeFileSync(join(at, one), 'something else');
  const again = await documents.file(documentOf(life, id), 'pdf');
  assert.deepEqual(Buffer.from(again ?? []), before);
  rmSync(at, { recursive: true });
  const anew = await documents.file(documentOf(life, id), 'pdf');
  assert.deepEqual(Buffer.from(anew ?? []), before);
  assert.equal(readdirSync(at).length, 3);
  await documents.stop();
});

test('a failure says why, and the next try can be good; the next document does not wait for it', async () => {
  const life = await openLife();
  let isIll = true;
  const ill: Render = async (job) =>
    isIll ? { is: 'failed', why: 'its thread ended' } : renderJob(job);
  const documents = openTestDocuments(life, dataFolder(), ill);
  const id = await asked(documents);
  await documents.until(() => documentOf(life, id).is === 'failed');
  assert.equal(documentOf(life, id).detail, 'its thread ended');
  assert.equal(await documents.file(documentOf(life, id), 'html'), undefined);
  isIll = false;
  await life.desk.act('nora' as never, { verb: 'document.again', document: id });
  await documents.until(() => documentOf(life, id).is === 'rendered');
  assert.equal(documentOf(life, id).attempt, 2);
  await documents.stop();
});

test('a thread renders as we do, and a stopped desk does not wait for it', async () => {
  const job = {
    ...{ title: 'T', foot: 'f', at: 0 as never, names: {} },
    frozen: { body: '# {{ .x }}', values: { x: { is: 'text' as const, text: 'a' } } },
  };
  const render = threadRenderer(systemClock());
  const signal = new AbortController().signal;
  const [own, there] = [await renderJob(job), await render(job, signal)];
  assert.ok(own.is === 'rendered' && there.is === 'rendered');
  assert.deepEqual(Buffer.from(there.files.pdf), Buffer.from(own.files.pdf));
  const leave = new AbortController();
  const stopped = render(job, leave.signal);
  leave.abort();
  assert.deepEqual(await stopped, { is: 'failed', why: 'the desk was stopped' });
});

test('files of documents that are gone go, then the oldest until the rest fits', async () => {
  const folder = new RenderedFolder(join(dataFolder(), 'd'), 20);
  const put = (text: string) => folder.put('markdown', new TextEncoder().encode(text));
  const [a, b] = [await put('ten bytes.'), await put('ten more..')];
  assert.equal(await folder.sweep(new Set([a.sha256, b.sha256])), 0);
  const c = await put('and more');
  assert.equal(await folder.sweep(new Set([a.sha256, b.sha256, c.sha256])), 1);
  assert.equal(await folder.sweep(new Set([c.sha256])), 1);
  assert.ok(await folder.get('markdown', c));
});
