import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lineText } from '../../src/sources/syslog/parse.ts';
import { parts5424 } from '../../src/sources/syslog/rfc5424.ts';
import { heard, settingsWith } from './lines.ts';

/** A folder of test data that is not part of this repository; see the reason printed without it. */
const FOLDER = process.env.TOCSIN_DATA ?? '';
const skip = FOLDER === '' ? 'TOCSIN_DATA is not set: no vectors of other syslog parsers' : false;

interface Vector {
  readonly format: 'rfc5424' | 'rfc3164';
  readonly valid: boolean;
  readonly input_hex: string;
  readonly input_text: string;
}

const vectors = (): Vector[] =>
  readFileSync(join(FOLDER, 'syslog/go-syslog-vectors.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Vector);

const ALL = settingsWith({ raise_up_to: 7 });

test('what RFC 5424 allows is read as that, what it forbids is not, and both are read', {
  skip,
}, () => {
  const wrong: string[] = [];
  for (const { format, valid, input_hex, input_text } of vectors()) {
    if (format !== 'rfc5424') continue;
    const line = lineText(Buffer.from(input_hex, 'hex'));
    const [header] = /^<(?:0|[1-9]\d?|1[0-8]\d|19[01])>[1-9]\d{0,2} /.exec(line) ?? [];
    const isStrict = header !== undefined && !('why' in parts5424(line, header.length));
    // §6.3.3: what is no escape SHOULD be taken as it is; their parser refuses it.
    if (isStrict !== valid && !input_text.includes('[meta escape="\\n"]')) wrong.push(input_text);
  }
  assert.deepEqual(wrong, []);
});

test('every vector becomes an event or says why not', { skip }, () => {
  for (const { input_hex, input_text } of vectors()) {
    const { events, refused } = heard(Buffer.from(input_hex, 'hex'), ALL);
    assert.equal(events.length + refused.length, 1, input_text);
  }
});

test('the seeds of another fuzz test name device and program', { skip }, () => {
  const seeds = JSON.parse(
    readFileSync(join(FOLDER, 'syslog/rsyslog-fuzz-corpus.json'), 'utf8'),
  ) as { name: string; text: string }[];
  const of = (name: string): string => {
    const text = seeds.find((seed) => seed.name === name)?.text ?? '';
    const [event] = heard(text, ALL).events;
    return `${event?.resource} ${event?.labels['app'] ?? ''} ${event?.text}`;
  };
  assert.equal(of('rfc3164-basic'), "mymachine su 'su root' failed for lonvick on /dev/pts/8");
  assert.equal(of('rfc3164-no-pri'), 'host.example app legacy message without PRI');
  assert.equal(of('rfc3164-rfc3339'), 'host daemon timestamp variant');
  assert.equal(of('rfc3164-short'), '192.0.2.1  x');
  assert.match(of('rfc5424-basic'), /^mymachine.example.com evntslog An application event/);
  assert.equal(of('rfc5424-escaped-sd'), 'host app payload');
  assert.equal(of('rfc5424-nil'), '192.0.2.1  minimal');
});
