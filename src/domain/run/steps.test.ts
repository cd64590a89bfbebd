import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RUNBOOK_LIMITS } from './runbook.ts';
import { readSteps } from './steps.ts';

const NAMES = new Set(['port']);
const read = (markdown: string) => readSteps(markdown, 1, NAMES);
const faults = (markdown: string): readonly string[] => {
  const found = read(markdown);
  return 'faults' in found ? found.faults.map(({ line, why }) => `${line}: ${why}`) : [];
};
const book = (block: string): string => `# T\n## One\n${block}\n`;
const http = (inside: string, options = ''): string =>
  book(`\`\`\`http${options}\n${inside}\n\`\`\``);

test('a runbook has a title, what it is for, and steps of each kind', () => {
  const found = read(
    [
      '# Restart a port',
      'When it hangs.',
      '## Look',
      'At the rack.',
      '## Restart',
      '```http expect=200,204 repeatable=true',
      'POST https://r1.example.org/ports/{{port}}',
      'Content-Type: application/json',
      '',
      '{"is": "up"}',
      '```',
      'It takes a moment.',
      '## Wait',
      '```wait 5m',
      '```',
    ].join('\n'),
  );
  assert.ok(!('faults' in found), JSON.stringify(found));
  assert.deepEqual([found.title, found.says], ['Restart a port', 'When it hangs.']);
  assert.deepEqual(found.steps, [
    { title: 'Look', says: 'At the rack.', does: { is: 'manual' } },
    {
      title: 'Restart',
      says: 'It takes a moment.',
      does: {
        is: 'http',
        method: 'POST',
        url: 'https://r1.example.org/ports/{{port}}',
        headers: { 'Content-Type': 'application/json' },
        body: '{"is": "up"}',
        statuses: [200, 204],
        repeatable: true,
      },
    },
    { title: 'Wait', says: '', does: { is: 'wait', seconds: 300 } },
  ]);
});

const page = (options: string, text = 'Go there.'): string =>
  book(`\`\`\`page ${options}\n${text}\n\`\`\``);

test('a page names whom, how long an answer is waited for, and what whoever is woken reads', () => {
  const does = (options: string) => {
    const found = read(page(options, 'Port {{port}} is dark.'));
    assert.ok(!('faults' in found), JSON.stringify(found));
    assert.deepEqual(found.lines, [3]);
    return found.steps[0]?.does;
  };
  const text = 'Port {{port}} is dark.';
  const noc = { is: 'page', whom: 'policy', name: 'noc', waitSeconds: 900, text };
  assert.deepEqual(does('policy=noc'), noc);
  assert.deepEqual(does('team=noc wait=1m'), { ...noc, whom: 'team', waitSeconds: 60 });
  assert.deepEqual(does('person=ada wait=24h'), {
    ...{ ...noc, whom: 'person', name: 'ada' },
    waitSeconds: RUNBOOK_LIMITS.answer_seconds_max,
  });
});

test('what a page cannot be is told with its line', () => {
  const first = (markdown: string): string => faults(markdown)[0] ?? '';
  assert.match(first(page('noc')), /^3: whom to page expected: policy=/);
  assert.match(first(page('policy=noc wait=5m')), /^3: an escalation policy says itself/);
  assert.match(first(page('team=noc wait=59s')), /^3: an answer is waited for 1m to 24h/);
  assert.match(first(page('team=noc wait=25h')), /^3: an answer is waited for/);
  assert.match(first(page('team=noc loud=true')), /^3: "loud=true": only wait=10m/);
  assert.match(first(page('policy=noc', '')), /^3: say in the block/);
  const long = (n: number) => page('policy=noc', 'x'.repeat(n));
  assert.equal(first(long(RUNBOOK_LIMITS.page_chars_max)), '');
  assert.match(first(long(RUNBOOK_LIMITS.page_chars_max + 1)), /^3: a page says at most 1000/);
  assert.match(first(page('policy=noc', '{{x}}')), /^3: \{\{x\}\}: there is no such parameter/);
  assert.match(first(page('policy=noc', '{{secret.r1}}')), /^3: people read a page/);
});

const command = (name: string, values = 'device: sw-{{port}}\n\nhow: soft'): string =>
  book(`\`\`\`command ${name}\n${values}\n\`\`\``);

test('a command is named, and its parameters get their values one by one', () => {
  const found = read(command('restart'));
  assert.ok(!('faults' in found), JSON.stringify(found));
  const values = { device: 'sw-{{port}}', how: 'soft' };
  assert.deepEqual(found.steps[0]?.does, { is: 'command', name: 'restart', values });
});

test('what a command cannot be is told with its line', () => {
  const first = (markdown: string): string => faults(markdown)[0] ?? '';
  assert.match(first(command('')), /^3: the name of one command/);
  assert.match(first(command('rm -rf')), /^3: the name of one command/);
  assert.match(first(command('r', 'rm -rf /')), /^4: a parameter of the command expected/);
  assert.match(first(command('r', 'a: b\na: c')), /^5: a: it has a value already/);
  assert.match(first(command('r', 'a: {{x}}')), /^3: \{\{x\}\}: there is no such parameter/);
  assert.match(first(command('r', 'a: {{secret.r1}}')), /^3: a secret goes into the environment/);
  const { value_chars_max } = RUNBOOK_LIMITS;
  assert.equal(first(command('r', `a: ${'x'.repeat(value_chars_max)}`)), '');
  assert.match(first(command('r', `a: ${'x'.repeat(value_chars_max + 1)}`)), /^4: at most 1000/);
});

test('a heading in a block is no step', () => {
  const found = read('# T\n## One\n```http\nPOST https://a.example.org/\n\n## not a step\n```\n');
  assert.ok(!('faults' in found));
  assert.equal(found.steps.length, 1);
});

test('each fault names its line and what to do', () => {
  assert.deepEqual(faults(''), [
    '1: a heading is missing above the first step: # What it is for',
    '1: there is no step: each is a heading such as ## Look at it',
  ]);
  assert.match(faults(book('```sh\nls\n```'))[0] ?? '', /^3: "sh" is no kind of step/);
  assert.match(faults(book('```wait 5m'))[0] ?? '', /^3: this block has no end/);
  assert.match(faults(http('PATCH https://a.example.org/'))[0] ?? '', /^4: GET, POST, PUT, DELETE/);
  assert.match(faults(http('GET ftp://a.example.org/'))[0] ?? '', /^4: GET, POST/);
  assert.match(faults(http('GET https://a:b@a.example.org/'))[0] ?? '', /^4: no name or password/);
  assert.match(
    faults(http('GET https://a.example.org/{{x}}'))[0] ?? '',
    /^3: \{\{x\}\}: there is no/,
  );
  assert.match(faults(http('GET https://a.example.org/{{secret.x}}'))[0] ?? '', /not into an addr/);
  assert.match(
    faults(http('GET https://a.example.org/\nHost: b'))[0] ?? '',
    /^5: Host is the desk/,
  );
  assert.match(
    faults(http('GET https://a.example.org/\nnothing'))[0] ?? '',
    /^5: a header expected/,
  );
  assert.match(
    faults(http('GET https://a.example.org/', ' expect=ok'))[0] ?? '',
    /^3: "expect=ok"/,
  );
  const two = '```wait 1s\n```\n```wait 1s\n```';
  assert.match(faults(book(two))[0] ?? '', /^5: a step does one thing/);
});

test('the maxima hold to the last one', () => {
  const { steps_max, wait_seconds_max, says_chars_max, url_chars_max } = RUNBOOK_LIMITS;
  const steps = (n: number) => `# T\n${'## S\n'.repeat(n)}`;
  assert.deepEqual(faults(steps(steps_max)), []);
  assert.match(faults(steps(steps_max + 1))[0] ?? '', /at most 50 steps/);
  assert.deepEqual(faults(book(`\`\`\`wait ${wait_seconds_max}s\n\`\`\``)), []);
  assert.match(faults(book(`\`\`\`wait ${wait_seconds_max + 1}s\n\`\`\``))[0] ?? '', /1s to 24h/);
  assert.match(faults(book('```wait 0s\n```'))[0] ?? '', /1s to 24h/);
  assert.deepEqual(faults(book('x'.repeat(says_chars_max))), []);
  assert.match(faults(book('x'.repeat(says_chars_max + 1)))[0] ?? '', /^2: at most 4096/);
  const url = (n: number) => `https://a.example.org/`.padEnd(n, 'x');
  assert.deepEqual(faults(http(`GET ${url(url_chars_max)}`)), []);
  assert.match(faults(http(`GET ${url(url_chars_max + 1)}`))[0] ?? '', /at most 2048/);
  const { title_chars_max, headers_max, header_chars_max, body_chars_max, statuses_max } =
    RUNBOOK_LIMITS;
  const GET = 'GET https://a.example.org/';
  const headers = (n: number) =>
    http([GET, ...Array.from({ length: n }, (_, i) => `X-${i}: a`)].join('\n'));
  assert.deepEqual(faults(headers(headers_max)), []);
  assert.match(faults(headers(headers_max + 1))[0] ?? '', /at most 20 headers/);
  assert.deepEqual(faults(http(`${GET}\nX: ${'a'.repeat(header_chars_max)}`)), []);
  assert.match(faults(http(`${GET}\nX: ${'a'.repeat(header_chars_max + 1)}`))[0] ?? '', /1024/);
  assert.deepEqual(faults(http(`${GET}\n\n${'a'.repeat(body_chars_max)}`)), []);
  assert.match(faults(http(`${GET}\n\n${'a'.repeat(body_chars_max + 1)}`))[0] ?? '', /16384/);
  const statuses = (n: number) => ` expect=${Array(n).fill('200').join(',')}`;
  assert.deepEqual(faults(http(GET, statuses(statuses_max))), []);
  assert.match(faults(http(GET, statuses(statuses_max + 1)))[0] ?? '', /at most 20 statuses/);
  assert.deepEqual(faults(`# T\n## ${'x'.repeat(title_chars_max)}`), []);
  assert.match(faults(`# T\n## ${'x'.repeat(title_chars_max + 1)}`)[0] ?? '', /^2: .*200/);
});
