import { receiversBody } from '../console/config-forms-page.ts';
import { errorTitle, type FieldErrors } from '../console/form-errors.ts';
import type { FormPlace } from '../desk/config-form.ts';
import { seeOther } from './answer.ts';
import {
  asTyped,
  atFields,
  type ConfigFormParts,
  formGet,
  formPost,
  keep,
  MOVED_LIST,
  meanwhile,
  movedSince,
  NO_ROOM,
  type PlaceForm,
  showForm,
  typedIn,
  workingOf,
} from './config-form-parts.ts';
import { field, textOf } from './page-reader.ts';
import type { Answer, Asked, Route } from './route.ts';

const HERE = '/configuration/receivers';

/** Receivers and their ways, in forms. */
export const receiverPages = (parts: ConfigFormParts): Route[] => [
  formGet(HERE, 'Receivers in forms.', (asked) => showReceivers(parts, asked)),
  formGet(`${HERE}/form`, 'The form of a receiver or of one of its ways.', (asked) => {
    const asking = askingOf((name) => asked.query.get(name) ?? '');
    const form = formFor(parts, workingOf(parts, asked).text, asking);
    return form ? showForm(parts, asked, form.shown) : showReceivers(parts, asked, [GONE]);
  }),
  formPost(`${HERE}/form`, 'Keeps a receiver or a way in the draft.', (asked) =>
    putReceiver(parts, asked),
  ),
  formPost(`${HERE}/remove`, 'Takes a receiver or a way out of the draft.', (asked) =>
    removeReceiver(parts, asked),
  ),
];

const GONE = { field: '', why: 'That is not there any more.' };

function showReceivers(parts: ConfigFormParts, asked: Asked, errors: FieldErrors = []): Answer {
  const { forms } = parts.configuration;
  const { text, draft } = workingOf(parts, asked);
  const { receivers } = forms.outline(text);
  const view = { receivers, kinds: forms.kinds(), draft, errors };
  const status = errors.length > 0 ? 422 : 200;
  const title = errorTitle('Receivers', errors);
  return parts.draw(asked, title, (site, reader) => receiversBody(site, reader, view), status);
}

/** What of a receiver is asked for; '' where it is not said. */
interface Asking {
  readonly receiver: string;
  readonly kind: string;
  readonly index: string;
  /** `yes`: the receiver comes with its first way. */
  readonly isFirst: boolean;
}

function askingOf(said: (name: string) => string): Asking {
  const receiver = said('receiver').trim();
  return { receiver, kind: said('kind'), index: said('index'), isFirst: said('first') === 'yes' };
}

interface ReceiverForm {
  readonly place: FormPlace;
  readonly shown: PlaceForm;
}

function formFor(parts: ConfigFormParts, text: string, asking: Asking): ReceiverForm | undefined {
  const { forms } = parts.configuration;
  const { receiver, kind, index } = asking;
  const { receivers } = forms.outline(text);
  const isFirst = asking.isFirst || receiver === '';
  const held = receivers.findIndex(({ name }) => name === receiver);
  const at = isFirst ? receivers.length : held;
  if (at < 0 || (isFirst && kind === '')) return undefined;
  const ways = isFirst ? [] : (receivers[at]?.ways.filter((way) => way.kind === kind) ?? []);
  const isNew = kind !== '' && index === '';
  const list = ['receivers', at, `${kind}_configs`];
  const place: FormPlace =
    kind === ''
      ? { path: ['receivers', at], isNew: false }
      : { path: [...list, isNew ? ways.length : Number(index)], isNew };
  const found = forms.fields(text, place);
  if (!found) return undefined;
  const what = wordsFor(asking, isFirst);
  const hidden = { kind, index, ...(isFirst ? { first: 'yes' } : { receiver }) };
  return {
    place,
    shown: {
      ...{ title: what, at: HERE, action: `${HERE}/form`, hidden, fields: found },
      receiverName: isFirst ? receiver : undefined,
      summary: forms.kinds().find(({ name }) => name === kind)?.summary ?? '',
    },
  };
}

function wordsFor({ receiver, kind, index }: Asking, isFirst: boolean): string {
  if (isFirst) return `Add a receiver: ${kind}`;
  if (kind === '') return `Receiver ${receiver}`;
  return index === '' ? `Add ${kind} to ${receiver}` : `Change ${kind} of ${receiver}`;
}

function putReceiver(parts: ConfigFormParts, asked: Asked): Answer {
  const { forms } = parts.configuration;
  const working = workingOf(parts, asked);
  const asking = askingOf((name) => field(asked.json, name));
  const found = formFor(parts, working.text, asking);
  if (!found) return showReceivers(parts, asked, [GONE]);
  const { place, shown } = found;
  const typed = typedIn(asked);
  const again = { ...shown, fields: asTyped(shown.fields, typed) };
  const moved = movedSince(asked, working);
  if (moved !== undefined) {
    const more = { meanwhile: meanwhile(parts, asked, working) };
    return showForm(parts, asked, again, [{ field: '', why: moved }], more);
  }
  const named = asking.isFirst ? added(parts, working.text, asking) : working.text;
  if (typeof named !== 'string') return showForm(parts, asked, again, named);
  const put = forms.put(named, place, typed);
  if (!put.ok) return showForm(parts, asked, again, atFields(put.errors, shown.fields));
  const { receiver, kind } = asking;
  const what = asking.isFirst
    ? `receiver ${receiver}, told by ${kind}`
    : kind === ''
      ? `receiver ${receiver} changed`
      : `${kind} of ${receiver} ${place.isNew ? 'added' : 'changed'}`;
  if (!keep(parts, asked, put.text, what)) {
    return showForm(parts, asked, again, [{ field: '', why: NO_ROOM }]);
  }
  return seeOther(`${parts.prefix}${HERE}?kept`);
}

/** The text with a receiver of that name and nothing in it, or what is wrong with the name. */
function added(parts: ConfigFormParts, text: string, { receiver }: Asking): string | FieldErrors {
  const { forms } = parts.configuration;
  const { receivers } = forms.outline(text);
  const field = 'receiver';
  if (receiver === '') return [{ field, why: 'Give the receiver a name.' }];
  if (receivers.some(({ name }) => name === receiver)) {
    return [{ field, why: `There is a receiver "${receiver}" already: choose another name.` }];
  }
  const place = { path: ['receivers', receivers.length], isNew: true };
  const put = forms.put(text, place, { name: receiver });
  return put.ok ? put.text : put.errors.map(({ why }) => ({ field, why }));
}

function removeReceiver(parts: ConfigFormParts, asked: Asked): Answer {
  const { forms } = parts.configuration;
  const working = workingOf(parts, asked);
  const moved = movedSince(asked, working);
  if (moved !== undefined) return showReceivers(parts, asked, [{ field: '', why: MOVED_LIST }]);
  const { receivers } = forms.outline(working.text);
  const [receiver, kind] = [textOf(asked, 'receiver'), textOf(asked, 'kind')];
  const at = receivers.findIndex(({ name }) => name === receiver);
  const held = receivers[at];
  if (!held) return showReceivers(parts, asked, [GONE]);
  if (kind === '' && held.routes.length > 0) {
    const routes = held.routes.join('; ');
    const why = `${receiver} is named by ${routes}: give these another receiver first.`;
    return showReceivers(parts, asked, [{ field: '', why }]);
  }
  const way = kind === '' ? [] : [`${kind}_configs`, Number(textOf(asked, 'index'))];
  const put = forms.remove(working.text, ['receivers', at, ...way]);
  if (!put.ok) return showReceivers(parts, asked, atFields(put.errors, []));
  const what = kind === '' ? `receiver ${receiver} removed` : `${kind} of ${receiver} removed`;
  if (!keep(parts, asked, put.text, what)) {
    return showReceivers(parts, asked, [{ field: '', why: NO_ROOM }]);
  }
  return seeOther(`${parts.prefix}${HERE}?kept`);
}
