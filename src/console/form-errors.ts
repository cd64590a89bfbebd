import { type Html, html } from '../base/html.ts';

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
    ({ field, why }) =>
      html`<li>${field === '' ? why : html`<a href="#${placeOf(field)}">${why}</a>`}</li>`,
  )}</ul></div>`;

/** `Error: Decide`: who has many tabs, or sees none, knows at once that it did not work. */
export const errorTitle = (title: string, errors: FieldErrors): string =>
  errors.length > 0 ? `Error: ${title}` : title;

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

/**
 * A refusal of the desk as an error of a form: where one field is to blame it begins with its name
 * (`reason: 1 to 4096 characters expected.`). `fields` says under what names the form has them.
 */
export function refusalError(
  refused: string,
  fields: Readonly<Record<string, string>>,
): FieldError {
  const [, said = '', why = ''] = /^(\w+): (.*)$/s.exec(refused) ?? [];
  const field = Object.hasOwn(fields, said) ? fields[said] : undefined;
  return field === undefined
    ? { field: '', why: sentence(refused) }
    : { field, why: sentence(why) };
}

const sentence = (text: string): string => {
  const whole = /[.!?]$/.test(text) ? text : `${text}.`;
  return whole.charAt(0).toUpperCase() + whole.slice(1);
};
