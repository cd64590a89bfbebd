import type { Clock } from '../base/clock.ts';
import { after, type Instant, minutes, seconds } from '../base/time.ts';
import { isRaised } from '../domain/alarm/alarm.ts';
import { type AlarmEvent, identify, type Labels } from '../domain/alarm/event.ts';
import type { Severity } from '../domain/alarm/severity.ts';
import { INCIDENT_RULE_LIMITS } from '../domain/incident/rule.ts';
import type { Desk } from './desk.ts';
import { RULE_REVIEW } from './verbs/rule.ts';
import { UNREAD_LIMITS } from './verbs/unread.ts';
import { LAG_ROWS_MAX } from './write-behind.ts';

/** How often the desk looks at itself. */
const LOOK_EVERY = seconds(5);

/** A loss stays on the list so long after the last one, so that nobody misses it. */
const LOSS_SHOWN_FOR = minutes(10);

const DISK_FREE_WARNING_BYTES = 2 * 2 ** 30;
const DISK_FREE_CRITICAL_BYTES = 256 * 2 ** 20;

/** From this part of the queue of what nobody understood on, its alarm is critical. */
const UNREAD_NEARLY_FULL = 0.8;

/** A wall clock this far from the desk's is not followed until somebody confirms it. */
const DRIFT_MAX = seconds(60);

/** What the desk can see of one source. */
export interface SourceReading {
  readonly name: string;
  readonly droppedTotal: number;
}

/** What the desk can see of itself and its machine. */
export interface SelfReadings {
  readonly sources: readonly SourceReading[];
  /** Sources that could not begin, and why. */
  readonly notStarted?: readonly { readonly name: string; readonly why: string }[];
  readonly diskFreeBytes: number | undefined;
  /** Wall clock minus desk clock. */
  readonly driftMs: number;
  /** What other parts of the desk found. */
  readonly others?: readonly Finding[];
}

/** Something wrong with the desk itself, as long as it is found. */
export interface Finding {
  readonly type: string;
  readonly resource: string;
  readonly severity: Severity;
  readonly text: string;
  /** Default: `alertname` is the type, `instance` the resource. */
  readonly labels?: Labels;
  /** The text holds a figure that people wait for: told again when it changes. */
  readonly follows?: true;
}

/** The desk's alarms about itself: what it finds is raised, what it no longer finds is cleared. */
export class SelfWatch {
  readonly #desk: Desk;
  readonly #clock: Clock;
  readonly #read: () => SelfReadings;
  readonly #dropped = new Map<string, { total: number; at: number }>();
  #stop: () => void = () => {};

  constructor(desk: Desk, clock: Clock, read: () => SelfReadings) {
    this.#desk = desk;
    this.#clock = clock;
    this.#read = read;
  }

  begin(): void {
    this.#stop = this.#clock.at(after(this.#clock.now(), LOOK_EVERY), () => {
      void this.look();
      this.begin();
    });
  }

  stop(): void {
    this.#stop();
  }

  /** One look: reports only what differs from what is on the list. */
  async look(): Promise<void> {
    const found = this.#findings(this.#read());
    const events: AlarmEvent[] = [];
    const ids = new Set<string>();
    for (const finding of found) {
      const event = eventOf(finding);
      ids.add(event.id);
      const alarm = this.#desk.memory.get('alarms', event.id);
      const same = alarm && isRaised(alarm) && alarm.severity === finding.severity;
      const told = !finding.follows || alarm?.text === finding.text;
      if (!same || !told) events.push(event);
    }
    for (const alarm of this.#desk.memory.all('alarms')) {
      if (alarm.source !== 'desk' || !alarm.willClear || !isRaised(alarm)) continue;
      // What the fold itself says of a rule's review is over when the rule was looked at.
      if (ids.has(alarm.id) || alarm.type === RULE_REVIEW) continue;
      const { id, resource, type, qualifier, labels } = alarm;
      events.push({ kind: 'clear', id, resource, type, qualifier, labels, text: 'over' });
    }
    if (events.length > 0) await this.#desk.receive('desk', events);
  }

  #findings(readings: SelfReadings): readonly Finding[] {
    const now = this.#clock.now();
    return [
      ...this.#storage(readings),
      ...readings.sources.flatMap((s) => this.#losses(s, now)),
      ...(readings.notStarted ?? []).map(notStartedFinding),
      ...clockFinding(readings.driftMs),
      ...(readings.others ?? []),
      ...this.#undelivered(now),
      ...this.#unread(),
      ...this.#gatherings(),
    ];
  }

  /** What nobody understood may be an alarm: it is one thing to look at for each source. */
  #unread(): readonly Finding[] {
    const waiting = new Map<string, number>();
    for (const { source } of this.#desk.memory.all('unread')) {
      waiting.set(source, (waiting.get(source) ?? 0) + 1);
    }
    return [...waiting].map(([source, count]) => {
      const full = count >= UNREAD_LIMITS.inputs_max * UNREAD_NEARLY_FULL;
      const what = count === 1 ? '1 input' : `${count} inputs`;
      const text =
        `${what} of ${source} could not be understood and may be alarms. Write rules for them at ` +
        `/sources/${source}/rules, then read them anew.${full ? ' Soon no more are kept.' : ''}`;
      const resource = `desk/source/${source}`;
      const severity = full ? 'critical' : 'major';
      return { type: 'desk.unread', resource, severity, text, follows: true };
    });
  }

  /** Rules that wait for more alarms in too many groups open fewer incidents than they should. */
  #gatherings(): readonly Finding[] {
    const count = this.#desk.memory.count('gatherings');
    if (count < INCIDENT_RULE_LIMITS.gatherings_max) return [];
    const text =
      `Incident rules wait in ${count} groups, and begin no new one: alarms stand alone that may ` +
      'be one trouble. Give the rules narrower matchers, fewer fields in group_by, or less window.';
    const resource = 'desk/incident-rules';
    return [{ type: 'desk.incident-rules', resource, severity: 'warning', text }];
  }

  /** Ways on which nothing has gone through for too long: somebody is not being told. */
  #undelivered(now: Instant): readonly Finding[] {
    const { memory } = this.#desk;
    const patience = memory.get('desk', 'desk')?.rules.notify.undeliveredAfter ?? 0;
    const found: Finding[] = [];
    for (const { id, to, failingSince, failures, lastError } of memory.all('ways')) {
      if (failingSince === undefined || now - failingSince < patience) continue;
      const receiver = memory.routing.receiver(to.receiver);
      if (!receiver?.ways.some((w) => w.kind === to.kind && w.index === to.index)) continue;
      const tries = failures === 1 ? '1 try' : `${failures} tries`;
      const text = `Nothing gets through to ${id}: ${tries} failed, the last: ${lastError}`;
      const resource = `desk/notify/${id}`;
      found.push({ type: 'desk.undelivered', resource, severity: 'critical', text });
    }
    return found;
  }

  #storage(readings: SelfReadings): readonly Finding[] {
    const { storeDown, storeLagChanges } = this.#desk.figures();
    const found: Finding[] = [];
    if (storeDown !== '') {
      const text = `History cannot be written: ${storeDown}. The journal keeps everything.`;
      found.push({ type: 'desk.store', resource: 'desk/store', severity: 'major', text });
    } else if (storeLagChanges > LAG_ROWS_MAX / 2) {
      const text = 'History is behind: near the limit new events will be refused with 503.';
      found.push({ type: 'desk.store', resource: 'desk/store', severity: 'minor', text });
    }
    const free = readings.diskFreeBytes;
    if (free !== undefined && free < DISK_FREE_WARNING_BYTES) {
      const severity = free < DISK_FREE_CRITICAL_BYTES ? 'critical' : 'major';
      const mib = Math.floor(free / 2 ** 20);
      const text = `Only ${mib} MiB are free for the journal. Free space, or shorten retention.`;
      found.push({ type: 'desk.disk', resource: 'desk/disk', severity, text });
    }
    return found;
  }

  #losses(source: SourceReading, now: number): readonly Finding[] {
    const known = this.#dropped.get(source.name);
    if (source.droppedTotal > (known?.total ?? 0)) {
      this.#dropped.set(source.name, { total: source.droppedTotal, at: now });
    }
    const last = this.#dropped.get(source.name);
    if (!last || now - last.at > LOSS_SHOWN_FOR) return [];
    const text = `${source.name} lost ${last.total} datagrams before they could be read.`;
    const resource = `desk/source/${source.name}`;
    return [{ type: 'desk.drops', resource, severity: 'major', text }];
  }
}

const notStartedFinding = ({ name, why }: { name: string; why: string }): Finding => ({
  type: 'desk.source',
  resource: `desk/source/${name}`,
  severity: 'major',
  text: `${name} takes nothing in: ${why.replace(/\.$/, '')}. Mend it and start the desk again.`,
});

function clockFinding(driftMs: number): readonly Finding[] {
  if (Math.abs(driftMs) <= DRIFT_MAX) return [];
  const text =
    `The machine's clock is ${Math.round(driftMs / 1000)} s from the desk's. It is not followed: ` +
    'restart the desk if the machine is right.';
  return [{ type: 'desk.clock', resource: 'desk/clock', severity: 'major', text }];
}

function eventOf(finding: Finding): AlarmEvent {
  const { type, resource, severity, text } = finding;
  const labels = finding.labels ?? { alertname: type, instance: resource };
  const id = identify(resource, type, '');
  return { kind: 'raise', id, resource, type, qualifier: '', severity, text, labels };
}
