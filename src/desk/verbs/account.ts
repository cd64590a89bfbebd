import { unreachable } from '../../base/errors.ts';
import type { Draft } from '../draft.ts';
import type { AccountAct } from '../entry.ts';

/**
 * Users, roles and tokens. Answers why not, or undefined when done. The last admin cannot be taken
 * away: a desk nobody can administer is lost.
 */
export function changeAccount(
  draft: Draft,
  act: AccountAct,
  admins: () => number,
): string | undefined {
  switch (act.verb) {
    case 'user.add':
      if (draft.get('users', act.user)) return 'There is a user with this id already.';
      draft.put('users', act.user, { id: act.user, role: act.role, disabled: false });
      return undefined;
    case 'user.role':
    case 'user.disable':
    case 'user.enable':
      return changeUser(draft, act, admins);
    case 'token.add': {
      if (draft.get('tokens', act.token)) return 'There is a token with this id already.';
      const { token: id, hash, label, owner, scope, until } = act;
      draft.put('tokens', id, { id, hash, label, owner, scope, until });
      return undefined;
    }
    case 'token.revoke':
      if (!draft.get('tokens', act.token))
        return 'There is no such token; it may be revoked already.';
      draft.remove('tokens', act.token);
      return undefined;
    default:
      return unreachable(act);
  }
}

type UserChange = Extract<AccountAct, { verb: 'user.role' | 'user.disable' | 'user.enable' }>;

function changeUser(draft: Draft, act: UserChange, admins: () => number): string | undefined {
  const user = draft.get('users', act.user);
  if (!user) return 'There is no such user.';
  const is =
    act.verb === 'user.role'
      ? { ...user, role: act.role }
      : { ...user, disabled: act.verb === 'user.disable' };
  const wasAdmin = user.role === 'admin' && !user.disabled;
  const isAdmin = is.role === 'admin' && !is.disabled;
  if (wasAdmin && !isAdmin && admins() === 1) {
    return 'This is the last admin. Make another one first.';
  }
  draft.put('users', user.id, is);
  return undefined;
}
