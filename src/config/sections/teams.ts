import { type Static, Type } from 'typebox';
import type { UserId } from '../../domain/alarm/alarm.ts';
import type { Team } from '../../domain/rota/duty.ts';
import { ROTA_LIMITS } from '../../domain/rota/schedule.ts';
import type { Reader } from '../reader.ts';

/** Whom a login or an id means; undefined when there is no such user. */
export type PersonOf = (loginOrId: string) => UserId | undefined;

export const NAME_CHARS_MAX = 128;

export const nameOf = (description: string) =>
  Type.String({ minLength: 1, maxLength: NAME_CHARS_MAX, description });

const team = Type.Object(
  {
    name: nameOf('Escalation policies name it so.'),
    members: Type.Array(nameOf('A user.'), {
      minItems: 1,
      maxItems: ROTA_LIMITS.members_max,
      description: 'Users by login or id.',
    }),
  },
  { additionalProperties: false, title: 'a team' },
);
export type TeamSettings = Static<typeof team>;

/** The section `teams`. */
export const TEAMS = Type.Optional(
  Type.Array(team, {
    maxItems: ROTA_LIMITS.teams_max,
    description: 'People who work together (Tocsin’s own).',
    ours: true,
  }),
);

export function readTeams(
  reader: Reader,
  teams: readonly TeamSettings[],
  personOf: PersonOf,
): readonly Team[] {
  twins(reader, teams, 'teams');
  return teams.map((team) => ({
    name: team.name ?? '',
    members: peopleIn(reader, team, ['members'], team.members ?? [], personOf),
  }));
}

/** Two of one section with the same name are a fault at the second. */
export function twins(
  reader: Reader,
  items: readonly { readonly name: string }[],
  what: string,
): void {
  const seen = new Set<string>();
  for (const item of items) {
    const { name } = item;
    if (seen.has(name)) reader.say(item, ['name'], `there are two ${what} "${name}"`);
    if (name !== undefined) seen.add(name); // without one there is a fault already
  }
}

/** Users by login or id; who is unknown, or stands there twice, is a fault at their place. */
export function peopleIn(
  reader: Reader,
  of: object,
  path: readonly (string | number)[],
  names: readonly string[],
  personOf: PersonOf,
): readonly UserId[] {
  const found = new Set<UserId>();
  for (const [i, name] of names.entries()) {
    const person = personOf(name);
    const place = [...path, i];
    if (person === undefined) reader.say(of, place, `there is no user "${name}" on this desk`);
    else if (found.has(person)) reader.say(of, place, `"${name}" stands here for the second time`);
    else found.add(person);
  }
  return [...found];
}
