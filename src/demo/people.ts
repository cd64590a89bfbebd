import type { Desk } from '../desk/desk.ts';
import type { Role } from '../desk/entry.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { People } from '../ports/people.ts';

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
export async function settle(desk: Desk, people: Pick<People, 'add' | 'byLogin'>) {
  const ids = new Map<string, UserId>();
  for (const { login, name, role } of PEOPLE) {
    const known = people.byLogin(login);
    const person =
      known ??
      (await people.add({
        login,
        name,
        email: `${login}@northnet.example`,
        password: PASSWORD,
      }));
    ids.set(login, person.id);
    if (!desk.memory.get('users', person.id))
      await desk.act(DIRECTOR, { verb: 'user.add', user: person.id, role });
  }
  return (login: string): UserId => ids.get(login) ?? DIRECTOR;
}
