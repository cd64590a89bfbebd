import type { Accounts } from '../desk/accounts.ts';
import { json } from './answer.ts';
import { byOf, VIEWER } from './api/parts.ts';
import type { Route } from './route.ts';

/**
 * What a page asks before it sends a form: whether the desk answers, whether the session still
 * holds, whose it is, and the key that its forms want now. Who signed in again in another tab goes
 * on with what was typed. Other sites cannot read it: the desk allows none to.
 */
export const formKeyRoute = (accounts: Accounts): Route => ({
  method: 'GET',
  path: '/form-key',
  access: VIEWER,
  summary: 'Whose session this is, and the key its forms want.',
  handle: ({ actor }) =>
    json(200, {
      reader: accounts.name(byOf(actor)),
      key: actor.is === 'user' ? actor.csrf : '',
    }),
});
