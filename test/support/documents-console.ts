import { after } from 'node:test';
import { defaultTemplates } from '../../src/config/default-documents.ts';
import { openConsole } from '../../src/http/pages.ts';
import { configurationOf } from './configuration.ts';
import { dataFolder, openTestDocuments, templateOf } from './documents.ts';
import { readFeed } from './feeds.ts';
import { openParts, openTestServer, raise, signedIn } from './http.ts';

/** A console with documents, an operator who is signed in, and an incident they lead. */
export async function openDocumentsConsole() {
  const parts = await openParts();
  const own = openTestDocuments(parts, dataFolder());
  const files = [...defaultTemplates(), templateOf('# no front matter', 'bad.md')];
  const documents = { templates: async () => files, file: own.file };
  const s = await openTestServer({
    parts: { ...parts, documents },
    routes: (all) => {
      const site = openConsole({
        ...{ ...all, readFeed, name: 'x', traps: () => '', listening: () => [] },
        homeUrl: () => 'http://127.0.0.1',
        configuration: configurationOf(all.desk, all.clock),
      });
      after(() => site.close());
      return site.routes;
    },
  });
  after(async () => {
    await own.stop();
    await s.close();
  });
  const { cookie, id } = await signedIn(s, 'operator');
  await s.desk.receive('test', [raise('core-1', { since: s.clock.now() })]);
  const [alarm] = s.desk.memory.all('alarms');
  const made = await s.desk.act(id, {
    ...{ verb: 'incident.open', title: 'Bergen is dark', lead: id, note: '' },
    alarms: alarm ? [alarm.id] : [],
  });
  return { s, own, cookie, incident: made.made ?? '' };
}
