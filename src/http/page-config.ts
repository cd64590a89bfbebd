import { DeskError } from '../base/errors.ts';
import { configBody, type EditOutcome, editBody } from '../console/config-page.ts';
import { revisionBody, revisionsBody } from '../console/revision-page.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Revision } from '../desk/tables.ts';
import { revisionBefore, revisionsOf } from '../desk/views/revisions.ts';
import { seeOther } from './answer.ts';
import { CONFIG_DOOR_LIMITS } from './api/config-shapes.ts';
import { ADMIN, byOf, VIEWER } from './api/parts.ts';
import { type Saved, TRIAL_DAYS_MAX } from './config-door.ts';
import { openDrafts } from './config-drafts.ts';
import type { ConfigPageParts, DrawBody } from './config-form-parts.ts';
import { draftPages } from './page-config-draft.ts';
import { receiverPages } from './page-config-receivers.ts';
import { configRoutePages } from './page-config-routes.ts';
import { configRulePages } from './page-config-rules.ts';
import { field } from './page-reader.ts';
import type { Answer, Asked, Route } from './route.ts';

const HERE = '/configuration';
const DAYS_DEFAULT = 7;
const WHY_MISSING = 'Say why: one line for the list of revisions.';

/** What a desk without a configuration is offered to begin with. */
const STARTER = `route:
  receiver: team
  group_by: [alertname]

receivers:
  - name: team
    webhook_configs:
      - url: https://chat.example.org/hook
`;

/** The configuration in the console: in force, in a form, and its revisions. */
export const configPages = (parts: ConfigPageParts): Route[] => {
  const post = (path: string, summary: string, does: (asked: Asked) => Promise<Answer>): Route => ({
    ...{ method: 'POST', path, access: ADMIN, summary, form: true, handle: does },
    bodyBytesMax: CONFIG_DOOR_LIMITS.body_bytes_max,
  });
  const forms = { ...parts, drafts: openDrafts(parts.clock) };
  return [
    ...receiverPages(forms),
    ...configRoutePages(forms),
    ...configRulePages(forms),
    ...draftPages(forms),
    {
      ...{ method: 'GET', path: HERE, access: VIEWER, summary: 'The configuration in force.' },
      handle: (asked) => inForcePage(parts, asked),
    },
    {
      ...{ method: 'GET', path: `${HERE}/edit`, access: ADMIN },
      summary: 'The configuration in a form.',
      handle: (asked) => editPage(parts, asked, undefined, fresh(parts)),
    },
    {
      ...post(`${HERE}/edit`, 'Checks, tries or saves a text.', (asked) => edited(parts, asked)),
      kept: {
        labels: { text: 'The configuration', why: 'Why', days: 'Try it on so many days' },
        hides: (name, text, isKnown) => {
          if (name !== 'text') return text;
          return isKnown ? parts.configuration.shown(text) : undefined;
        },
      },
    },
    post(`${HERE}/reload`, 'Reads the file of the desk again.', async (asked) => {
      const saved = await parts.configuration.reload(byOf(asked.actor));
      if (saved.ok) return toInForce(parts, saved.revision);
      return inForcePage(parts, asked, whyNot(saved));
    }),
    {
      ...{ method: 'GET', path: `${HERE}/revisions`, access: VIEWER },
      summary: 'Every revision, and what differs between two.',
      handle: (asked) => revisionsPage(parts, asked),
    },
    {
      ...{ method: 'GET', path: `${HERE}/revisions/:id`, access: VIEWER },
      summary: 'One revision.',
      handle: (asked) => revisionPage(parts, asked, '', 200),
    },
    post(`${HERE}/revisions/:id/restore`, 'Puts an older revision in force again.', (asked) =>
      restored(parts, asked),
    ),
  ];
};

const namesOf =
  ({ accounts }: ConfigPageParts) =>
  (id: Parameters<Accounts['name']>[0]): string =>
    accounts.name(id);

const toInForce = ({ prefix }: ConfigPageParts, revision: string): Answer =>
  seeOther(`${prefix}${HERE}?saved=${revision}`);

function inForcePage(parts: ConfigPageParts, asked: Asked, message = ''): Answer {
  const all = revisionsOf(parts.desk.memory);
  const view = {
    held: all[0],
    saved: asked.query.get('saved') ?? '',
    mayReload: all.some(({ from }) => from !== 'console' && !from.startsWith('apply ')),
    message,
    nameOf: namesOf(parts),
    now: parts.clock.now(),
  };
  const draw: DrawBody = (site, reader) => configBody(site, reader, view);
  return parts.draw(asked, 'Configuration', draw, message === '' ? 200 : 422);
}

/** What the form holds. */
interface Filled {
  readonly text: string;
  readonly basedOn: string;
  readonly why: string;
  readonly days: number;
}

function fresh({ desk }: ConfigPageParts): Filled {
  const [held] = revisionsOf(desk.memory);
  const text = held?.text ?? STARTER;
  return { text, basedOn: held?.id ?? '', why: '', days: DAYS_DEFAULT };
}

/** Browsers send a line's end as two characters. */
const filledIn = ({ json }: Asked): Filled => ({
  text: field(json, 'text').replaceAll('\r\n', '\n'),
  basedOn: field(json, 'based_on'),
  why: field(json, 'why').trim(),
  days: Number(field(json, 'days')),
});

function editPage(
  parts: ConfigPageParts,
  asked: Asked,
  outcome: EditOutcome | undefined,
  filled: Filled,
  status = 200,
): Answer {
  const { nameOf, now } = { nameOf: namesOf(parts), now: parts.clock.now() };
  const days = Number.isInteger(filled.days) ? filled.days : DAYS_DEFAULT;
  const view = { ...filled, days, daysMax: TRIAL_DAYS_MAX, outcome, nameOf, now };
  const isBad = status >= 400;
  const title = isBad ? 'Error: edit the configuration' : 'Edit the configuration';
  return parts.draw(asked, title, (site, reader) => editBody(site, reader, view), status);
}

async function edited(parts: ConfigPageParts, asked: Asked): Promise<Answer> {
  const filled = filledIn(asked);
  try {
    switch (field(asked.json, 'do')) {
      case 'save':
        return await save(parts, asked, filled);
      case 'try':
        return await tryOut(parts, asked, filled);
      default:
        return check(parts, asked, filled);
    }
  } catch (error) {
    if (!(error instanceof DeskError)) throw error;
    const outcome = { is: 'refused', why: error.message, field: 'text' } as const;
    return editPage(parts, asked, outcome, filled, error.status);
  }
}

function check(parts: ConfigPageParts, asked: Asked, filled: Filled): Answer {
  const { configuration, desk } = parts;
  const checked = configuration.check(filled.text);
  if (!checked.ok) {
    const outcome = { is: 'faults', faults: checked.faults, saving: false } as const;
    return editPage(parts, asked, outcome, filled, 422);
  }
  const { routes, receivers, unused } = checked;
  const held = revisionsOf(desk.memory)[0]?.text ?? '';
  const lines = configuration.compare(held, filled.text);
  return editPage(parts, asked, { is: 'good', routes, receivers, unused, lines }, filled);
}

async function tryOut(parts: ConfigPageParts, asked: Asked, filled: Filled): Promise<Answer> {
  const { text, days } = filled;
  if (!Number.isInteger(days) || days < 1 || days > TRIAL_DAYS_MAX) {
    const why = `Try it on 1 to ${TRIAL_DAYS_MAX} days.`;
    return editPage(parts, asked, { is: 'refused', why, field: 'days' }, filled, 422);
  }
  const gone = new AbortController();
  asked.raw.response.once('close', () => gone.abort());
  const tried = await parts.configuration.tryOut({ text, days, signal: gone.signal });
  if (tried.ok) return editPage(parts, asked, { is: 'tried', report: tried.report }, filled);
  const outcome = { is: 'faults', faults: tried.faults, saving: false } as const;
  return editPage(parts, asked, outcome, filled, 422);
}

async function save(parts: ConfigPageParts, asked: Asked, filled: Filled): Promise<Answer> {
  const { configuration, desk } = parts;
  const { text, basedOn, why } = filled;
  if (why === '' || why.length > CONFIG_DOOR_LIMITS.why_chars_max) {
    const outcome = { is: 'refused', why: WHY_MISSING, field: 'why' } as const;
    return editPage(parts, asked, outcome, filled, 422);
  }
  const by = byOf(asked.actor);
  const saved = await configuration.save({ text, why, basedOn, by });
  if (saved.ok) return toInForce(parts, saved.revision);
  if (saved.is === 'faults') {
    const outcome = { is: 'faults', faults: saved.faults, saving: true } as const;
    return editPage(parts, asked, outcome, filled, 422);
  }
  if (saved.is === 'refused') {
    const outcome = { is: 'refused', why: saved.why, field: 'text' } as const;
    return editPage(parts, asked, outcome, filled, 422);
  }
  const now = desk.memory.get('revisions', saved.inForce);
  if (!now) return editPage(parts, asked, undefined, { ...filled, basedOn: '' }, 409);
  const before = revisionBefore(desk.memory, now.id)?.id ?? '';
  // The same form sent twice, by an impatient finger.
  if (now.by === by && now.why === why && before === basedOn) return toInForce(parts, now.id);
  const made = desk.memory.get('revisions', basedOn);
  const outcome: EditOutcome = {
    is: 'conflict',
    now,
    theirs: made && configuration.compare(made.text, now.text),
    yours: configuration.compare(now.text, text),
  };
  return editPage(parts, asked, outcome, { ...filled, basedOn: now.id }, 409);
}

function revisionsPage(parts: ConfigPageParts, asked: Asked): Answer {
  const { desk, configuration, clock } = parts;
  const chosen = ['older', 'newer'].map((name) => asked.query.get(name) ?? '');
  const [older, newer] = chosen.map((id) => desk.memory.get('revisions', id));
  const isMissing = chosen.some((id) => id !== '') && !(older && newer);
  const compared = older &&
    newer && { older, newer, lines: configuration.compare(older.text, newer.text) };
  const view = {
    revisions: revisionsOf(desk.memory),
    nameOf: namesOf(parts),
    now: clock.now(),
    compared,
    message: isMissing ? 'One of the two is not kept: choose from the list.' : '',
  };
  const draw: DrawBody = (site, reader) => revisionsBody(site, reader, view);
  return parts.draw(asked, 'Revisions', draw, isMissing ? 404 : 200);
}

function found({ desk }: ConfigPageParts, asked: Asked): Revision {
  const revision = desk.memory.get('revisions', asked.params.id ?? '');
  if (!revision) throw new DeskError('NOT_FOUND', { what: `revision ${asked.params.id ?? ''}` });
  return revision;
}

function revisionPage(
  parts: ConfigPageParts,
  asked: Asked,
  message: string,
  status: number,
): Answer {
  const { desk, configuration, clock } = parts;
  const revision = found(parts, asked);
  const before = revisionBefore(desk.memory, revision.id);
  const view = {
    revision,
    isInForce: configuration.inForce() === revision.id,
    before,
    lines: configuration.compare(before?.text ?? '', revision.text),
    nameOf: namesOf(parts),
    now: clock.now(),
    message,
    why: field(asked.json, 'why'),
  };
  const draw: DrawBody = (site, reader) => revisionBody(site, reader, view);
  return parts.draw(asked, `Revision ${revision.id}`, draw, status);
}

async function restored(parts: ConfigPageParts, asked: Asked): Promise<Answer> {
  const { id } = found(parts, asked);
  const why = field(asked.json, 'why').trim();
  if (why === '' || why.length > CONFIG_DOOR_LIMITS.why_chars_max) {
    return revisionPage(parts, asked, WHY_MISSING, 422);
  }
  const saved = await parts.configuration.restore(id, byOf(asked.actor), why);
  return saved.ok
    ? toInForce(parts, saved.revision)
    : revisionPage(parts, asked, whyNot(saved), saved.is === 'conflict' ? 409 : 422);
}

function whyNot(saved: Extract<Saved, { ok: false }>): string {
  if (saved.is === 'refused') return saved.why;
  if (saved.is === 'conflict') return `${saved.inForce} was saved meanwhile.`;
  const { line, column, why } = saved.faults[0] ?? { line: 1, column: 1, why: '' };
  const more = saved.faults.length > 1 ? ` (and ${saved.faults.length - 1} more)` : '';
  return `Line ${line}, column ${column}: ${why}${more}`;
}
