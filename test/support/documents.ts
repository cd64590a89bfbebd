import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { silentLog } from '../../src/base/log.ts';
import { Started } from '../../src/base/started.ts';
import { defaultTemplates } from '../../src/config/default-documents.ts';
import { readDocumentTemplate } from '../../src/config/document-template.ts';
import { openAccounts } from '../../src/desk/accounts.ts';
import { askDocument, type DocumentWanted } from '../../src/desk/documents.ts';
import { renderJob } from '../../src/documents/job.ts';
import type { Render } from '../../src/documents/thread.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import type { TemplateFile } from '../../src/domain/document/template.ts';
import { openPeople } from '../../src/store/people.ts';
import { openDocuments } from '../../src/wiring/documents.ts';
import { type Life, turn } from './desk.ts';

export const NORA = 'nora' as UserId;

/** A data folder that goes with the test. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-documents-'));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

export function templateOf(text: string, file = 't.md'): TemplateFile {
  const read = readDocumentTemplate(text, file);
  return 'faults' in read ? { file, faults: read.faults } : { file, template: read };
}

/** The documents of one life of a desk, rendered in this thread. */
export function openTestDocuments(
  { desk, clock }: Pick<Life, 'desk' | 'clock'>,
  folder: string,
  render: Render = renderJob,
) {
  const started = new Started(silentLog);
  const people = openPeople(':memory:', clock);
  const accounts = openAccounts(desk, people);
  const parts = { desk, accounts, clock, log: silentLog, started, dataFolder: folder, render };
  const documents = openDocuments(parts);
  documents.begin();
  return {
    ...documents,
    accounts,
    stop: async () => {
      await started.stop();
      people.close();
    },
    ask: (wanted: DocumentWanted, files: readonly TemplateFile[] = defaultTemplates()) =>
      askDocument({ desk, accounts }, files, NORA, wanted),
    /** Waits until something holds; the disk is real, so nobody knows how long. */
    until: async (holds: () => boolean) => {
      for (let i = 0; i < 100_000 && !holds(); i++) await turn();
      if (!holds()) throw new Error('it did not come to hold');
    },
  };
}
