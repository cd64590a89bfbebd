import { type Html, html } from '../base/html.ts';
import { type Refusal, refusalText } from '../base/refusal.ts';
import { ERROR } from './layout.ts';

/** What is wrong with a form as it was sent, and what to do about it. */
export interface FieldError {
  /** Name of the field that is to blame; '' when it is none alone. */
  readonly field: string;
  /** A sentence that says what to write instead. */
  readonly why: string;
}

export type FieldErrors = readonly FieldError[];

/** Where a field stands: links of the summary lead there. */
const placeOf = (name: string): string => `f-${name}`;

/**
 * All that is wrong, first on the page and in focus, each with a link to its field. Goes before
 * the heading; nothing is drawn when nothing is wrong.
 */
export const errorSummary = (errors: FieldErrors): Html | false =>
  errors.length > 0 &&
  html`<div class="fault problem" role="alert" tabindex="-1" autofocus aria-labelledby="wrong">
<h2 id="wrong">There is a problem</h2><ul>${errors.map(
    ({ field, why }, i) =>
      html`<li id="wrong-${i}">${
        field === '' ? why : html`<a href="#${placeOf(field)}">${why}</a>`
      }</li>`,
  )}</ul></div>`;

/** `Error: Decide`: who has many tabs, or sees none, knows at once that it did not work. */
export const errorTitle = (title: string, errors: FieldErrors): string =>
  errors.length > 0 ? ERROR + title : title;

/** How a field is asked for. */
export interface FieldWords {
  readonly name: string;
  readonly label: string | Html;
  /** What is expected, where the label does not say it. */
  readonly hint?: string | Html;
}

/**
 * A field with its label, its hint and what is wrong with it. The control is given what ties them
 * to it: ` id="…" name="…" aria-describedby="…" aria-invalid="true"`.
 */
export function formField(
  errors: FieldErrors,
  { name, label, hint }: FieldWords,
  control: (marks: Html) => Html,
): Html {
  const id = placeOf(name);
  const wrong = errors.filter(({ field }) => field === name);
  const said = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(wrong[0] ? [`${id}-wrong`] : []),
  ];
  const marks = html` id="${id}" name="${name}"${
    said.length > 0 && html` aria-describedby="${said.join(' ')}"`
  }${wrong.length > 0 && html` aria-invalid="true"`}`;
  return html`<div class="form-field${wrong.length > 0 && ' wrong'}"><label
for="${id}">${label}</label>${
    hint !== undefined && html`<p class="hint" id="${id}-hint">${hint}</p>`
  }${
    wrong.length > 0 &&
    html`<p class="note" id="${id}-wrong"><span class="unseen-text">Error: </span>${wrong
      .map(({ why }) => why)
      .join(' ')}</p>`
  }${control(marks)}</div>`;
}

/** What ties a control inside its label to what the summary says of it. */
export function fieldMarks(errors: FieldErrors, name: string): Html {
  const at = errors.findIndex(({ field }) => field === name);
  return html`id="${placeOf(name)}" name="${name}"${
    at >= 0 && html` aria-invalid="true" aria-describedby="wrong-${at}"`
  }`;
}

export interface MatchersWords {
  /** What the matchers are for. */
  readonly label: string;
  readonly value: string;
  readonly rows: number;
  readonly placeholder: string;
  /** Further attributes of the field. */
  readonly more?: Html;
}

/** Matchers, one a line; a script offers names. `marks` are `fieldMarks` of `matchers`. */
export const matchersField = (
  marks: Html,
  { label, value, rows, placeholder, more }: MatchersWords,
): Html => html`<div class="form-field"><label for="${placeOf('matchers')}">${label}: matchers, one
a line, all of which must fit</label><textarea ${marks} rows="${rows}" spellcheck="false"
autocapitalize="off" maxlength="16384" data-matchers placeholder="${placeholder}"${
  more && html` ${more}`
}>${value}</textarea></div>`;

/** What the desk calls the fields of a form, to what the form and its readers call them. */
export type FieldNames = Readonly<Record<string, readonly [field: string, label: string]>>;

/** What a form calls its fields, by the names it sends. */
export const fieldLabels = (names: FieldNames): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.values(names));

/**
 * What is wrong, as one sentence that begins with the field that is to blame, if one is
 * (`title: 1 to 200 characters expected`). None for an empty one.
 */
export function faultErrors(fault: string, names: FieldNames): FieldErrors {
  if (fault === '') return [];
  const [, said = '', why = ''] = /^`?(\w+)(?:\[\d+\][\w.]*)?`?: (.*)$/s.exec(fault) ?? [];
  const key = said.charAt(0).toLowerCase() + said.slice(1);
  const named = Object.hasOwn(names, key) ? names[key] : undefined;
  if (named === undefined) return [{ field: '', why: sentence(fault) }];
  const [field, label] = named;
  return [{ field, why: sentence(`${label}: ${why}`) }];
}

/** A refusal as an error of a form. `fields` says under what names the form has its field. */
export function refusalError(
  refused: Refusal,
  fields: Readonly<Record<string, string>>,
): FieldError {
  const said = refused.kind === 'field' ? refused.field.replace(/\[.*/s, '') : '';
  const field = Object.hasOwn(fields, said) ? fields[said] : undefined;
  if (refused.kind !== 'field' || field === undefined) {
    return { field: '', why: sentence(refusalText(refused)) };
  }
  return { field, why: sentence(refused.expected) };
}

const sentence = (text: string): string => {
  const whole = /[.!?]$/.test(text) ? text : `${text}.`;
  return whole.charAt(0).toUpperCase() + whole.slice(1);
};
