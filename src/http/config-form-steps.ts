import type { PlaceForm } from '../console/config-forms-page.ts';
import { errorTitle, type FieldErrors } from '../console/form-errors.ts';
import type { ConfigPath, FormPlace, Put, Typed } from '../desk/config-form.ts';
import { json, seeOther } from './answer.ts';
import { byOf } from './api/parts.ts';
import {
  asTyped,
  atFields,
  type ConfigFormParts,
  type DrawBody,
  type FormMore,
  meanwhile,
  showForm,
  statusOf,
  typedIn,
  type Working,
  workingOf,
} from './config-form-parts.ts';
import { field } from './page-reader.ts';
import type { Answer, Asked } from './route.ts';

/** What pages of forms do in the same way, whatever they are about. */

/** The page that forms begin from, with what was wrong with the last try. */
export const showListPage = (
  parts: ConfigFormParts,
  asked: Asked,
  { title, errors }: { readonly title: string; readonly errors: FieldErrors },
  body: DrawBody,
): Answer =>
  parts.draw(asked, errorTitle(title, errors), body, statusOf(errors, errors.some(isOfOthers)));

/** Somebody else, or the reader in another window, changed what this was made from. */
const isOfOthers = ({ why }: FieldErrors[number]): boolean =>
  why === MOVED_LIST || why === GONE.why;

/** What a form or a button was for is there no more. */
export const GONE = {
  field: '',
  why: 'That is not there any more: begin again from the list.',
};

/** A form as it was sent: where it belongs, and what was typed. */
export interface SentForm {
  readonly parts: ConfigFormParts;
  readonly asked: Asked;
  readonly working: Working;
  readonly place: FormPlace;
  readonly shown: PlaceForm;
  readonly typed: Typed;
}

export const sentForm = (
  parts: ConfigFormParts,
  asked: Asked,
  working: Working,
  { place, shown }: Pick<SentForm, 'place' | 'shown'>,
): SentForm => ({ parts, asked, working, place, shown, typed: typedIn(asked) });

/** The form once more, with what was typed. */
export const shownAgain = (
  { parts, asked, shown, typed }: SentForm,
  errors: FieldErrors,
  more: FormMore = {},
  status?: number,
): Answer =>
  showForm(parts, asked, { ...shown, fields: asTyped(shown.fields, typed) }, errors, more, status);

/** The form once more when it was made from what is no more, beside what others changed. */
export function refusedAsMoved(form: SentForm): Answer | undefined {
  const { parts, asked, working } = form;
  if (!isMoved(asked, working)) return undefined;
  const errors = [{ field: '', why: MOVED }];
  return shownAgain(form, errors, { meanwhile: meanwhile(parts, asked, working) }, 409);
}

/** What was typed put into a text: into the one that forms change, if no other is given. */
export const putInto = ({ parts, working, place, typed }: SentForm, text = working.text): Put =>
  parts.configuration.forms.put(text, place, typed);

/** Keeps a change in the draft and goes back to the list, or says at the form why not. */
export function keepForm(form: SentForm, put: Put, what: string): Answer {
  const { parts, asked, shown } = form;
  const refuse = (errors: FieldErrors): Answer => shownAgain(form, errors);
  if (!put.ok) return refuse(atFields(put.errors, shown.fields));
  return keepOr(parts, asked, { text: put.text, what, at: shown.at }, refuse);
}

/** What a form that is asked has to say: in a line while one types, in a box for its button. */
export interface Told extends Pick<FormMore, 'outcome'> {
  readonly says: string;
}

/** Keeps what was typed, or tells what it would do: the form's `do` says which. */
export async function keepOrTell(
  form: SentForm,
  what: string,
  tell: (text: string) => Promise<Told | undefined>,
): Promise<Answer> {
  const does = field(form.asked.json, 'do');
  if (does !== 'count' && does !== 'look') {
    return refusedAsMoved(form) ?? keepForm(form, putInto(form), what);
  }
  const put = putInto(form);
  if (!put.ok) {
    if (does === 'look') return shownAgain(form, atFields(put.errors, form.shown.fields));
    return json(200, { fault: put.errors.map(({ why }) => why).join(' ') });
  }
  const told = await tell(put.text);
  if (does === 'look') return shownAgain(form, [], { outcome: told?.outcome });
  return json(200, told ? { says: told.says } : { fault: 'It cannot be told.' });
}

/** One item of a list of the configuration, as a button beside it names it. */
export interface ListItem {
  readonly list: ConfigPath;
  readonly at: number;
  /** What the draft calls it. */
  readonly words: string;
}

/** Moves an item up or down, or takes it out: the button's `do` says which. */
export function moveItem(
  parts: ConfigFormParts,
  asked: Asked,
  { list, at, words }: ListItem,
  page: ListPage,
): Answer {
  const { forms } = parts.configuration;
  const { text } = workingOf(parts, asked);
  const act = field(asked.json, 'do');
  if (act === 'remove') {
    const put = forms.remove(text, [...list, at]);
    return keepListed(parts, asked, put, `${words} removed`, page);
  }
  const put = forms.swap(text, list, act === 'up' ? at - 1 : at);
  const did = act === 'up' ? 'moved up' : 'moved down';
  return keepListed(parts, asked, put, `${words} ${did}`, page);
}

/** A page with a list, and how it is shown with what was wrong. */
export interface ListPage {
  readonly at: string;
  readonly refuse: (errors: FieldErrors) => Answer;
}

/** The list once more when its buttons were drawn from what is no more. */
export const refusedAsMovedList = (
  parts: ConfigFormParts,
  asked: Asked,
  { refuse }: ListPage,
): Answer | undefined =>
  isMoved(asked, workingOf(parts, asked)) ? refuse([{ field: '', why: MOVED_LIST }]) : undefined;

/** The same as `keepForm`, for the buttons of a list. */
export const keepListed = (
  parts: ConfigFormParts,
  asked: Asked,
  put: Put,
  what: string,
  { at, refuse }: ListPage,
): Answer =>
  put.ok
    ? keepOr(parts, asked, { text: put.text, what, at }, refuse)
    : refuse(atFields(put.errors, []));

function keepOr(
  parts: ConfigFormParts,
  asked: Asked,
  { text, what, at }: { readonly text: string; readonly what: string; readonly at: string },
  refuse: ListPage['refuse'],
): Answer {
  const { basedOn } = workingOf(parts, asked);
  const isKept = parts.drafts.change(byOf(asked.actor), basedOn, text, what);
  return isKept ? seeOther(`${parts.prefix}${at}?kept`) : refuse([{ field: '', why: NO_ROOM }]);
}

const NO_ROOM =
  'Too many people have drafts: one must be put in force or given up before another is begun.';

const MOVED =
  'The configuration, or your draft, changed since this form was opened. What you typed is kept ' +
  'below: look at it once more, and send it again.';

const MOVED_LIST =
  'The configuration, or your draft, changed since this page was drawn: nothing was removed. ' +
  'Look again.';

/** The page was not made from what is there now. */
const isMoved = (asked: Asked, { draft }: Working): boolean =>
  field(asked.json, 'from') !== draft.mark;
