import type { Clock } from '../base/clock.ts';
import type { Html } from '../base/html.ts';
import { FIELD_PREFIX } from '../console/config-fields.ts';
import {
  type DraftState,
  type PlaceForm,
  type PlaceFormView,
  placeFormBody,
} from '../console/config-forms-page.ts';
import { errorTitle, type FieldErrors } from '../console/form-errors.ts';
import type { Reader, Site } from '../console/site.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { ConfigField, Put, Typed } from '../desk/config-form.ts';
import type { Desk } from '../desk/desk.ts';
import { CONFIG_DOOR_LIMITS } from './api/config-shapes.ts';
import { ADMIN, byOf } from './api/parts.ts';
import type { ConfigDoor } from './config-door.ts';
import type { ConfigDrafts } from './config-drafts.ts';
import { hidingLines } from './kept-door.ts';
import { field, fields } from './page-reader.ts';
import type { Answer, Asked, Route } from './route.ts';
import type { TryWay } from './way-trial.ts';

export interface ConfigPageParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly configuration: ConfigDoor;
  /** Absent where nothing sends. */
  readonly tryWay?: TryWay;
  /** What every path begins with. */
  readonly prefix: string;
  /** Draws a whole page around a body. */
  readonly draw: (asked: Asked, title: string, body: DrawBody, status?: number) => Answer;
}

export type DrawBody = (site: Site, reader: Reader) => Html;

export interface ConfigFormParts extends ConfigPageParts {
  readonly drafts: ConfigDrafts;
}

/** Routes of forms: only admins see and send them. */
export const formGet = (
  path: string,
  summary: string,
  handle: (asked: Asked) => Answer | Promise<Answer>,
): Route => ({ method: 'GET', path, access: ADMIN, summary, handle });

export const formPost = (
  path: string,
  summary: string,
  handle: (asked: Asked) => Answer | Promise<Answer>,
): Route => ({
  ...{ method: 'POST', path, access: ADMIN, summary, form: true, handle },
  bodyBytesMax: CONFIG_DOOR_LIMITS.body_bytes_max,
  kept: { hides: hidingLines },
});

/** The text that forms show and change: one's draft, or what is in force. */
export interface Working {
  readonly text: string;
  readonly basedOn: string;
  readonly draft: DraftState;
}

export function workingOf(parts: ConfigFormParts, asked: Asked): Working {
  const { desk, configuration, drafts } = parts;
  const inForce = configuration.inForce();
  const draft = drafts.of(byOf(asked.actor));
  const basedOn = draft?.basedOn ?? inForce;
  return {
    text: draft?.text ?? desk.memory.get('revisions', inForce)?.text ?? '',
    basedOn,
    draft: {
      changes: draft?.changes.length ?? 0,
      mark: `${basedOn}.${draft?.version ?? 0}`,
      kept: asked.query.has('kept') ? (draft?.changes.at(-1) ?? '') : '',
    },
  };
}

/** What a form shows besides itself. */
export type FormMore = Partial<Pick<PlaceFormView, 'meanwhile' | 'outcome'>>;

/** 409: somebody else was quicker; 422: what was sent is wrong. */
export const statusOf = (errors: FieldErrors, isConflict = false): number =>
  errors.length === 0 ? 200 : isConflict ? 409 : 422;

export function showForm(
  parts: ConfigFormParts,
  asked: Asked,
  form: PlaceForm,
  errors: FieldErrors = [],
  more: FormMore = {},
  status = statusOf(errors),
): Answer {
  const { draft } = workingOf(parts, asked);
  const view = { meanwhile: undefined, outcome: undefined, ...form, ...more };
  return parts.draw(
    asked,
    errorTitle(form.title, errors),
    (site, reader) => placeFormBody(site, reader, { ...view, errors, draft }),
    status,
  );
}

/** What a form said of the fields of the configuration. */
export const typedIn = ({ json }: Asked): Typed =>
  Object.fromEntries(
    Object.keys(typeof json === 'object' && json !== null ? json : {})
      .filter((name) => name.startsWith(FIELD_PREFIX))
      .map((name) => [
        name.slice(FIELD_PREFIX.length),
        fields(json, name).join('\n').replaceAll('\r\n', '\n'),
      ]),
  );

/** The fields as they were typed: a form that came back loses nothing but secrets. */
export const asTyped = (all: readonly ConfigField[], typed: Typed): readonly ConfigField[] =>
  all.map((one) =>
    one.is === 'secret' || one.is === 'fixed'
      ? one
      : { ...one, value: valueTyped(one, typed[one.name]) },
  );

function valueTyped({ is, value }: ConfigField, typed: string | undefined): string {
  if (typed === undefined) return value;
  return is === 'flag' ? String(typed.includes('true')) : typed;
}

/** Errors of the configuration at the names that a form has for its fields. */
export const atFields = (
  errors: Extract<Put, { ok: false }>['errors'],
  known: readonly ConfigField[],
): FieldErrors =>
  errors.map(({ field: name, why }) =>
    known.some((one) => one.name === name)
      ? { field: FIELD_PREFIX + name, why }
      : { field: '', why },
  );

/** What changed between what a form was made from and now; undefined when that is not known. */
export function meanwhile(parts: ConfigFormParts, asked: Asked, working: Working) {
  const [made = ''] = field(asked.json, 'from').split('.');
  const before = parts.desk.memory.get('revisions', made)?.text;
  if (before === undefined || made === working.basedOn) return undefined;
  return parts.configuration.compare(before, parts.configuration.shown(working.text) ?? before);
}
