import type { Accounts } from '../desk/accounts.ts';
import type { Role } from '../desk/entry.ts';
import type { UserId } from '../domain/alarm/alarm.ts';

/** Acts for nobody in particular when the demo sets the scene. */
export const DIRECTOR = 'demo' as UserId;

/** Known to everybody who reads this file: the demo listens on this machine and holds no secret. */
export const PASSWORD = 'northnet-demo';

export interface DemoPerson {
  readonly login: string;
  readonly name: string;
  readonly role: Role;
}

export const PEOPLE: readonly DemoPerson[] = [
  { login: 'ada', name: 'Ada Marek', role: 'admin' },
  { login: 'nora', name: 'Nora Lind', role: 'operator' },
  { login: 'tom', name: 'Tom Weiss', role: 'viewer' },
];

/** The people of the demo by login; those who are there already are left as they are. */
export async function settle(accounts: Accounts): Promise<(login: string) => UserId> {
  const ids = new Map<string, UserId>();
  for (const { login, name, role } of PEOPLE) {
    const email = `${login}@northnet.example`;
    const person =
      accounts.people.byLogin(login) ??
      (await accounts.add(DIRECTOR, { login, name, email, password: PASSWORD }, role));
    ids.set(login, person.id);
  }
  return (login) => ids.get(login) ?? DIRECTOR;
}
