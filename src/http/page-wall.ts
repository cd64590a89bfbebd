import type { Clock } from '../base/clock.ts';
import { DeskError } from '../base/errors.ts';
import type { Site } from '../console/site.ts';
import { WALL_SCHEDULES_MAX, type WallView, wallPage, wallPart } from '../console/wall-page.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import { onCall, rotaOf, schedulesIn } from '../desk/rota.ts';
import { Counts, type ListPage } from '../desk/views/list.ts';
import { DEFAULT_QUERY, readQuery } from '../desk/views/query.ts';
import type { ListViews } from '../desk/views/shared.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import { json, page } from './answer.ts';
import type { Asked, Route } from './route.ts';
import { hashToken, sameHash, tokenId } from './token.ts';

export interface WallParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly views: ListViews;
  readonly site: Site;
  readonly clock: Clock;
}

export const WALL_PATH = '/wall';

export const WALL_LIMITS = {
  /** Views one wall shows in turn. */
  views_max: 20,
  view_chars_max: 2_048,
  every_s_min: 5,
  every_s_max: 3_600,
} as const;

const EVERY_S_DEFAULT = 30;
const NOTHING: Route['access'] = { need: 'nothing' };

/**
 * The screen on the wall, by a secret address: it reads, and nothing else. The token is looked at
 * with every part, so that a wall goes dark with the token that was revoked.
 */
export const wallRoutes = (parts: WallParts): Route[] => [
  {
    method: 'GET',
    path: WALL_PATH,
    access: NOTHING,
    summary: 'The wall screen: what is wrong, in letters that are read from 2 m.',
    handle: (asked) => {
      mustHold(parts, asked);
      const { query } = asked;
      const views = query.getAll('view').slice(0, WALL_LIMITS.views_max);
      const frame = {
        part: `${WALL_PATH}/part`,
        views: views.length > 0 ? views : [''],
        every_s: secondsIn(query.get('every') ?? ''),
        theme: query.get('theme') === 'light' ? 'light' : 'dark',
      } as const;
      return page(wallPage(parts.site, frame, wallView(parts, frame.views[0] ?? '')));
    },
  },
  {
    method: 'GET',
    path: `${WALL_PATH}/part`,
    access: NOTHING,
    summary: 'What moves on the wall screen, for one of its views.',
    handle: (asked) => {
      mustHold(parts, asked);
      const { site, clock } = parts;
      const view = wallView(parts, asked.query.get('view') ?? '');
      return json(200, {
        version: site.asset(''),
        at: clock.now(),
        html: wallPart(view).text,
      });
    },
  },
];

/** Throws NOT_FOUND for whatever is no wall's address: nothing is told about what is. */
function mustHold({ desk: { memory }, clock }: WallParts, { query }: Asked): void {
  const secret = query.get('token') ?? '';
  const token = memory.get('tokens', tokenId(secret) ?? '');
  const isGood =
    token?.scope === 'wall' &&
    sameHash(token.hash, hashToken(secret)) &&
    (token.until === undefined || token.until > clock.now()) &&
    memory.get('users', token.owner)?.disabled === false;
  if (!isGood) throw new DeskError('NOT_FOUND', { what: 'such wall' });
}

function secondsIn(text: string): number {
  const given = /^\d{1,6}$/.test(text) ? Number(text) : EVERY_S_DEFAULT;
  return Math.min(WALL_LIMITS.every_s_max, Math.max(WALL_LIMITS.every_s_min, given));
}

const EMPTY_PAGE: ListPage = { rows: [], before: 0, total: 0, next: '' };

/** `text`: what stands behind the `?` in the address of a list. The order is the wall's own. */
function wallView({ desk, accounts, views, clock }: WallParts, text: string): WallView {
  const params = new URLSearchParams(text.slice(0, WALL_LIMITS.view_chars_max));
  const { filter, severities, standings } = readQuery(params);
  const held = views.hold({ ...DEFAULT_QUERY, filter, severities, standings });
  const nameOf = (id: UserId): string => accounts.name(id);
  const now = clock.now();
  const { journalDown } = desk.figures();
  const onDuty = schedulesIn(desk.memory)
    .slice(0, WALL_SCHEDULES_MAX)
    .flatMap(({ name }) => {
      const rota = rotaOf(desk.memory, name);
      return rota ? [{ schedule: name, people: onCall(rota, now).people.map(nameOf) }] : [];
    });
  const around = {
    ...{ filter, onCall: onDuty, nameOf, now },
    trouble: journalDown && `The desk takes nothing in now: ${journalDown}`,
  };
  if ('why' in held) {
    return { ...around, page: EMPTY_PAGE, counts: new Counts(), fault: held.why };
  }
  const drawn = { ...around, page: held.view.page(), counts: held.view.counts, fault: '' };
  held.release();
  return drawn;
}
