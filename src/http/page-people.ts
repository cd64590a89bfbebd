import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { Html } from '../base/html.ts';
import { refusalFailure } from '../base/refusal.ts';
import { after, days } from '../base/time.ts';
import { stretch } from '../console/pager.ts';
import { type PeopleView, peopleBody, ROLES } from '../console/people-page.ts';
import type { Reader, Site } from '../console/site.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import type { AccountAct, Role, TokenScope } from '../desk/entry.ts';
import type { SourceFigures } from '../desk/source-figures.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { ADMIN, byOf, ownerOf } from './api/parts.ts';
import { field } from './page-reader.ts';
import { WALL_PATH } from './page-wall.ts';
import type { Answer, Asked, Route } from './route.ts';
import { newToken } from './token.ts';

const FORM_BYTES_MAX = 16_384;

export interface PeoplePageParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly figures: SourceFigures;
  readonly clock: Clock;
  readonly homeUrl: () => string;
  /** Draws a whole page around a body. */
  readonly draw: (asked: Asked, title: string, body: DrawBody, status?: number) => Answer;
}

type DrawBody = (site: Site, reader: Reader) => Html;

/** What a form of this page made: shown once, in the answer to the form itself. */
interface Made {
  readonly secret?: PeopleView['secret'];
  readonly message?: string;
  readonly messageAt?: string;
  readonly status?: number;
}

/** People and tokens for admins. A secret stands in one answer and nowhere else. */
export function peoplePages(parts: PeoplePageParts): Route[] {
  const form = (path: string, summary: string, does: (asked: Asked) => Promise<Made>): Route => ({
    method: 'POST',
    path,
    access: ADMIN,
    summary,
    form: true,
    bodyBytesMax: FORM_BYTES_MAX,
    handle: async (asked) => show(parts, asked, await orMessage(does, asked)),
  });
  const { accounts } = parts;
  const person = (asked: Asked): UserId => (asked.params.id ?? '') as UserId;
  return [
    {
      method: 'GET',
      path: '/people',
      access: ADMIN,
      summary: 'People and tokens.',
      handle: (asked) => show(parts, asked, {}),
    },
    form('/people', 'Adds a person and makes the link with which they sign in first.', (asked) =>
      addPerson(parts, asked),
    ),
    form('/people/:id/role', 'Changes what a person may do.', async (asked) => {
      await accounts.setRole(byOf(asked.actor), person(asked), roleIn(asked));
      return {};
    }),
    form('/people/:id/disable', 'Shuts a person out.', async (asked) => {
      await accounts.setDisabled(byOf(asked.actor), person(asked), true);
      return {};
    }),
    form('/people/:id/enable', 'Lets a person in again.', async (asked) => {
      await accounts.setDisabled(byOf(asked.actor), person(asked), false);
      return {};
    }),
    form('/people/:id/link', 'Makes a link where a person sets a new password.', async (asked) => {
      const account = accounts.find(person(asked));
      if (!account) throw new DeskError('NOT_FOUND', { what: 'such person' });
      return { secret: linkFor(parts, account.id, account.name) };
    }),
    form('/tokens', 'Makes a token.', (asked) => addToken(parts, asked)),
    form('/tokens/:id/revoke', 'Revokes a token.', async (asked) => {
      await act(parts, asked, { verb: 'token.revoke', token: asked.params.id ?? '' });
      return {};
    }),
  ];
}

/** Fields a message can lead to. */
const FIELDS = new Set(['login', 'label']);

/** A refusal is shown on the page it came from, with nothing lost. */
async function orMessage(does: (asked: Asked) => Promise<Made>, asked: Asked): Promise<Made> {
  try {
    return await does(asked);
  } catch (error) {
    if (!(error instanceof DeskError) || error.status >= 500) throw error;
    const at = error.code === 'LOGIN_TAKEN' ? 'login' : `${error.facts.field ?? ''}`;
    const messageAt = FIELDS.has(at) ? at : '';
    return { message: error.message, messageAt, status: error.status };
  }
}

function show(parts: PeoplePageParts, asked: Asked, made: Made): Answer {
  const { desk, accounts, figures, clock } = parts;
  const place = placeIn(asked);
  const here = `/people${place.has('from') ? `?${place}` : ''}`;
  const view: PeopleView = {
    people: stretch(accounts.list(), place),
    tokens: [...desk.memory.all('tokens')],
    typed: (name) => (made.message === undefined ? '' : field(asked.json, name)),
    nameOf: (id) => accounts.name(id),
    sources: figures.all().map((s) => s.source),
    secret: made.secret,
    message: made.message ?? '',
    messageAt: made.messageAt ?? '',
    now: clock.now(),
  };
  // The answer to a form stands under the form's path, from which no page can be turned.
  const draw: DrawBody = (site, reader) => peopleBody(site, { ...reader, here }, view);
  return parts.draw(asked, 'People', draw, made.status);
}

/** Which page of the table: that of the address, or the one on which the form stood. */
function placeIn({ query, json }: Asked): URLSearchParams {
  const stood = new URLSearchParams(field(json, 'back').split('?')[1] ?? '');
  const from = query.get('from') ?? stood.get('from');
  return new URLSearchParams(from === null ? {} : { from });
}

function roleIn(asked: Asked): Role {
  const role = ROLES.find((r) => r === field(asked.json, 'role'));
  if (!role) throw new DeskError('FIELD_INVALID', { field: 'role', expected: ROLES.join(', ') });
  return role;
}

function linkFor({ accounts, homeUrl }: PeoplePageParts, user: UserId, name: string) {
  const secret = accounts.people.newLink({ is: 'password', user });
  return {
    says: `Hand this link to ${name}: it sets a password, once, within 24 hours.`,
    text: `${homeUrl()}/welcome?link=${secret}`,
  };
}

async function addPerson(parts: PeoplePageParts, asked: Asked): Promise<Made> {
  const login = field(asked.json, 'login').trim();
  const name = field(asked.json, 'name').trim() || login;
  if (login === '') {
    throw new DeskError('FIELD_INVALID', { field: 'login', expected: 'what they sign in with' });
  }
  const person = { login, name, email: '', password: '' };
  const account = await parts.accounts.add(byOf(asked.actor), person, roleIn(asked));
  return { secret: linkFor(parts, account.id, account.name) };
}

async function act({ desk }: PeoplePageParts, asked: Asked, what: AccountAct): Promise<void> {
  const { refused } = await desk.act(byOf(asked.actor), what);
  if (refused !== undefined) throw refusalFailure(refused);
}

const SCOPE = /^(role|wall|ingest:[\w*/.-]{1,128})$/;

async function addToken(parts: PeoplePageParts, asked: Asked): Promise<Made> {
  const label = field(asked.json, 'label').trim();
  const scope = field(asked.json, 'scope');
  const life = Number(field(asked.json, 'days'));
  if (label === '' || label.length > 128) {
    throw new DeskError('FIELD_INVALID', { field: 'label', expected: 'what it is for, in short' });
  }
  if (!SCOPE.test(scope)) {
    throw new DeskError('FIELD_INVALID', { field: 'scope', expected: 'one of the list' });
  }
  const { id, secret, hash } = newToken();
  await act(parts, asked, {
    verb: 'token.add',
    token: id,
    hash,
    label,
    owner: ownerOf(asked.actor),
    scope: scope as TokenScope,
    ...(life > 0 && { until: after(parts.clock.now(), days(life)) }),
  });
  if (scope === 'wall') {
    const says = `This address shows the wall screen “${label}” to whoever has it.`;
    return { secret: { says, text: `${parts.homeUrl()}${WALL_PATH}?token=${secret}` } };
  }
  return { secret: { says: `This is the token “${label}”.`, text: secret } };
}
