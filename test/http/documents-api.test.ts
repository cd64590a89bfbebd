import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { defaultTemplates } from '../../src/config/default-documents.ts';
import { openApiServer } from '../support/api.ts';
import { dataFolder, openTestDocuments, templateOf } from '../support/documents.ts';
import { openParts, raise } from '../support/http.ts';

async function opened() {
  const parts = await openParts();
  const own = openTestDocuments(parts, dataFolder());
  const files = [...defaultTemplates(), templateOf('# no front matter', 'bad.md')];
  const documents = { templates: async () => files, file: own.file };
  const s = await openApiServer({ parts: { ...parts, documents } });
  after(async () => {
    await own.stop();
    await s.close();
  });
  return { s, own };
}

const VALUES = {
  ...{ summary: 'Cut.', impact: 'All <b>', contributing_factors: 'Duct', went_well: 'Nora' },
};

test('an operator asks, a viewer reads it in every format; what is missing comes all at once', async () => {
  const { s, own } = await opened();
  const listed = await s.viewer.get('/document-templates');
  const { items } = listed.body as { items: { name: string; faults: unknown[] }[] };
  assert.deepEqual(
    items.map(({ name, faults }) => [name, faults.length]),
    [
      ['review', 0],
      ['hand-over', 0],
      ['', 1],
    ],
  );
  await s.desk.receive('test', [raise('core-1', { since: s.clock.now() })]);
  const [alarm] = s.desk.memory.all('alarms');
  const made = await s.operator.post('/incidents', { alarms: [alarm?.id], title: 'Dark' });
  const incident = (made.body as { id: string }).id;
  assert.equal((await s.viewer.post('/documents', { template: 'review', incident })).status, 403);
  const refused = await s.operator.post('/documents', {
    ...{ template: 'review', incident, values: { summary: 'Cut.' } },
  });
  const { code, errors } = refused.body as { code: string; errors: { field: string }[] };
  assert.deepEqual([refused.status, code], [422, 'DOCUMENT_INCOMPLETE']);
  assert.deepEqual(
    errors.map(({ field }) => field),
    ['impact', 'contributing_factors', 'went_well'],
  );
  const asked = await s.operator.post('/documents', {
    ...{ template: 'review', incident, values: VALUES },
  });
  assert.equal(asked.status, 201);
  const { id } = asked.body as { id: string };
  await own.until(() => s.desk.memory.get('documents', id)?.is === 'rendered');
  const one = (await s.viewer.get(`/documents/${id}`)).body as { files: { format: string }[] };
  assert.deepEqual(
    one.files.map(({ format }) => format),
    ['markdown', 'html', 'pdf'],
  );
  const list = (await s.viewer.get(`/documents?incident=${incident}`)).body as { total: number };
  assert.equal(list.total, 1);
  const none = (await s.viewer.get('/documents?is=failed')).body as { total: number };
  assert.equal(none.total, 0);
  const get = (query: string) =>
    fetch(`${s.url}/api/v1/documents/${id}/file?${query}`, {
      headers: { authorization: s.viewer.authorization },
    });
  const html = await get('format=html&inline=true');
  assert.equal(html.headers.get('content-type'), 'text/html; charset=utf-8');
  assert.match(html.headers.get('content-security-policy') ?? '', /^sandbox; default-src 'none'/);
  assert.match(html.headers.get('content-disposition') ?? '', /^inline; filename="review-i\d+-doc/);
  assert.match(await html.text(), /All &lt;b&gt;/);
  const pdf = await get('format=pdf');
  assert.equal(pdf.headers.get('content-type'), 'application/pdf');
  assert.match(pdf.headers.get('content-disposition') ?? '', /^attachment; .*\.pdf"$/);
  assert.equal((await pdf.text()).slice(0, 5), '%PDF-');
  assert.equal((await get('format=doc')).status, 422);
  assert.equal((await s.operator.post(`/documents/${id}/again`, undefined)).status, 409);
  const gone = await s.operator.post(`/documents/${id}/remove`, { why: 'Wrong' });
  assert.equal(gone.status, 200);
  assert.equal((await s.viewer.get(`/documents/${id}`)).status, 404);
});

test('a hand-over says from when it is; templates for an incident are asked for by it', async () => {
  const { s } = await opened();
  const since = new Date(s.clock.now() - 3_600_000).toISOString();
  const body = { template: 'hand-over', values: { watch: 'core-1' } };
  const made = await s.operator.post('/documents', { ...body, since });
  assert.equal((made.body as { since: string }).since, since);
  const bad = await s.operator.post('/documents', { ...body, since: '2001-01-01T00:00:00Z' });
  assert.match(JSON.stringify(bad.body), /last 31 days/);
  assert.equal((await s.viewer.get('/document-templates?incident=i9')).status, 404);
});
