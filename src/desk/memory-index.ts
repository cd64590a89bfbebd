import type { Alarm, Episode } from '../domain/alarm/alarm.ts';
import { type Matcher, makeMatcher } from '../domain/alarm/matcher.ts';
import type { Term } from '../domain/alarm/matcher-syntax.ts';
import type { Incident, IncidentId } from '../domain/incident/incident.ts';
import type { About } from '../domain/memory/about.ts';
import type { Action, ActionId } from '../domain/memory/action.ts';
import { CAUTION_LIMITS, type Caution, type CautionId, upwards } from '../domain/memory/caution.ts';
import type { Decision, DecisionId } from '../domain/memory/decision.ts';
import type { Recollection } from '../domain/memory/recall.ts';
import { MatcherIndex } from '../domain/routing/matcher-index.ts';
import { routingSubject } from '../domain/routing/subject.ts';
import type { Inventory } from './enrichment.ts';
import type { Tables } from './tables.ts';

type Table = 'decisions' | 'incidents' | 'cautions';
type Get = <T extends Table>(table: T, id: string) => Tables[T] | undefined;

const NO_CAUTIONS: readonly Caution[] = [];

const outKey = ({ alarm, episode }: { readonly alarm: string; readonly episode: Episode }) =>
  `${alarm}/${episode}`;

const typeKey = ({ type, class: alike }: About): string => `${type}\n${alike}`;

/**
 * What people wrote down, by what it is found by: kept in step with its tables, so that a raise
 * costs a look-up or two however much was written (bench/memory.bench.ts).
 */
export class MemoryIndex implements Recollection {
  readonly #get: Get;
  /** Positions of decisions, oldest first. */
  readonly #byAlarm = new Positions();
  readonly #byType = new Positions();
  readonly #byResource = new Positions();
  /** Decisions that made a silence, by it. */
  readonly #bySilence = new Map<string, DecisionId>();
  readonly #openOf = new Map<string, IncidentId>();
  /** Positions of closed incidents, oldest first. */
  readonly #closedOf = new Positions();
  /** Those that rules opened, by the group they are about, oldest first. */
  readonly #ofGroup = new Positions();
  readonly #incidentAt = new Map<number, IncidentId>();
  /** Alarms that people took out of incidents, with the episode; how many incidents say so. */
  readonly #takenOut = new Map<string, number>();
  /** Open actions, by alarm and by incident. */
  readonly #actionsOf = new Map<string, Set<ActionId>>();
  readonly #cautionsOf = new Map<string, Set<string>>();
  readonly #cautionsBy = new MatcherIndex<CautionId>();

  constructor(get: Get) {
    this.#get = get;
  }

  noteDecision(was: Decision | undefined, is: Decision | undefined): void {
    if (was?.made?.is === 'silence' && !is) this.#bySilence.delete(was.made.silence);
    if (is?.made?.is === 'silence') this.#bySilence.set(is.made.silence, is.id);
    // What it is found by changes once: when something newer is decided.
    if (was && is && was.supersededBy === is.supersededBy) return;
    if (was) this.#forgetDecision(was);
    if (!is) return;
    this.#byAlarm.add(is.about.alarm, is.position);
    if (is.supersededBy !== undefined) return;
    this.#byType.add(typeKey(is.about), is.position);
    this.#byResource.add(is.about.resource, is.position);
  }

  #forgetDecision({ about, position }: Decision): void {
    this.#byAlarm.remove(about.alarm, position);
    this.#byType.remove(typeKey(about), position);
    this.#byResource.remove(about.resource, position);
  }

  noteIncident(was: Incident | undefined, is: Incident | undefined): void {
    if (was?.out !== is?.out) this.#noteTakenOut(was, is);
    if (was?.members === is?.members && was?.state.is === is?.state.is) return;
    this.#noteGroup(was, is);
    if (was && is && was.state.is === 'open' && is.state.is === 'open') {
      const same = was.members.length;
      // What only grew is looked at where it did: alarms may come one by one.
      if (was.members.every((member, n) => member === is.members[n])) {
        for (const { alarm } of is.members.slice(same)) this.#openOf.set(alarm, is.id);
        return;
      }
    }
    for (const { alarm } of was?.members ?? []) {
      if (this.#openOf.get(alarm) === was?.id) this.#openOf.delete(alarm);
      if (was) this.#closedOf.remove(alarm, was.position);
    }
    for (const { alarm } of is?.members ?? []) {
      if (is?.state.is === 'open') this.#openOf.set(alarm, is.id);
      else if (is?.state.is === 'closed') this.#closedOf.add(alarm, is.position);
    }
  }

  #noteGroup(was: Incident | undefined, is: Incident | undefined): void {
    if (was && !is) {
      this.#incidentAt.delete(was.position);
      if (was.rule) this.#ofGroup.remove(was.rule.key, was.position);
    } else if (is && !was) {
      this.#incidentAt.set(is.position, is.id);
      if (is.rule) this.#ofGroup.add(is.rule.key, is.position);
    }
  }

  #noteTakenOut(was: Incident | undefined, is: Incident | undefined): void {
    for (const one of was?.out ?? []) {
      const count = (this.#takenOut.get(outKey(one)) ?? 0) - 1;
      if (count > 0) this.#takenOut.set(outKey(one), count);
      else this.#takenOut.delete(outKey(one));
    }
    for (const one of is?.out ?? []) {
      this.#takenOut.set(outKey(one), (this.#takenOut.get(outKey(one)) ?? 0) + 1);
    }
  }

  noteAction(was: Action | undefined, is: Action | undefined): void {
    for (const one of [was, is]) {
      if (!one) continue;
      for (const key of [one.about?.alarm, one.incident]) {
        if (key === undefined) continue;
        const held = this.#actionsOf.get(key) ?? new Set();
        if (one === is && one.ended === undefined) held.add(one.id);
        else held.delete(one.id);
        if (held.size === 0) this.#actionsOf.delete(key);
        else this.#actionsOf.set(key, held);
      }
    }
  }

  noteCaution(was: Caution | undefined, is: Caution | undefined): void {
    if (was?.matchers) this.#cautionsBy.delete(was.id);
    else if (was) {
      const held = this.#cautionsOf.get(was.resource);
      held?.delete(was.id);
      if (held?.size === 0) this.#cautionsOf.delete(was.resource);
    }
    if (!is) return;
    if (is.matchers) return this.#cautionsBy.set(is.id, matchersOf(is.matchers), is.id);
    const held = this.#cautionsOf.get(is.resource);
    if (held) held.add(is.id);
    else this.#cautionsOf.set(is.resource, new Set([is.id]));
  }

  /** Whether anything was written about this alarm: what a raise asks first. */
  knows(alarm: string): boolean {
    return (
      this.#byAlarm.has(alarm) ||
      this.#openOf.has(alarm) ||
      this.#closedOf.has(alarm) ||
      this.#actionsOf.has(alarm)
    );
  }

  byAlarm({ alarm }: Pick<About, 'alarm'>): Iterable<Decision> {
    return this.#decisions(this.#byAlarm.of(alarm));
  }

  byType(about: About): Iterable<Decision> {
    return this.#decisions(this.#byType.of(typeKey(about)));
  }

  byResource({ resource }: Pick<About, 'resource'>): Iterable<Decision> {
    return this.#decisions(this.#byResource.of(resource));
  }

  /** The newest decision on an alarm: the one that counts. */
  lastOn(alarm: string): Decision | undefined {
    for (const decision of this.byAlarm({ alarm: alarm as Alarm['id'] })) return decision;
    return undefined;
  }

  /** The decision that made a silence. */
  ofSilence(silence: string): Decision | undefined {
    const id = this.#bySilence.get(silence);
    return id === undefined ? undefined : this.#get('decisions', id);
  }

  openIncidentOf(alarm: string): IncidentId | undefined {
    return this.#openOf.get(alarm);
  }

  lastClosedOf(alarm: string): Incident | undefined {
    const last = this.#closedOf.of(alarm).at(-1);
    const id = last === undefined ? undefined : this.#incidentAt.get(last);
    return id === undefined ? undefined : this.#get('incidents', id);
  }

  /** The open incident it is part of, then the closed ones, the newest first. */
  incidentsOf(alarm: string): readonly Incident[] {
    const open = this.#openOf.get(alarm);
    const closed = [...this.#closedOf.of(alarm)].reverse();
    const ids = [open, ...closed.map((position) => this.#incidentAt.get(position))];
    return ids.flatMap((id) => (id === undefined ? [] : (this.#get('incidents', id) ?? [])));
  }

  /** The newest incident that a rule opened for this group. */
  lastOfGroup(key: string): IncidentId | undefined {
    const last = this.#ofGroup.of(key).at(-1);
    return last === undefined ? undefined : this.#incidentAt.get(last);
  }

  /** A person took it out of an incident, and it stands since before that. */
  wasTakenOut({ id, episode }: Pick<Alarm, 'id' | 'episode'>): boolean {
    return this.#takenOut.size > 0 && this.#takenOut.has(outKey({ alarm: id, episode }));
  }

  /** Open ones, by an alarm or an incident; in the order of their ids. */
  actionsOf(about: string): readonly ActionId[] {
    return [...(this.#actionsOf.get(about) ?? [])].sort();
  }

  get cautionsByMatchers(): number {
    return this.#cautionsBy.size;
  }

  /**
   * Standing warnings on the resource of an alarm, on what it is part of, or by matchers, the
   * newest first.
   */
  cautionsOn(alarm: Alarm, inventory: Inventory | undefined): readonly Caution[] {
    const ids = new Set<string>();
    if (this.#cautionsBy.size > 0) {
      const subject = routingSubject(alarm);
      for (const id of this.#cautionsBy.matching((name) => subject.value(name))) ids.add(id);
    }
    if (this.#cautionsOf.size > 0) {
      const { resource, labels } = alarm;
      const places = [...upwards(resource), ...(inventory?.placesOf(resource, labels) ?? [])];
      for (const place of places) for (const id of this.#cautionsOf.get(place) ?? []) ids.add(id);
    }
    if (ids.size === 0) return NO_CAUTIONS;
    return [...ids]
      .flatMap((id) => this.#get('cautions', id) ?? [])
      .sort((a, b) => b.position - a.position)
      .slice(0, CAUTION_LIMITS.shown_max);
  }

  *#decisions(positions: readonly number[]): Generator<Decision> {
    for (let i = positions.length - 1; i >= 0; i--) {
      const decision = this.#get('decisions', `d${positions[i]}` as DecisionId);
      if (decision) yield decision;
    }
  }
}

/** What is kept was read before: what cannot be, was refused. */
const matchersOf = (terms: readonly Term[]): readonly Matcher[] =>
  terms.flatMap(({ name, op, value }) => {
    const made = makeMatcher(name, op, value);
    return 'error' in made ? [] : [made];
  });

const NONE: readonly number[] = [];

/** Lists of positions by key, each in order, however its members came. */
class Positions {
  readonly #lists = new Map<string, number[]>();

  of(key: string): readonly number[] {
    return this.#lists.get(key) ?? NONE;
  }

  has(key: string): boolean {
    return this.#lists.has(key);
  }

  add(key: string, position: number): void {
    const list = this.#lists.get(key);
    if (!list) return void this.#lists.set(key, [position]);
    const at = place(list, position);
    if (list[at] !== position) list.splice(at, 0, position);
  }

  remove(key: string, position: number): void {
    const list = this.#lists.get(key);
    if (!list) return;
    const at = place(list, position);
    if (list[at] === position) list.splice(at, 1);
    if (list.length === 0) this.#lists.delete(key);
  }
}

/** Where it stands, or would. Nearly always the end. */
function place(list: readonly number[], position: number): number {
  let [low, high] = [0, list.length];
  if ((list[high - 1] ?? -1) < position) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] ?? 0) < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
