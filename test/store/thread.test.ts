import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { partsOf } from '../../src/store/batches.ts';
import { openForReading, readMeta } from '../../src/store/schema.ts';
import { ASKED_MAX, Thread } from '../../src/store/thread.ts';
import { aBatch, anAuditLine, folderOf } from './samples.ts';

const BUSY = { code: 'BUSY' };

function frail(t: TestContext): Thread {
  const thread = new Thread(new URL('./frail.worker.ts', import.meta.url), {}, silentLog);
  t.after(() => thread.close());
  return thread;
}

test('an error of the catalogue arrives with its code and its facts', async (t) => {
  const refused = { code: 'NOT_FOUND', message: 'There is no page here.' };
  await assert.rejects(frail(t).ask('refuse'), refused);
});

for (const end of ['exit', 'throw']) {
  test(`when a thread ends by ${end}, what waits is refused and the next question is answered`, async (t) => {
    const thread = frail(t);
    const [waiting, last] = [thread.ask('silence'), thread.ask(end)];
    await Promise.all([assert.rejects(waiting, BUSY), assert.rejects(last, BUSY)]);
    assert.equal(thread.asked, 0);
    assert.equal(await thread.ask('hello'), 'hello');
  });
}

test('at most 1,000 questions wait; one more is refused at once', async (t) => {
  const thread = frail(t);
  const waiting = Array.from({ length: ASKED_MAX }, () => thread.ask('silence'));
  await assert.rejects(thread.ask('hello'), BUSY);
  const refused = waiting.map((question) => assert.rejects(question, BUSY));
  await thread.close();
  await Promise.all(refused);
});

function writerOf(t: TestContext, file: string): Thread {
  const code = new URL('../../src/store/writer.worker.ts', import.meta.url);
  const thread = new Thread(code, { file }, silentLog);
  t.after(() => thread.close());
  return thread;
}

test('a batch whose answer was lost is not written twice', async (t) => {
  const file = join(folderOf(t), 'store.db');
  const batch = aBatch(1, { audit: [anAuditLine(1)] });
  for (let tries = 0; tries < 2; tries++) {
    const writer = writerOf(t, file);
    for (const part of partsOf(batch)) writer.tell({ do: 'part', batch: 1, part }, []);
    const head = { position: 1, deskTime: batch.deskTime };
    await writer.ask({ do: 'write', batch: 1, parts: 1, head });
    await writer.close();
  }
  const db = openForReading(file);
  t.after(() => db.close());
  assert.equal(db.prepare('select count(*) as n from audit').get()?.n, 1);
});

test('a batch that lost parts with a thread that ended is refused whole', async (t) => {
  const file = join(folderOf(t), 'store.db');
  const writer = writerOf(t, file);
  const [part] = partsOf(aBatch(1, { audit: [anAuditLine(1)] }));
  writer.tell({ do: 'part', batch: 1, part }, []);
  const head = { position: 1, deskTime: 1 };
  await assert.rejects(writer.ask({ do: 'write', batch: 1, parts: 2, head }), /once more/);
  await assert.rejects(writer.ask({ do: 'write', batch: 2, parts: 1, head }), /once more/);
  await writer.ask({ do: 'open' });
  const db = openForReading(file);
  t.after(() => db.close());
  assert.equal(readMeta(db).position, 0);
});
