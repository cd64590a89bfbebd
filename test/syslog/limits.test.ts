import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bookOf, TEXTS_MAX } from '../../src/sources/syslog/book.ts';
import { says } from '../../src/sources/syslog/library-rule.ts';
import { PRI_MAX } from '../../src/sources/syslog/message.ts';
import { PRI_SHOWN_MAX } from '../../src/sources/syslog/parse.ts';
import { APP_CHARS_MAX, HOST_CHARS_MAX, PREFIXES_MAX } from '../../src/sources/syslog/rfc3164.ts';
import {
  CANDIDATES_MAX,
  FOUND_CHARS_MAX,
  FOUND_MAX,
  RuleBook,
  readRule,
} from '../../src/sources/syslog/rules.ts';
import { MINUTES_MAX, minutesKept, stampOf } from '../../src/sources/syslog/time.ts';
import { DATA_LABELS_MAX, LABEL_CHARS_MAX } from '../../src/sources/syslog/translate.ts';
import { AT, heard, settingsWith } from './lines.ts';

/** A book of one rule that knows every line with a word. */
function bookOfWords(): RuleBook {
  const rule = readRule(says('words', '', { raise: '(?P<word>\\w+)' }));
  if ('error' in rule) throw new Error(rule.error);
  return new RuleBook([rule]);
}
const wordIn = (book: RuleBook, text: string, tag = ''): string =>
  book.find(text, tag, '', () => '')?.groups['word'] ?? '';

test('pairs of tag and app that were asked about have a maximum, and rules go on knowing lines', () => {
  const book = bookOfWords();
  for (let n = 0; n < CANDIDATES_MAX; n++) wordIn(book, '', `T${n}`);
  assert.equal(book.remembered.candidates, CANDIDATES_MAX);
  assert.equal(wordIn(book, 'over', 'one-more'), 'over');
  assert.deepEqual(book.remembered, { candidates: 1, found: 1 });
  assert.equal(wordIn(book, 'again', 'T0'), 'again');
});

test('texts of which is remembered what was found have a maximum, and a length', () => {
  const book = bookOfWords();
  for (let n = 0; n < FOUND_MAX; n++) wordIn(book, `w${n}`);
  assert.equal(book.remembered.found, FOUND_MAX);
  wordIn(book, 'w7'); // known
  assert.equal(book.remembered.found, FOUND_MAX);
  assert.equal(wordIn(book, 'over'), 'over');
  assert.deepEqual(book.remembered, { candidates: 0, found: 1 });
  const [fits, long] = ['x'.repeat(FOUND_CHARS_MAX), 'x'.repeat(FOUND_CHARS_MAX + 1)];
  const before = book.remembered.found;
  assert.equal(wordIn(book, long), long);
  assert.equal(book.remembered.found, before);
  assert.equal(wordIn(book, fits), fits);
  assert.equal(book.remembered.found, before + 1);
});

test('minutes that were read have a maximum, and are read right beyond it', () => {
  const minute = (n: number): string =>
    `2026-07-23T${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`;
  for (let n = 0; n < 3 * MINUTES_MAX; n++) {
    const stamp = stampOf(`${minute(n)}:07Z h`, AT, false);
    assert.equal(stamp?.at, Date.parse(`${minute(n)}:07Z`));
    assert.ok(minutesKept() <= MINUTES_MAX, `${minutesKept()}`);
  }
});

test('texts of rules that are kept as read have a maximum', () => {
  const settings = settingsWith();
  const text = (n: number): string => `rules: [{raise: word${n}}]`;
  const first = bookOf(settings, text(1));
  for (let n = 2; n <= TEXTS_MAX; n++) bookOf(settings, text(n));
  assert.equal(bookOf(settings, text(1)), first);
  bookOf(settings, text(TEXTS_MAX + 1));
  assert.notEqual(bookOf(settings, text(1)), first);
});

test('a host and a program of more characters than a name has are prose', () => {
  const of = (host: string, app: string) =>
    heard(`<11>Jul 23 12:00:00 ${host} ${app}: broken`).events[0]?.labels;
  const [host, app] = ['h'.repeat(HOST_CHARS_MAX), 'a'.repeat(APP_CHARS_MAX)];
  assert.deepEqual([of(host, 'app')?.['host'], of('h', app)?.['app']], [host, app]);
  assert.equal(of(`${host}h`, 'app')?.['host'], undefined);
  assert.equal(of('h', `${app}a`)?.['app'], undefined);
});

test('so many words before a time are looked past', () => {
  const at = (prefixes: number) =>
    heard(`<11>${'r1: '.repeat(prefixes)}Jul 23 12:00:00 UTC: %A-3-B: broken`).events[0]?.at;
  assert.equal(at(PREFIXES_MAX), Date.parse('2026-07-23T12:00:00Z'));
  assert.equal(at(PREFIXES_MAX + 1), undefined);
});

test('a PRI has a maximum, and wrong ones are few kinds of refusal', () => {
  const why = (pri: number) => heard(`<${pri}>app: broken`, settingsWith({ raise_up_to: 7 }));
  assert.equal(why(PRI_MAX).events.length, 1);
  assert.equal(why(PRI_MAX + 1).refused[0]?.why, 'PRI 192 is not 0 to 191');
  assert.deepEqual(why(PRI_SHOWN_MAX + 1).refused, why(PRI_SHOWN_MAX).refused);
});

test('structured data becomes so many labels, each of so many characters', () => {
  const params = (count: number, chars: number): string =>
    Array.from({ length: count }, (_, n) => `p${n}="${'v'.repeat(chars)}"`).join(' ');
  const own = (count: number, chars: number): readonly string[] =>
    Object.entries(
      heard(`<11>1 - h app - - [x@1 ${params(count, chars)}] broken`).events[0]?.labels ?? {},
    ).flatMap(([name, value]) => (name.startsWith('x@1.') ? [value] : []));
  assert.equal(own(DATA_LABELS_MAX, 1).length, DATA_LABELS_MAX);
  assert.equal(own(DATA_LABELS_MAX + 1, 1).length, DATA_LABELS_MAX);
  assert.equal(own(1, LABEL_CHARS_MAX)[0]?.length, LABEL_CHARS_MAX);
  assert.equal(own(1, LABEL_CHARS_MAX + 1)[0]?.length, LABEL_CHARS_MAX);
});
