import assert from 'node:assert/strict';
import { test } from 'node:test';
import { docFaults } from '../../scripts/doc-refs.ts';
import { errorsPage } from '../../scripts/docs.ts';
import { eventFaults } from '../../scripts/events.ts';
import { type Files, repository } from '../../scripts/files.ts';
import { paperFaults } from '../../scripts/papers.ts';
import { FAILURES } from '../../src/base/errors.ts';

const files = repository();
const tree = (planted: Record<string, string>): Files => new Map(Object.entries(planted));

test('every path, link and name in a document exists', () => {
  assert.deepEqual(docFaults(files), []);
});

test('the page of log events lists what the code logs, and nothing else', () => {
  assert.deepEqual(eventFaults(files), []);
});

test('change notes and decision records have their form', () => {
  assert.deepEqual(paperFaults(files), []);
});

test('the page of errors is made from the table and has a line and an anchor for every code', () => {
  const stale = 'run `npm run docs`';
  assert.ok(files.get('docs/reference/errors.md') === errorsPage(), stale);
  for (const code of Object.keys(FAILURES)) {
    assert.match(errorsPage(), new RegExp(`<a id="${code}"></a>\`${code}\``));
  }
});

const HERE = { 'src/base/time.ts': 'export const TEXT_MAX = 1;', 'docs/guide/b.md': '' };

for (const [line, want] of [
  ['see `src/base/gone.ts`', 'src/base/gone.ts does not exist'],
  ['see `src/gone/`', 'src/gone does not exist'],
  ['Kept by test/stories/gone.test.ts', 'test/stories/gone.test.ts does not exist'],
  ['the bench (bench/gone.bench.ts).', 'bench/gone.bench.ts does not exist'],
  ['read `CONTRIBUTING.md`', 'CONTRIBUTING.md does not exist'],
  ['[that](../gone.md#x)', 'docs/gone.md does not exist'],
  ['at most `GONE_MAX`', 'nothing in the code is called GONE_MAX'],
]) {
  test(`caught in a document: ${line}`, () => {
    assert.deepEqual(docFaults(tree({ ...HERE, 'docs/guide/a.md': line ?? '' })), [
      `docs/guide/a.md:1: ${want}`,
    ]);
  });
}

test('what exists, stands for many or is elsewhere is no fault', () => {
  const text = `
\`src/base/time.ts:12\`, \`src/base/\`, src/base/time.ts. [b](b.md), [c](https://example.org/x)
\`src/sources/<name>.ts\`, \`src/**/*.ts\`, \`TEXT_MAX\`, a test/control pair, \`npm test\`
`;
  assert.deepEqual(docFaults(tree({ ...HERE, 'docs/guide/a.md': text })), []);
});

for (const [code, page, want] of [
  ["log.info('desk.started')", '', /lacks `desk\.started` of src\/a\.ts \(info\)/],
  ["this.#log.warn(\n  'desk.late', {})", '', /lacks `desk\.late`/],
  ['', '| `desk.gone` | x |', /lists `desk\.gone`, which nothing logs/],
  ["log.error('It broke.')", '', /is not <noun>/],
  ['log.error(name)', '', /as a literal/],
] as const) {
  test(`caught in log events: ${code || page}`, () => {
    const found = eventFaults(tree({ 'src/a.ts': code, 'docs/reference/events.md': page }));
    assert.equal(found.length, 1, found.join('; '));
    assert.match(found[0] ?? '', want);
  });
}

const SOUND = `# 0007 Effects go through an outbox
Date 2026-03-04 · Status accepted

We must decide how a page leaves.
**Because** a crash loses pages.
**We** write effects down first.
**So** a page can arrive twice.
**Not chosen** sending first.
**We will look again** when it is slow.
**Kept by** a test
`;

test('a picture is a file that a document may show', () => {
  const picture = 'docs/images/console-list-dark.png';
  assert.equal(files.get(picture), '');
  const shown = { [picture]: '', 'docs/guide/a.md': '![it](../images/console-list-dark.png)' };
  assert.deepEqual(docFaults(tree(shown)), []);
});

test("Alertmanager's own line is the only event that is a sentence", () => {
  const page = '| `Listening on` | info |';
  const named = (name: string) =>
    eventFaults(tree({ 'src/a.ts': `log.info('${name}')`, 'docs/reference/events.md': page }));
  assert.deepEqual(named('Listening on'), []);
  assert.match(named('Listening at')[0] ?? '', /is not <noun>/);
});

for (const [path, text, want] of [
  ['changes/limit.md', 'A sentence.\n', /name it/],
  ['changes/0001-limit.better.md', 'A sentence.\n', /name it/],
  ['changes/0001-limit.fixed.md', 'two\nlines\n', /one sentence/],
  ['docs/decisions/outbox.md', SOUND, /name it/],
  ['docs/decisions/0008-outbox.md', SOUND, /title is "# 0008/],
  ['docs/decisions/0007-outbox.md', SOUND.replace('**So** ', ''), /lacks .*\*\*So\*\*/],
  [
    'docs/decisions/0007-outbox.md',
    SOUND.replace('**So** ', '**X** ').replace('**We** ', '**So** ').replace('**X** ', '**We** '),
    /out of order/,
  ],
  ['docs/decisions/0007-outbox.md', SOUND + '\n'.repeat(60), /more than one page/],
] as const) {
  test(`caught in papers: ${path}, ${want.source}`, () => {
    const found = paperFaults(tree({ [path]: text }));
    assert.equal(found.length, 1, found.join('; '));
    assert.match(found[0] ?? '', want);
  });
}

test('a number belongs to one paper, and sound papers have no fault', () => {
  const sound = {
    'changes/0001-limit.fixed.md': 'A sentence.\nbreaking: do this.\n',
    'docs/decisions/0007-outbox.md': SOUND,
  };
  assert.deepEqual(paperFaults(tree(sound)), []);
  const again = { 'changes/0001-b.added.md': 'B.\n', 'docs/decisions/0007-b.md': SOUND };
  assert.equal(paperFaults(tree({ ...sound, ...again })).length, 2);
});
