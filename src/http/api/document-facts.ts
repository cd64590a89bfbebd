import { Type } from 'typebox';
import { defaultSince } from '../../desk/documents.ts';
import { incidentFacts, shiftFacts } from '../../desk/views/document-facts.ts';
import { peopleIn } from '../../desk/views/documents.ts';
import { listIncidents } from '../../desk/views/incidents.ts';
import { json } from '../answer.ts';
import { readQuery } from '../check.ts';
import type { Route } from '../route.ts';
import { fresh } from './documents.ts';
import { API, type ApiParts, VIEWER } from './parts.ts';

const RECORDED_MAX = 20;

const query = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 0, maximum: RECORDED_MAX })) },
  { additionalProperties: false },
);

const recorded = Type.Object(
  {
    about: Type.String({ description: 'Id of an incident, or `shift`.' }),
    facts: Type.Record(Type.String(), Type.Unknown(), {
      description: 'By path, as templates name them; people by id.',
    }),
    names: Type.Record(Type.String(), Type.String(), {
      description: 'How these people are called.',
    }),
  },
  { $id: 'RecordedFacts' },
);

/** What documents could say of the newest incidents: what templates are tried against. */
export const factsRoute = (parts: ApiParts): Route => ({
  method: 'GET',
  path: `${API}/document-facts`,
  access: VIEWER,
  summary:
    'Facts of the newest incidents, closed ones first, and of a shift, to try templates with.',
  querySchema: query,
  answerSchema: Type.Object({ items: Type.Array(recorded) }),
  handle: async (asked) => {
    const { limit = RECORDED_MAX } = readQuery(query, asked.query);
    const { desk, accounts } = parts;
    const { memory } = desk;
    const incidents = [...listIncidents(memory, ['closed']), ...listIncidents(memory, ['open'])];
    const all = [{ about: 'shift', facts: shiftFacts(desk, defaultSince(desk.clock.now())) }];
    for (const one of incidents.slice(0, limit))
      all.push({ about: one.id, facts: await incidentFacts(desk, one, fresh(parts)) });
    const items = all.map(({ about, facts }) => {
      const names = peopleIn(facts).map((id) => [id, accounts.name(id)] as const);
      return { about, facts, names: Object.fromEntries(names) };
    });
    return json(200, { items });
  },
});
