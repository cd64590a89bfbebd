import { after, type Instant } from '../base/time.ts';
import { type Alarm, isHidden, isStanding } from '../domain/alarm/alarm.ts';
import type { Change, ChangeKind } from '../domain/alarm/change.ts';
import type { AlarmId } from '../domain/alarm/event.ts';
import { rank, type Severity } from '../domain/alarm/severity.ts';
import {
  INCIDENT_LIMITS,
  type Incident,
  type IncidentId,
  joined,
  lastCameAt,
  lined,
  type Member,
  reopensAt,
} from '../domain/incident/incident.ts';
import {
  byRule,
  type Gathering,
  gathered,
  groupKey,
  groupValues,
  INCIDENT_RULE_LIMITS,
  type IncidentRule,
  titleOf,
  valuesText,
  type Waiting,
} from '../domain/incident/rule.ts';
import { routingSubject } from '../domain/routing/subject.ts';
import type { Draft } from './draft.ts';
import { free } from './remember.ts';
import { onCall, rotaOf } from './rota.ts';
import type { State } from './state.ts';
import { makeRoom } from './verbs/incident.ts';

/** After which changes an alarm may be one that rules ask for. */
const NEWS: ReadonlySet<ChangeKind> = new Set([
  'raised',
  'severity',
  'reopened',
  'unshelved',
  'unsuppressed',
]);

/** Whether rules have anything to look at after an entry. */
export const isGathered = (state: State, changes: readonly Change[]): boolean =>
  !state.incidentRules.isIdle && changes.some(({ what }) => NEWS.has(what));

/** What the rules make of the alarms that an entry raised. */
export function gather(draft: Draft, state: State, changes: readonly Change[]): void {
  const round = new Round(draft, state);
  const asked = new Set<AlarmId>();
  for (const { what, alarm } of changes) {
    if (!NEWS.has(what) || asked.has(alarm)) continue;
    asked.add(alarm);
    const held = draft.get('alarms', alarm);
    if (held) round.ask(held);
  }
  round.end();
}

type Values = Readonly<Record<string, string>>;
type News = Member & { readonly severity: Severity };

/** One group of a rule, and an alarm of it. */
interface Asked {
  readonly rule: IncidentRule;
  readonly key: string;
  readonly values: Values;
  readonly alarm: Alarm;
}

/** One entry's alarms, each asked for once; what joins an incident is put into it at the end. */
class Round {
  readonly #draft: Draft;
  readonly #state: State;
  readonly #now: Instant;
  /** Taken in, or about to be. */
  readonly #taken = new Set<AlarmId>();
  /** Incidents this entry opened, by their groups. */
  readonly #opened = new Map<string, IncidentId>();
  readonly #joining = new Map<IncidentId, News[]>();
  readonly #fresh = { incidents: 0, gatherings: 0 };

  constructor(draft: Draft, state: State) {
    this.#draft = draft;
    this.#state = state;
    this.#now = draft.now.at;
  }

  ask(alarm: Alarm): void {
    if (!this.#isFree(alarm)) return;
    const subject = routingSubject(alarm);
    const rules = this.#state.incidentRules.of(subject);
    for (const rule of rules) {
      if (rank(alarm.severity) < rank(rule.severityMin)) continue;
      const values = groupValues(rule, (name) => subject.value(name));
      if (values === undefined) continue;
      const isIn = this.#offer({ rule, key: groupKey(rule, values), values, alarm });
      if (isIn || !rule.continue) return;
    }
  }

  /** Puts what joined into its incidents, all that came with this entry at once. */
  end(): void {
    for (const [id, news] of this.#joining) {
      const incident = this.#draft.get('incidents', id);
      if (incident) this.#draft.put('incidents', id, joined(incident, news));
    }
  }

  /** It stands, is shown, is part of nothing, and nobody took it out of anything. */
  #isFree(alarm: Alarm): boolean {
    const { remembered } = this.#state;
    return (
      isStanding(alarm) &&
      !isHidden(alarm) &&
      !this.#taken.has(alarm.id) &&
      remembered.openIncidentOf(alarm.id) === undefined &&
      !remembered.wasTakenOut(alarm)
    );
  }

  /** True when it is part of an incident then, or counted by one that is full. */
  #offer(asked: Asked): boolean {
    const incident = this.#incidentOf(asked.key);
    if (incident?.state.is === 'open' && this.#lets(asked.rule, incident)) {
      this.#join(incident, asked);
      return true;
    }
    if (incident && reopensAt(incident, this.#now)) {
      this.#join(this.#reopened(incident, asked), asked);
      return true;
    }
    return this.#gathered(asked);
  }

  /** The newest of this group; of one that was merged, what it is part of now. */
  #incidentOf(key: string): Incident | undefined {
    const id = this.#opened.get(key) ?? this.#state.remembered.lastOfGroup(key);
    let incident = id && this.#draft.get('incidents', id);
    for (let n = 0; incident?.state.is === 'merged' && n < MERGES_FOLLOWED_MAX; n++) {
      incident = this.#draft.get('incidents', incident.state.into);
    }
    return incident;
  }

  #lets({ join, window }: IncidentRule, incident: Incident): boolean {
    if (join === 'never') return false;
    if (this.#now - lastCameAt(incident) <= window) return true;
    return join === 'open' && incident.members.some(({ alarm }) => this.#stands(alarm));
  }

  #stands(id: AlarmId): boolean {
    const alarm = this.#draft.get('alarms', id);
    return alarm !== undefined && isStanding(alarm);
  }

  #join(incident: Incident, { rule, values, alarm }: Asked): void {
    const news = this.#joining.get(incident.id) ?? [];
    const isFull = incident.members.length + news.length >= rule.alarmsMax;
    if (isFull) return this.#beyond(incident, rule);
    const ago = Math.round((this.#now - lastCameAt(incident)) / 1_000);
    const why = `${valuesText(values)}; ${ago} s after the alarm before it`;
    this.#take(incident.id, news, alarm, why);
    this.#draft.put('incidents', incident.id, came(incident, this.#now));
  }

  #take(id: IncidentId, news: News[], alarm: Alarm, why: string): void {
    const { resource, type, severity } = alarm;
    news.push({ alarm: alarm.id, resource, type, severity, joinedAt: this.#now, why });
    this.#joining.set(id, news);
    this.#taken.add(alarm.id);
  }

  /** It is full: the alarm stays outside, and the incident says how many did. */
  #beyond(incident: Incident, { name, alarmsMax }: IncidentRule): void {
    const is = came(incident, this.#now);
    const beyond = (is.rule?.beyond ?? 0) + 1;
    const done = { at: this.#now, by: byRule(name) };
    const text = `${alarmsMax} alarms: more of its group are counted and stay outside`;
    const counted = is.rule ? { ...is, rule: { ...is.rule, beyond } } : is;
    const told = beyond === 1 && is.rule ? lined(counted, done, 'full', text) : counted;
    this.#draft.put('incidents', is.id, told);
  }

  #reopened(incident: Incident, { rule, values, alarm }: Asked): Incident {
    const by = byRule(rule.name);
    const text = `${alarm.type} on ${alarm.resource} was raised, ${valuesText(values)}`;
    const members = free(this.#draft, this.#state, incident);
    const open: Incident = { ...incident, members, state: { is: 'open' } };
    const now = lined(open, { at: this.#now, by }, 'reopened', text);
    this.#draft.put('incidents', now.id, now);
    this.#audit(by, 'incident.reopen', now.id, text);
    return now;
  }

  #gathered({ rule, key, values, alarm }: Asked): boolean {
    const before = this.#draft.get('gatherings', key);
    const { episode, resource } = alarm;
    const news = { alarm: alarm.id, episode, resource, at: this.#now };
    const did = gathered(rule, before?.waiting ?? [], news, (one) => this.#stillWaits(one));
    if (did.is === 'opens' && this.#open({ rule, key, values, alarm }, did.with)) return true;
    const waiting = did.is === 'opens' ? did.with : did.waiting;
    this.#wait(before, { id: key, rule: rule.name, waiting }, rule);
    return false;
  }

  #wait(
    before: Gathering | undefined,
    gathering: Omit<Gathering, 'until'>,
    rule: IncidentRule,
  ): void {
    if (!before) {
      const count = this.#state.count('gatherings') + this.#fresh.gatherings;
      if (count >= INCIDENT_RULE_LIMITS.gatherings_max) return;
      this.#fresh.gatherings++;
    }
    const until = after(this.#now, rule.window);
    this.#draft.put('gatherings', gathering.id, { ...gathering, until });
  }

  #stillWaits({ alarm: id, episode }: Waiting): boolean {
    const alarm = this.#draft.get('alarms', id);
    return alarm !== undefined && alarm.episode === episode && this.#isFree(alarm);
  }

  /** False when there is no room for another incident: then they go on waiting. */
  #open({ rule, key, values }: Asked, waiting: readonly Waiting[]): boolean {
    const { position } = this.#draft.now;
    if (makeRoom(this.#draft, this.#state, this.#fresh.incidents) !== undefined) return false;
    const n = this.#fresh.incidents++;
    const id = (n === 0 ? `i${position}` : `i${position}.${n}`) as IncidentId;
    const by = byRule(rule.name);
    const alarms = waiting.flatMap(({ alarm }) => this.#draft.get('alarms', alarm) ?? []);
    const [first = 'indeterminate' as const, ...rest] = alarms.map(({ severity }) => severity);
    const worst = rest.reduce((a, b) => (rank(b) > rank(a) ? b : a), first);
    const title = titleOf(rule, values, alarms, worst).slice(0, INCIDENT_LIMITS.title_chars_max);
    const empty: Incident = {
      id,
      position: position + n / OPENED_PER_ENTRY_MAX,
      title: title === '' ? rule.name : title,
      lead: this.#leadOf(rule),
      state: { is: 'open' },
      openedAt: this.#now,
      by,
      members: [],
      worst,
      lines: [],
      rule: {
        ...{ name: rule.name, key, values },
        ...{ lastAt: this.#now, reopenWithin: rule.reopenWithin, beyond: 0 },
      },
    };
    const text = whyOpened(rule, values, waiting);
    this.#draft.put('incidents', id, lined(empty, { at: this.#now, by }, 'opened', text));
    const news: News[] = [];
    for (const alarm of alarms) this.#take(id, news, alarm, valuesText(values));
    this.#opened.set(key, id);
    this.#draft.removeIfThere('gatherings', key);
    this.#audit(by, 'incident.open', id, `${title}: ${text}`);
    return true;
  }

  #leadOf({ lead }: IncidentRule): Incident['lead'] {
    if (lead === undefined) return undefined;
    if ('person' in lead) return this.#draft.get('users', lead.person) ? lead.person : undefined;
    const rota = rotaOf(this.#state, lead.schedule);
    return rota && onCall(rota, this.#now).people[0];
  }

  #audit(by: Incident['by'], verb: string, subject: string, detail: string): void {
    this.#draft.audit.push({ by, verb, subject, outcome: 'done', detail });
  }
}

/** One entry holds at most so many alarms, and each opens one incident at most. */
const OPENED_PER_ENTRY_MAX = 10_000;
const MERGES_FOLLOWED_MAX = 10;

const came = (incident: Incident, lastAt: Instant): Incident =>
  incident.rule ? { ...incident, rule: { ...incident.rule, lastAt } } : incident;

function whyOpened(rule: IncidentRule, values: Values, waiting: readonly Waiting[]): string {
  const alarms = `${waiting.length} ${waiting.length === 1 ? 'alarm' : 'alarms'}`;
  const resources = rule.resourcesMin > 1 ? ` on at least ${rule.resourcesMin} resources` : '';
  const [first, last] = [waiting.at(0)?.at ?? 0, waiting.at(-1)?.at ?? 0];
  const within = waiting.length > 1 ? ` within ${Math.round((last - first) / 1_000)} s` : '';
  return `${alarms}${resources}${within} with ${valuesText(values)}`;
}
