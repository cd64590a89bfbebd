import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServeOptions } from './serve-options.ts';
import { welcome } from './welcome.ts';

const URL = 'http://127.0.0.1:9093';
const options = {
  demo: false,
  dataFolder: '/data',
  snmpListen: undefined,
  syslogListen: undefined,
} as unknown as ServeOptions;

function said(isTerminal: boolean, isFirst: boolean): string {
  const out: string[] = [];
  const accounts = { needsFirstAdmin: () => isFirst, people: { newLink: () => 'L1NK' } };
  const none = { guests: [], password: '', shadow: '', notStarted: [] };
  const screen = { write: (text: string) => void out.push(text), isTerminal, columns: 80 };
  welcome({ ...none, accounts, options, url: URL }, screen);
  return out.join('');
}

test('a person at a terminal reads first what to do: the link alone on its line, then what is next', () => {
  const lines = said(true, true).split('\n');
  assert.deepEqual(lines.slice(0, 7), [
    '',
    'The desk is up. Open this link in a browser: it makes you the first admin.',
    'It works once, for 24 hours.',
    '',
    `  ${URL}/welcome?link=L1NK`,
    '',
    `Then the console at ${URL}/ shows how to send a first alarm.`,
  ]);
  assert.ok(Math.max(...lines.map((line) => line.length)) <= 80, 'it fits a terminal');
});

test('once there is an admin the console is what one opens', () => {
  const text = said(true, false);
  assert.match(text, /^\nThe desk is up\. Its console, for a browser:\n\n {2}http:\S+9093\/\n\n/);
  assert.doesNotMatch(text, /link/);
});

test('in a pipe each line keeps its name, for the scripts that read it', () => {
  assert.equal(
    said(false, true),
    `open      ${URL}/welcome?link=L1NK
          This link makes you the first admin. It works once, for 24 hours.
console   ${URL}/
alerts    POST ${URL}/api/v2/alerts
data      /data
`,
  );
});
