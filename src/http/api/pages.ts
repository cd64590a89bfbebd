import { type Static, Type } from 'typebox';
import { DeskError } from '../../base/errors.ts';
import { refusalFailure } from '../../base/refusal.ts';
import { instantText } from '../../base/time.ts';
import type { PageAct } from '../../desk/page-acts.ts';
import { listPages, nextText, PAGE_STATES, pageTitle } from '../../desk/views/pages.ts';
import type { Page, PageId } from '../../domain/escalation/page.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import { refusal } from '../problem.ts';
import type { Answer, Asked, Route } from '../route.ts';
import { maybeText } from './drawn.ts';
import { onceOf } from './once.ts';
import { API, type ApiParts, byOf, OPERATOR, VIEWER } from './parts.ts';
import {
  API_LIMITS,
  maybeTime,
  nullable,
  pageOf,
  paging,
  severity,
  somebody,
  time,
  words,
} from './shapes.ts';

const PAGES = `${API}/pages`;

const shape = Type.Object(
  {
    id: Type.String(),
    is: words(PAGE_STATES),
    title: Type.String({ description: 'What it is about, in a line.' }),
    at: time('When it began.'),
    policy: Type.String({ description: 'The escalation policy it goes by, as it was then.' }),
    receiver: Type.String(),
    round: Type.Integer({ description: 'From 1.' }),
    step: Type.Integer({ description: 'From 1; one more than there are is the fallback.' }),
    climbsAt: maybeTime('When the next ones are told unless somebody answers.'),
    next: Type.String({ description: 'Who that is; empty when nobody is left.' }),
    answer: nullable(
      Type.Object({ by: somebody, at: time('When.'), how: words(['message', 'desk']) }),
    ),
    endedAt: maybeTime('When it was over.'),
    alarms: Type.Array(
      Type.Object({ id: Type.String(), severity, text: Type.String(), labels: labelsShape() }),
    ),
    moreAlarms: Type.Integer({ description: 'Alarms beyond those.' }),
    run: nullable(
      Type.Object(
        { id: Type.String(), step: Type.Integer(), text: Type.String() },
        { description: 'The run that asks, its step from 0; then no alarm does.' },
      ),
    ),
    told: Type.Array(
      Type.Object({
        at: time('When it was decided.'),
        person: somebody,
        kind: nullable(Type.String({ description: 'email, ntfy …; null when it was removed.' })),
        why: Type.String(),
        round: Type.Integer(),
        step: Type.Integer(),
        is: words(['open', 'held', 'sent', 'failed', 'withdrawn']),
        heldUntil: maybeTime('When what is held back goes, with the others of this person.'),
        delivery: nullable(Type.String({ description: 'Null while it is held back.' })),
      }),
    ),
    nobody: Type.Array(
      Type.Object({
        at: time('When.'),
        round: Type.Integer(),
        step: Type.Integer(),
        why: Type.String(),
      }),
    ),
  },
  { $id: 'Page' },
);

function labelsShape() {
  return Type.Record(Type.String(), Type.String());
}

const listQuery = Type.Object(
  {
    is: Type.Optional(Type.Array(words(PAGE_STATES), { description: 'Default: all.' })),
    ...paging,
  },
  { additionalProperties: false },
);

const answerBody = Type.Object(
  { note: Type.Optional(Type.String({ maxLength: 4_096 })) },
  { additionalProperties: false },
);
const climbBody = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 4_096 }) },
  { additionalProperties: false },
);
const done = Type.Object({ id: Type.String(), position: Type.Integer(), repeated: Type.Boolean() });

export const pageRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: PAGES,
    access: VIEWER,
    summary: 'Pages: those that wait for an answer first, then the newest.',
    querySchema: listQuery,
    answerSchema: pageOf(shape),
    handle: (asked) => list(parts, asked),
  },
  {
    method: 'GET',
    path: `${PAGES}/:id`,
    access: VIEWER,
    summary: 'One page: who was told when, and what comes next.',
    answerSchema: shape,
    handle: ({ params }) => {
      const page = parts.desk.memory.get('pages', params.id ?? '');
      if (!page) throw new DeskError('NOT_FOUND', { what: 'such page' });
      return json(200, pageJson(parts, page));
    },
  },
  {
    method: 'POST',
    path: `${PAGES}/:id/answer`,
    access: OPERATOR,
    summary: 'Answers a page: all of it that nobody has is acknowledged.',
    bodySchema: answerBody,
    answerSchema: done,
    handle: (asked) => {
      const { note = '' } = asked.json as Static<typeof answerBody>;
      const page = asked.params.id as PageId;
      return act(parts, asked, { verb: 'page.answer', page, how: 'desk', note });
    },
  },
  {
    method: 'POST',
    path: `${PAGES}/:id/climb`,
    access: OPERATOR,
    summary: 'Sends a page on to the next ones now.',
    bodySchema: climbBody,
    answerSchema: done,
    handle: (asked) => {
      const { reason } = asked.json as Static<typeof climbBody>;
      return act(parts, asked, { verb: 'page.climb', page: asked.params.id as PageId, reason });
    },
  },
];

async function act(parts: ApiParts, asked: Asked, what: PageAct): Promise<Answer> {
  const by = byOf(asked.actor);
  const { refused, position, repeated } = await parts.desk.act(by, what, onceOf(by, asked));
  if (refused !== undefined) throw refusalFailure(refused);
  return json(200, { id: what.page, position, repeated });
}

function list(parts: ApiParts, asked: Asked): Answer {
  const { is, limit, cursor } = readQuery(listQuery, asked.query);
  const { memory } = parts.desk;
  const [, digits = ''] = /^p(\d{1,6})$/.exec(cursor ?? 'p0') ?? [];
  if (digits === '') throw refusal('CURSOR_INVALID', {});
  const from = Number(digits);
  const to = from + (limit ?? API_LIMITS.page_items_default);
  const all = listPages(memory, is ?? PAGE_STATES);
  const items = all.slice(from, to).map((page) => pageJson(parts, page));
  return json(200, { items, next: to < all.length ? `p${to}` : null, asOf: memory.position });
}

function pageJson({ desk, accounts }: Pick<ApiParts, 'desk' | 'accounts'>, page: Page) {
  const who = (id: Parameters<typeof accounts.name>[0]) => ({ id, name: accounts.name(id) });
  const { answer, place } = page;
  return {
    id: page.id,
    is: page.is,
    title: pageTitle(page),
    at: instantText(page.at),
    policy: page.policy.name,
    receiver: page.to.receiver,
    round: place.round,
    step: place.step + 1,
    climbsAt: maybeText(page.climbsAt),
    next: nextText(page, (id) => accounts.name(id)),
    answer: answer ? { by: who(answer.by), at: instantText(answer.at), how: answer.how } : null,
    endedAt: maybeText(page.endedAt),
    run: runAsking(page),
    alarms: (page.run ? [] : page.alerts).map(({ alarm: id, severity: s, text, labels }) => ({
      id,
      severity: s,
      text,
      labels,
    })),
    moreAlarms: page.moreAlerts,
    told: page.told.map((told) => ({
      at: instantText(told.at),
      person: who(told.person),
      kind: desk.memory.get('contacts', told.contact)?.kind ?? null,
      why: told.why,
      round: told.round,
      step: told.step + 1,
      is: told.is,
      heldUntil: maybeText(told.heldUntil),
      delivery: told.delivery ?? null,
    })),
    nobody: page.empty.map(({ at, round, step, why }) => ({
      at: instantText(at),
      round,
      step: step + 1,
      why,
    })),
  };
}

const runAsking = ({ run, alerts }: Page) =>
  run ? { id: run.id, step: run.step, text: alerts[0]?.text ?? '' } : null;
