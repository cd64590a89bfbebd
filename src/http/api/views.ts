import { type Static, Type } from 'typebox';
import { refusalFailure } from '../../base/refusal.ts';
import {
  SAVED_VIEW_LIMITS,
  type SavedView,
  type SavedViewId,
  SHARED_WITH,
  type ViewAct,
} from '../../desk/view-acts.ts';
import { queryText, readQuery } from '../../desk/views/query.ts';
import { viewsOf } from '../../desk/views/saved-views.ts';
import { json } from '../answer.ts';
import type { Asked, Route } from '../route.ts';
import { API, type ApiParts, byOf, ownerOf, VIEWER } from './parts.ts';
import { somebody, words } from './shapes.ts';

const VIEWS = `${API}/views`;

const shape = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    query: Type.String({ description: 'The query part of the list’s address.' }),
    url: Type.String({ description: 'Where the console shows it.' }),
    owner: somebody,
    sharedWith: words(SHARED_WITH),
    team: Type.String({ description: 'Empty unless it is shared with a team.' }),
    start: Type.Boolean({ description: 'Whether your list opens with it.' }),
  },
  { $id: 'SavedView' },
);

const body = Type.Object(
  {
    id: Type.Optional(Type.String({ description: 'Changes this one instead.' })),
    name: Type.String({ minLength: 1, maxLength: SAVED_VIEW_LIMITS.name_chars_max }),
    query: Type.String({
      maxLength: SAVED_VIEW_LIMITS.query_chars_max,
      description: 'As in the address of the list: q=site%3D%22nbg%22&group=site',
    }),
    sharedWith: Type.Optional(words(SHARED_WITH)),
    team: Type.Optional(
      Type.String({ maxLength: SAVED_VIEW_LIMITS.team_chars_max, description: 'One of yours.' }),
    ),
  },
  { additionalProperties: false },
);

const made = Type.Object({ id: Type.String() });
const startBody = Type.Object({ on: Type.Boolean() }, { additionalProperties: false });

/** Views of the list with a name: everybody keeps their own, and sees what is shared with them. */
export const viewRoutes = (parts: ApiParts): Route[] => [
  {
    method: 'GET',
    path: VIEWS,
    access: VIEWER,
    summary: 'Saved views of the list: yours, your teams’ and those shared with everybody.',
    answerSchema: Type.Object({ items: Type.Array(shape) }),
    handle: ({ actor }) => {
      const found = viewsOf(parts.desk.memory, ownerOf(actor));
      return json(200, { items: found.map((view) => viewJson(parts, view, ownerOf(actor))) });
    },
  },
  {
    method: 'POST',
    path: VIEWS,
    access: VIEWER,
    summary: 'Saves a view of the list under a name.',
    bodySchema: body,
    answerSchema: made,
    handle: (asked) => {
      const { id, query, sharedWith = 'mine', team = '', name } = asked.json as Static<typeof body>;
      const which = id === undefined ? {} : { view: id as SavedViewId };
      const said = { ...which, name, query: canonical(query), sharedWith, team };
      return done(parts, asked, { verb: 'view.set', person: ownerOf(asked.actor), ...said });
    },
  },
  {
    method: 'DELETE',
    path: `${VIEWS}/:id`,
    access: VIEWER,
    summary: 'Removes a view of yours; an admin removes any.',
    answerSchema: made,
    handle: (asked) => done(parts, asked, { verb: 'view.remove', ...who(asked) }),
  },
  {
    method: 'POST',
    path: `${VIEWS}/:id/start`,
    access: VIEWER,
    summary: 'Opens your list with it, or no longer.',
    bodySchema: startBody,
    answerSchema: made,
    handle: (asked) => {
      const { on } = asked.json as Static<typeof startBody>;
      const { person, view } = who(asked);
      return done(parts, asked, { verb: 'view.start', person, view: on ? view : '' });
    },
  },
];

/** What is kept is what the list would write: no cursor, and nothing it does not know. */
export const canonical = (query: string): string =>
  queryText({ ...readQuery(new URLSearchParams(query)), after: '' });

const who = ({ actor, params }: Asked) => ({
  person: ownerOf(actor),
  view: (params.id ?? '') as SavedViewId,
});

async function done({ desk }: ApiParts, { actor }: Asked, act: ViewAct) {
  const { refused, made: id = '' } = await desk.act(byOf(actor), act);
  if (refused !== undefined) throw refusalFailure(refused);
  return json(act.verb === 'view.set' && act.view === undefined ? 201 : 200, { id });
}

const viewJson = (
  { accounts, homeUrl }: ApiParts,
  view: SavedView,
  person: ReturnType<typeof ownerOf>,
) => ({
  id: view.id,
  name: view.name,
  query: view.query,
  url: `${homeUrl()}/?${view.query || 'show=open'}`,
  owner: { id: view.owner, name: accounts.name(view.owner) },
  sharedWith: view.sharedWith,
  team: view.team,
  start: view.startOf.includes(person),
});
