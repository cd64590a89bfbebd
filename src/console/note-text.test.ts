import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noteText } from './note-text.ts';

const drawn = (text: string): string =>
  noteText(text)
    .toString()
    .replace(/^<div class="note-text">|<\/div>$/g, '');

for (const [what, text, expected] of [
  ['a paragraph with two lines', 'One.\nTwo.', '<p>One.<br>Two.</p>'],
  ['two paragraphs', 'One.\r\n\r\nTwo.', '<p>One.</p><p>Two.</p>'],
  ['items', '- a\n* b\n  and more', '<ul><li>a</li><li>b and more</li></ul>'],
  ['items right after a line', 'Now:\n- a\nThen', '<p>Now:</p><ul><li>a</li></ul><p>Then</p>'],
  ['a heading', '# Night\nQuiet.', '<h3>Night</h3><p>Quiet.</p>'],
  ['markup as text', '<b>&</b>', '<p>&lt;b&gt;&amp;&lt;/b&gt;</p>'],
  ['nothing', '', ''],
] as const)
  test(`a note draws ${what}`, () => assert.equal(drawn(text), expected));

test('an address in a note can be followed, without the full stop after it', () => {
  assert.match(
    drawn('See https://wiki.example.net/a?b=1.'),
    /See <a href="https:\/\/wiki\.example\.net\/a\?b=1" [^>]*>[^<]*<\/a>\.<\/p>/,
  );
});

test('what only looks like an address is text', () => {
  assert.equal(drawn('javascript:alert(1)'), '<p>javascript:alert(1)</p>');
});
