import { unreachable } from '../../base/errors.ts';
import { absent, byState, type Refusal } from '../../base/refusal.ts';
import type { PastToken } from '../account-rows.ts';
import type { Draft } from '../draft.ts';
import type { AccountAct } from '../entry.ts';
import type { State } from '../state.ts';

/** Revoked tokens whose names are kept; at it the one that was revoked first goes. */
export const PAST_TOKENS_MAX = 10_000;

/**
 * Users, roles and tokens. Answers why not, or undefined when done. The last admin cannot be taken
 * away: a desk nobody can administer is lost.
 */
export function changeAccount(
  draft: Draft,
  state: State,
  act: AccountAct,
  admins: () => number,
): Refusal | undefined {
  switch (act.verb) {
    case 'user.add':
      if (draft.get('users', act.user)) return byState('There is a user with this id already.');
      draft.put('users', act.user, { id: act.user, role: act.role, disabled: false });
      return undefined;
    case 'user.role':
    case 'user.disable':
    case 'user.enable':
      return changeUser(draft, act, admins);
    case 'token.add': {
      if (draft.get('tokens', act.token)) return byState('There is a token with this id already.');
      const { token: id, hash, label, owner, scope, until } = act;
      draft.put('tokens', id, { id, hash, label, owner, scope, until });
      draft.removeIfThere('pastTokens', id);
      return undefined;
    }
    case 'token.revoke':
      return revoke(draft, state, act.token);
    default:
      return unreachable(act);
  }
}

/** It works no longer. What people did with it goes on showing its name, and whose it was. */
function revoke(draft: Draft, state: State, id: string): Refusal | undefined {
  const token = draft.get('tokens', id);
  if (!token) return absent('such token', 'it may be revoked already');
  draft.remove('tokens', id);
  if (token.scope !== 'role') return undefined; // nothing is done in the name of the others
  if (state.count('pastTokens') >= PAST_TOKENS_MAX) {
    let first: PastToken | undefined;
    for (const one of state.all('pastTokens')) {
      if (!first || one.at < first.at || (one.at === first.at && one.id < first.id)) first = one;
    }
    if (first) draft.remove('pastTokens', first.id);
  }
  const { label, owner } = token;
  draft.put('pastTokens', id, { id, label, owner, at: draft.now.at });
  return undefined;
}

type UserChange = Extract<AccountAct, { verb: 'user.role' | 'user.disable' | 'user.enable' }>;

function changeUser(draft: Draft, act: UserChange, admins: () => number): Refusal | undefined {
  const user = draft.get('users', act.user);
  if (!user) return absent('such user');
  const is =
    act.verb === 'user.role'
      ? { ...user, role: act.role }
      : { ...user, disabled: act.verb === 'user.disable' };
  const wasAdmin = user.role === 'admin' && !user.disabled;
  const isAdmin = is.role === 'admin' && !is.disabled;
  if (wasAdmin && !isAdmin && admins() === 1) {
    return byState('This is the last admin. Make another one first.');
  }
  draft.put('users', user.id, is);
  return undefined;
}
