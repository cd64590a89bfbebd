import type { Instant } from '../../base/time.ts';
import { type Alarm, isRaised, isStanding } from '../../domain/alarm/alarm.ts';
import type { AlarmId } from '../../domain/alarm/event.ts';
import { rank } from '../../domain/alarm/severity.ts';
import { dependencies, dependents, upwards } from '../../domain/inventory/context.ts';
import { idOf, type ThingKey } from '../../domain/inventory/thing.ts';
import { routingSubject } from '../../domain/routing/subject.ts';
import type { Memory } from '../desk.ts';

/** Alarms of one sort that are named; the rest is counted. */
export const RELATED_MAX = 8;

/** Things looked at around the one that is wrong: what hundreds need is no cause of one alarm. */
const THINGS_MAX = 500;

/** Why an alarm is related, what says most about the cause first. */
export type Relation =
  | 'inhibits it'
  | 'what it needs'
  | 'needs it'
  | 'same incident'
  | 'same resource';

export interface RelatedAlarm {
  readonly alarm: Alarm;
  /** Nobody is told of it because of this one. */
  readonly isInhibited: boolean;
}

export interface RelatedGroup {
  readonly relation: Relation;
  /** The worst first, of equals the oldest. */
  readonly alarms: readonly RelatedAlarm[];
  readonly more: number;
}

const ORDER: readonly Relation[] = [
  'inhibits it',
  'what it needs',
  'needs it',
  'same incident',
  'same resource',
];

/** Other alarms that may be the same trouble, each named once. Work: one look at each alarm. */
export function relatedTo(memory: Memory, of: Alarm, now: Instant): readonly RelatedGroup[] {
  const inhibitor = inhibitorOf(memory, of, now);
  const members = membersWith(memory, of.id);
  const around = thingsAround(memory, of);
  const found = new Map<Relation, Alarm[]>();
  for (const alarm of memory.all('alarms')) {
    if (alarm.id === of.id || !isStanding(alarm)) continue;
    const relation =
      alarm.id === inhibitor
        ? 'inhibits it'
        : (around.get(alarm.resource) ??
          (members.has(alarm.id) ? 'same incident' : undefined) ??
          (alarm.resource === of.resource ? 'same resource' : undefined));
    if (!relation) continue;
    const list = found.get(relation);
    if (list) list.push(alarm);
    else found.set(relation, [alarm]);
  }
  return ORDER.flatMap((relation) => {
    const all = found.get(relation);
    return all ? [grouped(memory, relation, all, of, now)] : [];
  });
}

function grouped(
  memory: Memory,
  relation: Relation,
  all: readonly Alarm[],
  of: Alarm,
  now: Instant,
): RelatedGroup {
  const worstFirst = [...all].sort(
    (a, b) => rank(b.severity) - rank(a.severity) || a.condition.since - b.condition.since,
  );
  const alarms = worstFirst.slice(0, RELATED_MAX).map((alarm) => ({
    alarm,
    isInhibited: isRaised(of) && inhibitorOf(memory, alarm, now) === of.id,
  }));
  return { relation, alarms, more: all.length - alarms.length };
}

const inhibitorOf = (memory: Memory, alarm: Alarm, now: Instant): AlarmId | undefined =>
  memory.routing
    .mutesOf(routingSubject(alarm), alarm, now)
    .find(({ by, source }) => by === 'inhibition' && source !== undefined)?.source;

function membersWith(memory: Memory, id: AlarmId): ReadonlySet<AlarmId> {
  const open = memory.remembered.openIncidentOf(id);
  const incident = open === undefined ? undefined : memory.get('incidents', open);
  return new Set(incident?.members.map(({ alarm }) => alarm));
}

/** Names by which alarms are told of what the thing needs, and of what needs it. */
function thingsAround(
  { inventory }: Memory,
  { resource, labels }: Alarm,
): ReadonlyMap<string, Relation> {
  const { graph } = inventory;
  const about = inventory.find(resource, labels);
  const names = new Map<string, Relation>();
  if (about === undefined) return names;
  const add = (keys: readonly ThingKey[], relation: Relation): void => {
    for (const key of keys.slice(0, THINGS_MAX)) {
      if (key === about) continue;
      for (const name of [idOf(key), ...(graph.node(key)?.thing?.names ?? [])]) {
        if (name !== resource && !names.has(name)) names.set(name, relation);
      }
    }
  };
  const chain = upwards(graph, about);
  add([...chain.slice(1), ...chain.flatMap((key) => dependencies(graph, key))], 'what it needs');
  add([...dependents(graph, about), ...(graph.node(about)?.children ?? [])], 'needs it');
  return names;
}
