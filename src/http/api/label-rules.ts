import { Type } from 'typebox';
import { labelEffect, RELABELLED_MAX } from '../../desk/views/label-rules.ts';
import { LABEL_RULE_LIMITS, type LabelSettings, rulesFor } from '../../domain/alarm/relabel.ts';
import { json } from '../answer.ts';
import type { Route } from '../route.ts';
import { runSliced } from '../sliced.ts';
import { API, type ApiParts, VIEWER } from './parts.ts';
import { words } from './shapes.ts';

const { names_max, name_chars_max, value_chars_max } = LABEL_RULE_LIMITS;
const name = Type.String({ minLength: 1, maxLength: name_chars_max });
const pairs = (maxLength: number) =>
  Type.Record(Type.String(), Type.String({ maxLength }), { maxProperties: names_max });

const rulesShape = {
  drop: Type.Optional(Type.Array(name, { maxItems: names_max })),
  rename: Type.Optional(pairs(name_chars_max)),
  set: Type.Optional(pairs(value_chars_max)),
  conflict: Type.Optional(words(['keep', 'replace'])),
};

const strict = { additionalProperties: false };

const planBody = Type.Object(
  {
    ...rulesShape,
    sources: Type.Optional(Type.Record(Type.String(), Type.Object(rulesShape, strict))),
  },
  strict,
);

const planShape = Type.Object({
  open: Type.Integer({ description: 'Open alarms.' }),
  relabelled: Type.Integer({ description: 'Other labels, the same key.' }),
  rekeyed: Type.Integer({
    description: 'Another key: the next report is a new alarm, the old one ends by its lease.',
  }),
  merged: Type.Integer({ description: 'Of those, so many would be one with another.' }),
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      resource: Type.String(),
      type: Type.String(),
      was: Type.Record(Type.String(), Type.String()),
      is: Type.Record(Type.String(), Type.String()),
    }),
    { description: `The first ${RELABELLED_MAX}.` },
  ),
});

/** What rules for labels would do; they are set in tocsin.yml. */
export const labelRuleRoutes = ({ desk }: ApiParts): Route[] => [
  {
    method: 'POST',
    path: `${API}/label-rules/plan`,
    access: VIEWER,
    summary: 'Says what the section `labels` of tocsin.yml would do to open alarms.',
    bodySchema: planBody,
    answerSchema: planShape,
    handle: async (asked) => {
      const settings = asked.json as LabelSettings;
      const rulesOf = (source: string) => rulesFor(settings, source);
      const { some, ...counts } = await runSliced(labelEffect(desk.memory, rulesOf));
      const items = some.map(({ alarm: { id, resource, type, labels: was }, is }) => {
        return { id, resource, type, was, is };
      });
      return json(200, { ...counts, items });
    },
  },
];
