import assert from 'node:assert/strict';
import { test } from 'node:test';
import { html } from '../base/html.ts';
import { atField, byState, type Refusal } from '../base/refusal.ts';
import {
  errorSummary,
  errorTitle,
  faultErrors,
  fieldMarks,
  formField,
  refusalError,
} from './form-errors.ts';

const wrong = [
  { field: 'reason', why: 'Say <why>.' },
  { field: '', why: 'The desk is busy.' },
];

test('a summary takes the focus and leads to each field that is to blame', () => {
  const { text } = errorSummary(wrong) || assert.fail('something is wrong');
  assert.match(text, /role="alert" tabindex="-1" autofocus aria-labelledby="wrong"/);
  assert.match(text, /<h2 id="wrong">There is a problem<\/h2>/);
  assert.match(text, /<li id="wrong-0"><a href="#f-reason">Say &lt;why&gt;\.<\/a><\/li>/);
  assert.match(text, /<li id="wrong-1">The desk is busy\.<\/li>/);
  assert.equal(errorTitle('Decide', wrong), 'Error: Decide');
});

test('nothing is drawn of what is right', () => {
  assert.equal(errorSummary([]), false);
  assert.equal(errorTitle('Decide', []), 'Decide');
  const { text } = formField([], { name: 'what', label: 'What' }, (m) => html`<input${m}>`);
  assert.match(text, /<label\nfor="f-what">What<\/label><input id="f-what" name="what">/);
  assert.doesNotMatch(text, /aria-/);
});

test('a field is tied to its hint and to what is wrong with it', () => {
  const words = { name: 'reason', label: 'Why', hint: 'One line.' };
  const { text } = formField(wrong, words, (marks) => html`<input${marks}>`);
  assert.match(text, /aria-describedby="f-reason-hint f-reason-wrong" aria-invalid="true"/);
  assert.match(text, /id="f-reason-hint">One line\./);
  assert.match(
    text,
    /id="f-reason-wrong"><span class="unseen-text">Error: <\/span>Say &lt;why&gt;/,
  );
});

test('a refusal of the desk blames the field it names, and no field else', () => {
  const fields = { reason: 'reason', reviewAt: 'reviewOn', options: 'options' };
  const at = (refused: Refusal) => refusalError(refused, fields);
  assert.deepEqual(at(atField('reviewAt', 'too far')), { field: 'reviewOn', why: 'Too far.' });
  assert.deepEqual(at(atField('options[2]', 'long')), { field: 'options', why: 'Long.' });
  assert.deepEqual(at(atField('toString', 'no')), { field: '', why: 'ToString: no.' });
  assert.deepEqual(at(byState('There is none.')), { field: '', why: 'There is none.' });
});

test('a sentence that begins with a field blames it under the name its readers know', () => {
  const names = { dueAt: ['dueOn', 'By when'] } as const;
  const errors = faultErrors('DueAt: a day to come expected.', names);
  assert.deepEqual(errors, [{ field: 'dueOn', why: 'By when: a day to come expected.' }]);
  const marks = 'id="f-dueOn" name="dueOn" aria-invalid="true" aria-describedby="wrong-0"';
  assert.equal(fieldMarks(errors, 'dueOn').text, marks);
  assert.equal(fieldMarks(errors, 'other').text, 'id="f-other" name="other"');
  assert.deepEqual(faultErrors('constructor: no', names), [{ field: '', why: 'Constructor: no.' }]);
  assert.deepEqual(faultErrors('', names), []);
});
