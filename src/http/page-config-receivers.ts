import { type PlaceForm, receiversBody } from '../console/config-forms-page.ts';
import type { FieldErrors } from '../console/form-errors.ts';
import type { FormPlace } from '../desk/config-form.ts';
import type { WayRef } from '../domain/routing/notice.ts';
import {
  type ConfigFormParts,
  formGet,
  formPost,
  showForm,
  workingOf,
} from './config-form-parts.ts';
import {
  GONE,
  keepForm,
  keepListed,
  putInto,
  refusedAsMoved,
  refusedAsMovedList,
  type SentForm,
  sentForm,
  showListPage,
} from './config-form-steps.ts';
import {
  isLine,
  isSend,
  MOVED_LINE,
  openSendTries,
  refusedSend,
  sendTyped,
} from './page-config-send.ts';
import { field, textOf } from './page-reader.ts';
import type { Answer, Asked, Route } from './route.ts';
import type { Tries } from './tries.ts';

const HERE = '/configuration/receivers';

/** Receivers and their ways, in forms. */
export const receiverPages = (parts: ConfigFormParts): Route[] => {
  const sent = openSendTries(parts.clock);
  return [
    formGet(HERE, 'Receivers in forms.', (asked) => showReceivers(parts, asked)),
    formGet(`${HERE}/form`, 'The form of a receiver or of one of its ways.', (asked) => {
      const asking = askingOf((name) => asked.query.get(name) ?? '');
      const form = formFor(parts, workingOf(parts, asked).text, asking);
      return form ? showForm(parts, asked, form.shown) : showReceivers(parts, asked, [GONE]);
    }),
    formPost(`${HERE}/form`, 'Keeps a receiver or a way in the draft, or sends a test.', (asked) =>
      putReceiver(parts, asked, sent),
    ),
    formPost(`${HERE}/remove`, 'Takes a receiver or a way out of the draft.', (asked) =>
      removeReceiver(parts, asked),
    ),
  ];
};

/** Its people are told by what they chose themselves. */
const NO_CHANNEL = 'escalation';

function showReceivers(parts: ConfigFormParts, asked: Asked, errors: FieldErrors = []): Answer {
  const { forms } = parts.configuration;
  const { text, draft } = workingOf(parts, asked);
  const { receivers } = forms.outline(text);
  const view = { receivers, kinds: forms.kinds(), draft, errors };
  return showListPage(parts, asked, { title: 'Receivers', errors }, (site, reader) =>
    receiversBody(site, reader, view),
  );
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

const RENAMING =
  'Its routes and secrets follow a new name. Under it nobody was told anything yet: what fires ' +
  'then is told once more, pages anew where this receiver pages, and is the first that history ' +
  'has of it.';

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
      summary: kind === '' ? RENAMING : (forms.kinds().find((k) => k.name === kind)?.summary ?? ''),
      asks: false,
      sends: parts.tryWay !== undefined && kind !== '' && kind !== NO_CHANNEL,
    },
  };
}

function wordsFor({ receiver, kind, index }: Asking, isFirst: boolean): string {
  if (isFirst) return `Add a receiver: ${kind}`;
  if (kind === '') return `Receiver ${receiver}`;
  return index === '' ? `Add ${kind} to ${receiver}` : `Change ${kind} of ${receiver}`;
}

async function putReceiver(parts: ConfigFormParts, asked: Asked, sent: Tries): Promise<Answer> {
  const working = workingOf(parts, asked);
  const asking = askingOf((name) => field(asked.json, name));
  const found = formFor(parts, working.text, asking);
  if (!found) return showReceivers(parts, asked, [GONE]);
  const form = sentForm(parts, asked, working, found);
  const moved = refusedAsMoved(form);
  if (moved) return isLine(asked) ? MOVED_LINE : moved;
  const named = asking.isFirst ? added(parts, working.text, asking) : working.text;
  if (typeof named !== 'string') return refusedSend(form, named);
  if (isSend(asked) && found.shown.sends)
    return sendTyped(form, named, wayIn(asking, found.place), sent);
  return keepForm(form, putInto(form, named), changeIn(asking, form));
}

/** Where the way stands in the text with the form in it. */
const wayIn = ({ receiver, kind }: Asking, { path }: FormPlace): WayRef => ({
  receiver,
  kind,
  index: Number(path.at(-1)),
});

type Changed = Pick<SentForm, 'typed' | 'place'>;

function changeIn({ receiver, kind, isFirst }: Asking, { typed, place }: Changed): string {
  if (isFirst) return `receiver ${receiver}, told by ${kind}`;
  const name = typed['name']?.trim() || receiver;
  if (kind === '' && name !== receiver) {
    return `receiver ${receiver} renamed to ${name}: what fires is told to it once more`;
  }
  if (kind === '') return `receiver ${receiver} changed`;
  return `${kind} of ${receiver} ${place.isNew ? 'added' : 'changed'}`;
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
  const refuse = (errors: FieldErrors): Answer => showReceivers(parts, asked, errors);
  const page = { at: HERE, refuse };
  const moved = refusedAsMovedList(parts, asked, page);
  if (moved) return moved;
  const { text } = workingOf(parts, asked);
  const { receivers } = forms.outline(text);
  const [receiver, kind] = [textOf(asked, 'receiver'), textOf(asked, 'kind')];
  const at = receivers.findIndex(({ name }) => name === receiver);
  const held = receivers[at];
  if (!held) return refuse([GONE]);
  if (kind === '' && held.routes.length > 0) {
    const routes = held.routes.join('; ');
    const why = `${receiver} is named by ${routes}: give these another receiver first.`;
    return refuse([{ field: '', why }]);
  }
  const way = kind === '' ? [] : [`${kind}_configs`, Number(textOf(asked, 'index'))];
  const put = forms.remove(text, ['receivers', at, ...way]);
  const what = kind === '' ? `receiver ${receiver} removed` : `${kind} of ${receiver} removed`;
  return keepListed(parts, asked, put, what, page);
}
