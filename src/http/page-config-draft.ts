import { DeskError } from '../base/errors.ts';
import { draftBody } from '../console/config-draft-page.ts';
import { errorTitle, type FieldErrors } from '../console/form-errors.ts';
import type { PlanReport } from '../desk/plan-report.ts';
import type { Revision } from '../desk/tables.ts';
import type { RerouteView } from '../desk/views/reroute.ts';
import { seeOther } from './answer.ts';
import { CONFIG_DOOR_LIMITS } from './api/config-shapes.ts';
import { byOf } from './api/parts.ts';
import { TRIAL_DAYS_MAX } from './config-door.ts';
import type { ConfigDraft } from './config-drafts.ts';
import {
  type ConfigFormParts,
  formGet,
  formPost,
  statusOf,
  workingOf,
} from './config-form-parts.ts';
import { reroutedBy } from './page-config-routes.ts';
import { field, textOf } from './page-reader.ts';
import type { Answer, Asked, Route } from './route.ts';

const HERE = '/configuration/draft';
const DAYS_DEFAULT = 7;

/** What somebody changed by forms: looked at, tried, put in force or given up. */
export const draftPages = (parts: ConfigFormParts): Route[] => [
  formGet(HERE, 'What your draft changes.', async (asked) => {
    const draft = parts.drafts.of(byOf(asked.actor));
    const rerouted = draft && (await reroutedBy(parts, draft.text));
    return showDraft(parts, asked, [], { rerouted });
  }),
  formPost(HERE, 'Tries a draft, puts it in force, or gives it up.', (asked) => {
    const draft = parts.drafts.of(byOf(asked.actor));
    return draft ? done(parts, asked, draft) : showDraft(parts, asked);
  }),
];

function showDraft(
  parts: ConfigFormParts,
  asked: Asked,
  errors: FieldErrors = [],
  found: {
    readonly report?: PlanReport;
    readonly rerouted?: RerouteView | undefined;
    readonly isConflict?: true;
  } = {},
): Answer {
  const { accounts, clock } = parts;
  const draft = parts.drafts.of(byOf(asked.actor));
  const days = Number(field(asked.json, 'days'));
  const view = draft && {
    ...seen(parts, asked, draft),
    why: textOf(asked, 'why'),
    days: Number.isInteger(days) && days > 0 ? days : DAYS_DEFAULT,
    daysMax: TRIAL_DAYS_MAX,
    report: found.report,
    rerouted: found.rerouted,
    errors,
    nameOf: (id: Parameters<typeof accounts.name>[0]) => accounts.name(id),
    now: clock.now(),
  };
  const status = statusOf(errors, found.isConflict);
  const title = errorTitle('Your draft', errors);
  return parts.draw(asked, title, (site, reader) => draftBody(site, reader, view), status);
}

/** The draft beside what is in force. */
function seen(parts: ConfigFormParts, asked: Asked, draft: ConfigDraft) {
  const { desk, configuration } = parts;
  const now = desk.memory.get('revisions', configuration.inForce());
  const made = desk.memory.get('revisions', draft.basedOn);
  const isOvertaken = now !== undefined && now.id !== draft.basedOn;
  const shown = configuration.shown(draft.text);
  const before = (isOvertaken ? made : now)?.text ?? '';
  return {
    basedOn: draft.basedOn,
    mark: workingOf(parts, asked).draft.mark,
    changes: draft.changes,
    lines: configuration.compare(before, shown ?? before),
    overtaken: isOvertaken ? { now, theirs: theirsOf(parts, made, now) } : undefined,
    file: configuration.file(),
  };
}

const theirsOf = ({ configuration }: ConfigFormParts, made: Revision | undefined, now: Revision) =>
  made && configuration.compare(made.text, now.text);

const STALE = { field: '', why: 'Your draft changed since this page was drawn: look at it again.' };

async function done(parts: ConfigFormParts, asked: Asked, draft: ConfigDraft): Promise<Answer> {
  const what = field(asked.json, 'do');
  if (what === 'drop') {
    parts.drafts.drop(byOf(asked.actor));
    return seeOther(`${parts.prefix}/configuration/receivers`);
  }
  if (field(asked.json, 'from') !== workingOf(parts, asked).draft.mark) {
    return showDraft(parts, asked, [STALE], { isConflict: true });
  }
  if (what === 'try') return tryDraft(parts, asked, draft);
  return what === 'carry' ? carry(parts, asked, draft) : save(parts, asked, draft);
}

async function tryDraft(parts: ConfigFormParts, asked: Asked, draft: ConfigDraft) {
  const days = Number(field(asked.json, 'days'));
  const isWrong = !Number.isInteger(days) || days < 1 || days > TRIAL_DAYS_MAX;
  const why = `Try it on 1 to ${TRIAL_DAYS_MAX} days.`;
  if (isWrong) return showDraft(parts, asked, [{ field: 'days', why }]);
  const gone = new AbortController();
  asked.raw.response.once('close', () => gone.abort());
  try {
    const { text } = draft;
    const tried = await parts.configuration.tryOut({ text, days, signal: gone.signal });
    if (tried.ok) return showDraft(parts, asked, [], { report: tried.report });
    return showDraft(parts, asked, tried.faults.map(wrongLine));
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    return showDraft(parts, asked, [{ field: 'days', why: error.message }]);
  }
}

const wrongLine = ({ line, why }: { readonly line: number; readonly why: string }) => ({
  field: '',
  why: `Line ${line}: ${why}.`,
});

const CLASH =
  'You and they changed the same lines, so no rule knows who is right. Look at what they ' +
  'changed, give your draft up, and make your changes again.';

/** The same changes on what is in force by now. */
function carry(parts: ConfigFormParts, asked: Asked, draft: ConfigDraft): Answer {
  const { desk, configuration, drafts } = parts;
  const now = desk.memory.get('revisions', configuration.inForce());
  const made = desk.memory.get('revisions', draft.basedOn);
  const text = now && made && configuration.merged(made.text, draft.text, now.text);
  if (!now || text === undefined) {
    return showDraft(parts, asked, [{ field: '', why: CLASH }], { isConflict: true });
  }
  const checked = configuration.check(text);
  if (!checked.ok) return showDraft(parts, asked, checked.faults.map(wrongLine));
  const user = byOf(asked.actor);
  drafts.drop(user);
  for (const what of draft.changes) drafts.change(user, now.id, text, what);
  return seeOther(`${parts.prefix}${HERE}`);
}

async function save(parts: ConfigFormParts, asked: Asked, draft: ConfigDraft): Promise<Answer> {
  const why = textOf(asked, 'why');
  if (why === '' || why.length > CONFIG_DOOR_LIMITS.why_chars_max) {
    const say = 'Say why: one line for the list of revisions.';
    return showDraft(parts, asked, [{ field: 'why', why: say }]);
  }
  const by = byOf(asked.actor);
  const { text, basedOn } = draft;
  const saved = await parts.configuration.save({ text, why, basedOn, by });
  if (saved.ok) {
    parts.drafts.drop(by);
    return seeOther(`${parts.prefix}/configuration?saved=${saved.revision}`);
  }
  if (saved.is === 'faults') return showDraft(parts, asked, saved.faults.map(wrongLine));
  const meanwhile = `${saved.is === 'conflict' ? saved.inForce : ''} was put in force meanwhile.`;
  const reason = saved.is === 'conflict' ? meanwhile : saved.why;
  const found = saved.is === 'conflict' ? ({ isConflict: true } as const) : {};
  return showDraft(parts, asked, [{ field: '', why: reason }], found);
}
