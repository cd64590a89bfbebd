import { type Static, Type } from 'typebox';
import { DeskError, type FailureCode } from '../../base/errors.ts';
import type { Revision } from '../../desk/tables.ts';
import { guardedWays, revisionBefore, revisionsOf } from '../../desk/views/revisions.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { ConfigDoor, ConfigFault, Saved } from '../config-door.ts';
import type { Answer, Asked, Route } from '../route.ts';
import {
  CONFIG_DOOR_LIMITS,
  checkedShape,
  configShape,
  diffShape,
  editBody,
  headJson,
  revisionHead,
  revisionShape,
  savedShape,
  textBody,
  trialBody,
  trialShape,
  whyBody,
} from './config-shapes.ts';
import { trialLines } from './config-trial.ts';
import { ADMIN, API, type ApiParts, ownerOf, VIEWER } from './parts.ts';

const CONFIG = `${API}/config`;
const REVISION = `${CONFIG}/revisions/:id`;
const bodyBytesMax = CONFIG_DOOR_LIMITS.body_bytes_max;

const against = Type.Object(
  {
    against: Type.Optional(
      Type.String({ maxLength: 32, description: 'An older revision. Default: the one before.' }),
    ),
  },
  { additionalProperties: false },
);

/** The configuration in force, its revisions, and everything that makes a new one. */
export const configRoutes = (parts: ApiParts): Route[] => [
  ...reading(parts),
  {
    method: 'POST',
    path: `${CONFIG}/check`,
    access: ADMIN,
    summary: 'Says what is wrong with a text. Changes nothing.',
    bodyBytesMax,
    bodySchema: textBody,
    answerSchema: checkedShape,
    handle: (asked) => check(parts.configuration, asked),
  },
  {
    method: 'PUT',
    path: CONFIG,
    access: ADMIN,
    summary: 'Saves a text and puts it in force; 409 when it was made from another revision.',
    bodyBytesMax,
    bodySchema: editBody,
    answerSchema: savedShape,
    handle: async (asked) => {
      const edit = asked.json as Static<typeof editBody>;
      const by = ownerOf(asked.actor);
      const held = parts.configuration.inForce();
      const saved = await parts.configuration.save({ ...edit, by });
      return savedAnswer(parts, asked, saved, { held, saw: edit.basedOn });
    },
  },
  {
    method: 'POST',
    path: `${REVISION}/restore`,
    access: ADMIN,
    summary: 'Puts an older revision in force again, as a new one.',
    bodySchema: whyBody,
    answerSchema: savedShape,
    handle: async (asked) => {
      const { id } = revisionOf(parts, asked);
      const { why } = asked.json as Static<typeof whyBody>;
      const held = parts.configuration.inForce();
      const saved = await parts.configuration.restore(id, ownerOf(asked.actor), why);
      return savedAnswer(parts, asked, saved, { held, saw: id });
    },
  },
  {
    method: 'POST',
    path: `${CONFIG}/reload`,
    access: ADMIN,
    summary: 'Reads the file that the desk was started with again; a bad one changes nothing.',
    answerSchema: savedShape,
    handle: async (asked) => {
      const held = parts.configuration.inForce();
      const saved = await parts.configuration.reload(ownerOf(asked.actor));
      return savedAnswer(parts, asked, saved, { held, saw: held });
    },
  },
  {
    method: 'POST',
    path: `${CONFIG}/plan`,
    access: ADMIN,
    summary:
      'Replays recent days through a text and says who would be told differently; answers with ' +
      'lines of JSON. Ends when the client goes.',
    bodyBytesMax,
    bodySchema: trialBody,
    answerSchema: trialShape,
    handle: (asked) => plan(parts, asked),
  },
];

const reading = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: CONFIG,
    access: VIEWER,
    summary: 'The configuration in force.',
    answerSchema: configShape,
    handle: () => {
      const [held] = revisionsOf(parts.desk.memory);
      return json(200, {
        revision: held ? headJson(parts, held, held.id) : null,
        text: held?.text ?? '',
        original: parts.configuration.original(),
        unused: held?.unused ?? [],
        guarded: held ? guardedWays(held) : [],
      });
    },
  },
  {
    method: 'GET',
    path: `${CONFIG}/revisions`,
    access: VIEWER,
    summary: 'Every revision that is kept, newest first: who, when, why.',
    answerSchema: Type.Object({ items: Type.Array(revisionHead) }),
    handle: () => {
      const now = parts.configuration.inForce();
      const items = revisionsOf(parts.desk.memory).map((r) => headJson(parts, r, now));
      return json(200, { items });
    },
  },
  {
    method: 'GET',
    path: REVISION,
    access: VIEWER,
    summary: 'One revision with its text.',
    answerSchema: revisionShape,
    handle: (asked) => {
      const revision = revisionOf(parts, asked);
      const { text, unused } = revision;
      const head = headJson(parts, revision, parts.configuration.inForce());
      return json(200, { ...head, text, unused, guarded: guardedWays(revision) });
    },
  },
  {
    method: 'GET',
    path: `${REVISION}/diff`,
    access: VIEWER,
    summary: 'What a revision changed, line by line, against another one.',
    querySchema: against,
    answerSchema: diffShape,
    handle: (asked) => diff(parts, asked),
  },
];

function revisionOf({ desk }: ApiParts, asked: Asked, id = asked.params.id ?? ''): Revision {
  const found = desk.memory.get('revisions', id);
  if (!found) throw new DeskError('NOT_FOUND', { what: `revision ${id}` });
  return found;
}

function diff(parts: ApiParts, asked: Asked): Answer {
  const { against: other } = readQuery(against, asked.query);
  const after = revisionOf(parts, asked);
  const before =
    other === undefined
      ? revisionBefore(parts.desk.memory, after.id)
      : revisionOf(parts, asked, other);
  const lines = parts.configuration.compare(before?.text ?? '', after.text);
  const now = parts.configuration.inForce();
  const many = (is: string): number => lines.filter((line) => line.is === is).length;
  return json(200, {
    before: before ? headJson(parts, before, now) : null,
    after: headJson(parts, after, now),
    ...{ added: many('added'), removed: many('removed'), lines },
  });
}

function check(door: ConfigDoor, asked: Asked): Answer {
  const checked = door.check((asked.json as Static<typeof textBody>).text);
  if (checked.ok) return json(200, { ...checked, faults: [] });
  return json(200, { ...checked, routes: 0, receivers: [], unused: [] });
}

function savedAnswer(
  parts: ApiParts,
  asked: Asked,
  saved: Saved,
  { held, saw }: { readonly held: string; readonly saw: string },
): Answer {
  if (saved.ok) {
    const revision = revisionOf(parts, asked, saved.revision);
    const replaced = saved.changed ? parts.desk.memory.get('revisions', held) : undefined;
    return json(200, {
      revision: headJson(parts, revision, saved.revision),
      changed: saved.changed,
      replaced: replaced ? headJson(parts, replaced, saved.revision) : null,
      unused: revision.unused,
      guarded: guardedWays(revision),
    });
  }
  switch (saved.is) {
    case 'faults':
      return faulty(asked, saved.faults);
    case 'refused':
      throw new DeskError('INPUT_REFUSED', { why: saved.why });
    case 'conflict': {
      const now = parts.desk.memory.get('revisions', saved.inForce);
      const facts = { now: saved.inForce || 'none', saw: saw || 'none' };
      return problem(asked, 'CONFIG_CONFLICT', facts, {
        inForce: now ? headJson(parts, now, now.id) : null,
      });
    }
  }
}

function faulty(asked: Asked, faults: readonly ConfigFault[]): Answer {
  const { line = 1, column = 1, why = '' } = faults[0] ?? {};
  const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`;
  return problem(asked, 'CONFIG_INVALID', { count, line, column, why }, { faults });
}

/** A problem document with what only the configuration has to say (RFC 9457 §3.2). */
function problem(
  { reference }: Asked,
  code: FailureCode,
  facts: Readonly<Record<string, string | number>>,
  more: object,
): Answer {
  const { status, message: title } = new DeskError(code, facts);
  const body = { type: `/errors#${code}`, title, status, code, reference, ...more };
  return json(status, body, { 'content-type': 'application/problem+json' });
}

function plan({ configuration, desk }: ApiParts, asked: Asked): Answer {
  const { text, days } = asked.json as Static<typeof trialBody>;
  const checked = configuration.check(text);
  if (!checked.ok) return faulty(asked, checked.faults);
  const gone = new AbortController();
  asked.raw.response.once('close', () => gone.abort());
  return {
    status: 200,
    headers: { 'content-type': 'application/x-ndjson; charset=utf-8' },
    body: trialLines(configuration, { text, days, signal: gone.signal }, desk.journal.head),
  };
}
