import { Type } from 'typebox';
import { instantText } from '../../base/time.ts';
import type { InventoryVersion } from '../../desk/inventory-act.ts';
import type { FeedChange } from '../../desk/inventory-import.ts';
import type { FeedView, Some, ThingView } from '../../desk/views/inventory.ts';
import { AFFECTED_MAX, type Effect } from '../../desk/views/inventory-effect.ts';
import { FEED_FORMATS, type FeedReport } from '../../domain/inventory/feed.ts';
import { ROW_FAULTS_MAX } from '../../domain/inventory/row.ts';
import { type Difference, idOf, kindOf, type Thing } from '../../domain/inventory/thing.ts';
import { somebodyJson } from './drawn.ts';
import type { ApiParts } from './parts.ts';
import { nullable, paging, somebody, time, words } from './shapes.ts';

/** Shapes of the inventory, its feeds and their versions. */

/** Of one handed-in feed: some 200,000 rows of a table. */
export const FEED_BYTES_MAX = 67_108_864;

/** Things that a comparison names, of each sort; the rest is counted. */
export const DIFFERENCE_THINGS_MAX = 200;

const strict = { additionalProperties: false };
const labels = Type.Record(Type.String(), Type.String());
const key = Type.String({ description: '`kind:id`, such as `port:rt1.osl/xe-0/0/3`.' });
const maybe = Type.Optional;

const thing = Type.Object(
  {
    key,
    kind: Type.String(),
    id: Type.String(),
    title: maybe(Type.String()),
    names: maybe(Type.Array(Type.String())),
    attributes: maybe(labels),
    labels: maybe(labels),
    partOf: maybe(key),
    owner: maybe(key),
    ends: maybe(Type.Array(key)),
    dependsOn: maybe(Type.Array(key)),
    carries: maybe(Type.Array(key)),
  },
  { $id: 'Thing' },
);

const counts = Type.Object({
  things: Type.Integer({ description: 'Of the feed, in this version.' }),
  added: Type.Integer(),
  changed: Type.Integer(),
  removed: Type.Integer(),
});

const version = Type.Object(
  {
    id: Type.String(),
    feed: Type.String(),
    at: time('When it was put in force.'),
    by: nullable(somebody),
    from: Type.String({ description: 'The file or the address it was read from.' }),
    why: Type.String(),
    restores: nullable(Type.String({ description: 'The version that it took up again.' })),
    inForce: Type.Boolean(),
    counts,
  },
  { $id: 'InventoryVersion' },
);

export const inventoryShape = Type.Object({
  things: Type.Integer(),
  kinds: Type.Record(Type.String(), Type.Integer(), { description: 'Things of each kind.' }),
  feeds: Type.Array(Type.Object({ feed: Type.String(), version, versions: Type.Integer() }), {
    description: 'By name.',
  }),
});

export const versionsShape = Type.Object({ items: Type.Array(version) });

const change = Type.Object({
  key,
  what: words(['added', 'changed', 'removed']),
  was: nullable(thing),
  is: nullable(thing),
});

const differenceShape = Type.Array(change, {
  description: `At most ${DIFFERENCE_THINGS_MAX} of each sort; \`counts\` has them all.`,
});

export const versionShape = Type.Object({ version, difference: differenceShape });

const report = Type.Object({
  rows: Type.Integer(),
  things: Type.Integer(),
  leftOut: Type.Integer({ description: 'Rows of which nothing was made.' }),
  faults: Type.Array(
    Type.Object({
      line: Type.Integer({ description: 'From 1; of JSON, the number of the thing.' }),
      thing: Type.String(),
      wrong: Type.String(),
      expected: Type.String(),
      done: words(['left out', 'taken without it', 'taken as it is']),
    }),
    { description: `At most ${ROW_FAULTS_MAX}, in the order of the rows.` },
  ),
  faultsTotal: Type.Integer(),
});

export const comparedShape = Type.Object({
  basedOn: nullable(Type.String({ description: 'The version it was compared with.' })),
  counts,
  report,
  difference: differenceShape,
  alarms: Type.Object(
    {
      open: Type.Integer(),
      affected: Type.Integer({ description: 'Of them, so many would have other context labels.' }),
      items: Type.Array(
        Type.Object({
          id: Type.String(),
          resource: Type.String(),
          type: Type.String(),
          was: labels,
          is: labels,
        }),
        { description: `The first ${AFFECTED_MAX}, with the labels that differ; '' for none.` },
      ),
    },
    { description: 'What it would do to the alarms that are open.' },
  ),
});

export const importedShape = Type.Object({
  version: nullable(version),
  changed: Type.Boolean({ description: 'False: the feed said what it said before.' }),
  counts,
  report: nullable(report),
});

export const feedQuery = Type.Object(
  {
    format: words([...FEED_FORMATS]),
    kind: Type.Optional(
      Type.String({ maxLength: 32, description: 'What the rows of a table are: `device`.' }),
    ),
    sheet: Type.Optional(
      Type.String({ maxLength: 64, description: 'Of a workbook; the first when not given.' }),
    ),
  },
  strict,
);

export const importQuery = Type.Object(
  {
    ...feedQuery.properties,
    why: Type.String({ maxLength: 4_096, description: 'What for; stands in the versions.' }),
    from: Type.Optional(Type.String({ maxLength: 256, description: 'The file it was read from.' })),
    basedOn: Type.Optional(
      Type.String({ maxLength: 32, description: '409 when another version is in force by now.' }),
    ),
  },
  strict,
);

export const thingsQuery = Type.Object(
  {
    words: Type.Optional(
      Type.String({ maxLength: 256, description: 'All of them in id, names or facts.' }),
    ),
    kind: Type.Optional(Type.String({ maxLength: 32 })),
    feed: Type.Optional(Type.String({ maxLength: 64 })),
    ...paging,
  },
  strict,
);

export const findQuery = Type.Object(
  {
    resource: Type.Optional(
      Type.String({ maxLength: 512, description: '`device/port`, `host:9100`, an address.' }),
    ),
    label: Type.Optional(
      Type.Array(Type.String({ maxLength: 4_096 }), { maxItems: 64, description: '`name=value`' }),
    ),
  },
  strict,
);

export const foundShape = Type.Object({
  thing: nullable(thing),
  context: labels,
});

export const thingsShape = Type.Object({
  items: Type.Array(thing),
  total: Type.Integer(),
  next: nullable(Type.String()),
});

const some = Type.Object({ keys: Type.Array(key), total: Type.Integer() });

export const oneThingShape = Type.Object({
  thing,
  feeds: Type.Array(Type.String(), { description: 'Those that describe it.' }),
  above: Type.Array(key, { description: 'What it is part of, the nearest first.' }),
  parts: some,
  links: Type.Array(Type.Object({ link: key, other: nullable(key) })),
  dependsOn: some,
  dependents: some,
  context: Type.Record(Type.String(), Type.String(), {
    description: 'What it adds to an alarm about it.',
  }),
  alarms: Type.Array(
    Type.Object({
      id: Type.String(),
      severity: Type.String(),
      resource: Type.String(),
      type: Type.String(),
      text: Type.String(),
    }),
    { description: 'Raised, about it or a part of it.' },
  ),
  alarmsTotal: Type.Integer(),
});

export const thingJson = (one: Thing) => ({ ...one, kind: kindOf(one.key), id: idOf(one.key) });

export function versionJson(parts: ApiParts, one: InventoryVersion, inForce: string) {
  const { id, feed, at, by, from, why, restores, counts: how } = one;
  return {
    ...{ id, feed, at: instantText(at), by: somebodyJson(parts, by), from, why },
    ...{ restores: restores === '' ? null : restores, inForce: id === inForce, counts: how },
  };
}

export const feedJson = (parts: ApiParts, { feed, version: held, versions }: FeedView) => ({
  feed,
  version: versionJson(parts, held, held.id),
  versions,
});

export function differenceJson({ added, changed, removed }: Difference) {
  const max = DIFFERENCE_THINGS_MAX;
  return [
    ...added
      .slice(0, max)
      .map((is) => ({ key: is.key, what: 'added', was: null, is: thingJson(is) })),
    ...changed.slice(0, max).map(([was, is]) => ({
      ...{ key: is.key, what: 'changed' },
      ...{ was: thingJson(was), is: thingJson(is) },
    })),
    ...removed
      .slice(0, max)
      .map((was) => ({ key: was.key, what: 'removed', was: thingJson(was), is: null })),
  ];
}

export const comparedJson = (compared: FeedChange, of: FeedReport, effect: Effect) => ({
  basedOn: compared.basedOn === '' ? null : compared.basedOn,
  counts: compared.counts,
  report: of,
  difference: differenceJson(compared.difference),
  alarms: {
    open: effect.open,
    affected: effect.affected,
    items: effect.some.map(({ alarm: { id, resource, type }, was, is }) => {
      return { id, resource, type, was, is };
    }),
  },
});

const someJson = ({ keys, total }: Some) => ({ keys, total });

export const neighboursJson = (view: ThingView) => ({
  thing: thingJson(view.thing ?? { key: view.key }),
  feeds: view.feeds,
  above: view.above,
  parts: someJson(view.parts),
  links: view.links.map(({ link, other = null }) => ({ link, other })),
  dependsOn: someJson(view.dependsOn),
  dependents: someJson(view.dependents),
  context: view.context,
});
