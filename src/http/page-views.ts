import { type Refusal, refusalText } from '../base/refusal.ts';
import type { SavedViewsView } from '../console/list-views.ts';
import type { Site } from '../console/site.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import type { SavedViewId, SharedWith, ViewAct } from '../desk/view-acts.ts';
import { startOf, teamsOf, viewsOf } from '../desk/views/saved-views.ts';
import { seeOther } from './answer.ts';
import { byOf, ownerOf, roleOf, VIEWER } from './api/parts.ts';
import { canonical } from './api/views.ts';
import { readCookie, setCookie } from './cookie.ts';
import { field } from './page-reader.ts';
import type { Answer, Asked, Route } from './route.ts';
import type { HttpSettings } from './settings.ts';

const LAST_VIEW_COOKIE = 'tocsin_view';
/** A shift: whoever comes back within it finds the view they left. */
const LAST_VIEW_SECONDS = 12 * 3_600;
/** A longer view is not remembered: browsers keep some 4,000 bytes of cookies. */
const LAST_VIEW_CHARS_MAX = 2_000;
/** The address of the list without any choice made, as a choice. */
const PLAIN = 'show=open';

interface Parts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly settings: HttpSettings;
  readonly site: Site;
}

/** What the reader of the list may open and change. */
export function savedViews(
  { desk, accounts }: Parts,
  asked: Asked,
  refused?: Refusal,
): SavedViewsView {
  const person = ownerOf(asked.actor);
  return {
    all: viewsOf(desk.memory, person),
    teams: teamsOf(desk.memory, person),
    isStart: (view) => view.startOf.includes(person),
    mayChange: (view) => view.owner === person || roleOf(asked.actor) === 'admin',
    ownerOf: (view) => accounts.name(view.owner),
    fault: refused === undefined ? '' : refusalText(refused),
  };
}

/** Where somebody who asks for the bare list is led: the view they left, or the one they chose. */
export function restored({ desk, settings, site }: Parts, asked: Asked): Answer | undefined {
  const { actor, query, headers } = asked;
  if (actor.is !== 'user' || query.size > 0) return undefined;
  const left = readCookie(headers.cookie, LAST_VIEW_COOKIE, settings);
  const found = canonical(left || (startOf(desk.memory, actor.id)?.query ?? ''));
  return found === '' ? undefined : seeOther(`${site.prefix}/?${found}`);
}

/** The page, and the view it shows remembered for the next time. */
export function remembering(
  { settings }: Parts,
  { actor, headers }: Asked,
  text: string,
  answer: Answer,
): Answer {
  const value = text || PLAIN;
  const known = readCookie(headers.cookie, LAST_VIEW_COOKIE, settings) === value;
  if (actor.is !== 'user' || known || value.length > LAST_VIEW_CHARS_MAX) return answer;
  const cookie = setCookie(LAST_VIEW_COOKIE, value, settings, LAST_VIEW_SECONDS);
  return { ...answer, headers: { ...answer.headers, 'set-cookie': cookie } };
}

/** The forms above the list. `again` draws the list with what was wrong. */
export const viewForms = (
  parts: Parts,
  again: (asked: Asked, refused: Refusal) => Answer | Promise<Answer>,
): Route[] => [
  {
    method: 'GET',
    path: '/views',
    access: VIEWER,
    summary: 'Leads to the list, above which saved views stand.',
    handle: () => seeOther(`${parts.site.prefix}/`),
  },
  {
    method: 'POST',
    path: '/views',
    access: VIEWER,
    summary: 'Saves, changes or removes a view of the list, or opens one’s list with it.',
    form: true,
    handle: async (asked) => {
      const query = canonical(field(asked.json, 'query'));
      const act = actOf(parts, asked, query);
      const { refused } = await parts.desk.act(byOf(asked.actor), act);
      const shown = { ...asked, query: new URLSearchParams(query || PLAIN) };
      if (refused !== undefined) return again(shown, refused);
      return seeOther(`${parts.site.prefix}/?${query || PLAIN}`);
    },
  },
];

function actOf({ desk }: Parts, { actor, json }: Asked, query: string): ViewAct {
  const person = ownerOf(actor);
  const view = field(json, 'id') as SavedViewId;
  const [, team = ''] = /^team:(.*)$/s.exec(field(json, 'for')) ?? [];
  const chosen = field(json, 'for');
  const sharedWith: SharedWith = team !== '' ? 'team' : chosen === 'shared' ? 'shared' : 'mine';
  const said = {
    verb: 'view.set',
    person,
    query,
    name: field(json, 'name'),
    sharedWith,
    team,
  } as const;
  const old = desk.memory.get('listViews', view);
  switch (field(json, 'do')) {
    case 'remove':
      return { verb: 'view.remove', person, view };
    case 'start':
      return { verb: 'view.start', person, view };
    case 'unstart':
      return { verb: 'view.start', person, view: '' };
    case 'replace':
      return old
        ? { ...said, view, name: old.name, sharedWith: old.sharedWith, team: old.team }
        : { ...said, view };
    case 'change':
      return { ...said, view };
    default:
      return said;
  }
}
