import { type Html, html } from '../base/html.ts';
import type { ConfigField } from '../desk/config-form.ts';
import { type FieldErrors, formField } from './form-errors.ts';

/** Every field of the configuration has its name behind this, apart from what a form needs. */
export const FIELD_PREFIX = 'v-';

/** Fields of a mapping of the configuration: those one needs at once, then the rest. */
export function configFields(fields: readonly ConfigField[], errors: FieldErrors): Html {
  const shown = fields.filter(({ isMain }) => isMain);
  const main = [...shown.filter(({ is }) => is !== 'yaml'), ...shown.filter(isYaml)];
  const rest = fields.filter(({ isMain }) => !isMain);
  const isWrong = rest.some(({ name }) => errors.some(({ field }) => field === nameOf(name)));
  return html`${main.map((field) => drawn(field, errors))}
${
  rest.length > 0 &&
  html`<details class="more-fields"${isWrong && html` open`}><summary>${rest.length} more settings:
${rest
  .slice(0, NAMED_MAX)
  .map(({ label }) => label)
  .join(', ')}${rest.length > NAMED_MAX && ' …'}</summary>
<div class="form">${rest.map((field) => drawn(field, errors))}</div></details>`
}`;
}

const NAMED_MAX = 4;

const isYaml = ({ is }: ConfigField): boolean => is === 'yaml';

const nameOf = (name: string): string => FIELD_PREFIX + name;

function drawn(field: ConfigField, errors: FieldErrors): Html {
  const { name, label, is } = field;
  if (is === 'flag') return box(field);
  if (is === 'picks') return picks(field, errors);
  if (is === 'fixed')
    return html`<div class="form-field"><b>${label}</b><p class="hint">${field.hint} Only the
desk’s own file may change it.</p><code>${field.value}</code></div>`;
  const words = { name: nameOf(name), label: named(field), hint: hintOf(field) };
  return html`${formField(errors, words, (marks) => control(field, marks))}${
    is === 'secret' && field.isSet && clearBox(field)
  }`;
}

/** People look for the words of the file, too. */
const named = ({ name, label }: Pick<ConfigField, 'name' | 'label'>): Html =>
  label.toLowerCase() === name ? html`${label}` : html`${label} <code class="key">${name}</code>`;

/** `words` in backticks are as the file has them. */
const coded = (text: string): Html =>
  html`${text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;

const hintOf = ({ hint, is, isSet, standIn }: ConfigField): Html => {
  const set =
    is === 'secret' && isSet ? ' It is set, and not shown: leave this empty to keep it.' : '';
  const stands =
    standIn === '' || is === 'choice' || standIn.includes('{{') ? '' : ` Else ${standIn}.`;
  return coded(`${hint}${stands}${set}`.trim());
};

const clearBox = ({ name, label }: ConfigField): Html => html`<label class="tick"><input
type="checkbox" name="${nameOf(name)}.clear" value="yes"> Take it out: ${label}</label>`;

const box = ({ name, hint, is, value, standIn, label }: ConfigField): Html => {
  const holds = (value === '' ? standIn : value) === 'true';
  const id = `f-${nameOf(name)}`;
  return html`<div class="form-field ${is}">${shown(name)}<label class="tick"
for="${id}"><input type="checkbox" id="${id}" name="${nameOf(name)}" value="true"${
    holds && html` checked`
  } aria-describedby="${id}-hint">
${named({ name, label })}</label><p class="hint" id="${id}-hint">${hint}</p></div>`;
};

/** Boxes without a tick send nothing: this says that they were there. */
const shown = (name: string): Html => html`<input type="hidden" name="${nameOf(name)}" value="">`;

function picks(field: ConfigField, errors: FieldErrors): Html {
  const { name, hint, choices, value } = field;
  const chosen = new Set(value.split('\n'));
  const id = `f-${nameOf(name)}`;
  const wrong = errors.filter((error) => error.field === nameOf(name));
  const many = choices.map(
    (choice) => html`<label class="tick"><input type="checkbox" name="${nameOf(name)}"
value="${choice}"${chosen.has(choice) && html` checked`}> ${choice}</label>`,
  );
  return html`<fieldset class="form-field${wrong.length > 0 && ' wrong'}" id="${id}"
tabindex="-1">${shown(name)}<legend>${named(field)}</legend><p class="hint">${hint}</p>${
    wrong.length > 0 && html`<p class="note">${wrong.map(({ why }) => why).join(' ')}</p>`
  }${many}${
    choices.length === 0 && html`<p class="quiet">The configuration names none yet.</p>`
  }</fieldset>`;
}

function control(field: ConfigField, marks: Html): Html {
  const { is, value, choices, standIn } = field;
  switch (is) {
    case 'choice':
      return html`<select${marks}><option value="">${
        standIn === '' ? 'Not said here' : `Not said: ${standIn}`
      }</option>${choicesWith(choices, value).map(
        (one) => html`<option${one === value && html` selected`}>${one}</option>`,
      )}</select>`;
    case 'secret':
      return html`<input${marks} type="password" autocomplete="new-password" spellcheck="false"${
        field.isSet && html` placeholder="set"`
      }><input type="hidden" name="secret-field" value="${nameOf(field.name)}">`;
    case 'number':
      return html`<input${marks} inputmode="decimal" autocomplete="off" value="${value}"
placeholder="${standIn}">`;
    case 'list':
      return area(marks, value);
    case 'matchers':
      return area(marks, value, html` data-matchers`);
    case 'yaml':
      return area(marks, value, html` class="code" wrap="off"`);
    default:
      return value.includes('\n')
        ? area(marks, value)
        : html`<input${marks} autocomplete="off" autocapitalize="off" spellcheck="false"
value="${value}"${!standIn.includes('{{') && html` placeholder="${standIn}"`}>`;
  }
}

/** What is not among the choices any more is still what is said. */
const choicesWith = (choices: readonly string[], value: string): readonly string[] =>
  value === '' || choices.includes(value) ? choices : [...choices, value];

const ROWS_MAX = 20;

/** A browser takes the first end of a line after the tag for its own. */
const area = (marks: Html, value: string, more: Html | false = false): Html => {
  const rows = Math.min(ROWS_MAX, Math.max(2, value.split('\n').length));
  return html`<textarea${marks} rows="${rows}" spellcheck="false" autocapitalize="off"
autocomplete="off"${more}>
${value}</textarea>`;
};
