import type { Labels } from '../../src/domain/alarm/event.ts';

/**
 * Alertmanager's semantics, as naively as they can be written: one flush after the other, sets
 * compared, nothing indexed, nothing durable. Times are seconds. Sends end at once.
 */
export interface ModelRoute {
  readonly name: string;
  readonly takes: (labels: Labels) => boolean;
  readonly groupBy: readonly string[];
  readonly wait: number;
  readonly interval: number;
  readonly repeat: number;
  readonly ways: readonly { readonly text: string; readonly sendResolved: boolean }[];
}

export interface ModelSilence {
  readonly id: string;
  readonly hides: (labels: Labels) => boolean;
  readonly from: number;
  to: number;
}

interface Alert {
  readonly labels: Labels;
  firing: boolean;
}

interface Group {
  readonly id: string;
  readonly route: ModelRoute;
  readonly alerts: Map<string, Alert>;
  next: number;
  hasFlushed: boolean;
}

interface Log {
  readonly at: number;
  readonly firing: ReadonlySet<string>;
  readonly resolved: ReadonlySet<string>;
}

export class AlertmanagerModel {
  /** One line per notification: second, way, group, what fires, what is over. */
  readonly sent: string[] = [];
  readonly silences: ModelSilence[] = [];
  readonly #routes: readonly ModelRoute[];
  /** Does the alert with the second labels inhibit that with the first? */
  readonly #inhibits: (target: Labels, source: Labels) => boolean;
  readonly #takes: (way: string, now: number) => boolean;
  readonly #alerts = new Map<string, Alert>();
  readonly #groups = new Map<string, Group>();
  readonly #logs = new Map<string, Log>();

  constructor(
    routes: readonly ModelRoute[],
    inhibits: (target: Labels, source: Labels) => boolean,
    takes: (way: string, now: number) => boolean,
  ) {
    this.#routes = routes;
    this.#inhibits = inhibits;
    this.#takes = takes;
  }

  /** Flushes everything that is due by now. */
  pass(now: number): void {
    for (const group of [...this.#groups.values()]) if (group.next <= now) this.#flush(group, now);
  }

  raise(name: string, labels: Labels, since: number, now: number): void {
    const alert = { labels, firing: true };
    const isNew = this.#alerts.get(name)?.firing !== true;
    this.#alerts.set(name, alert);
    for (const route of this.#routes.filter((r) => r.takes(labels))) {
      const group = this.#group(route, labels, now);
      group.alerts.set(name, alert);
      if (isNew && !group.hasFlushed && since + route.wait <= now) group.next = now;
    }
    this.pass(now);
  }

  clear(name: string): void {
    const alert = this.#alerts.get(name);
    if (!alert) return;
    const over = { ...alert, firing: false };
    this.#alerts.set(name, over);
    for (const group of this.#groups.values()) {
      if (group.alerts.has(name)) group.alerts.set(name, over);
    }
  }

  #group(route: ModelRoute, labels: Labels, now: number): Group {
    const values = route.groupBy.map((name) => `${name}="${labels[name] ?? ''}"`).join(', ');
    const id = `${route.name}{${values}}`;
    const known = this.#groups.get(id);
    if (known) return known;
    const group = { id, route, alerts: new Map(), next: now + route.wait, hasFlushed: false };
    this.#groups.set(id, group);
    return group;
  }

  #isHidden(labels: Labels, now: number): boolean {
    const sources = [...this.#alerts.values()].filter((a) => a.firing);
    if (sources.some((source) => this.#inhibits(labels, source.labels))) return true;
    return this.silences.some((s) => s.from <= now && now < s.to && s.hides(labels));
  }

  #flush(group: Group, now: number): void {
    group.next = now + group.route.interval;
    group.hasFlushed = true;
    const all = [...group.alerts].filter(([, alert]) => !this.#isHidden(alert.labels, now));
    const firing = new Set(all.filter(([, a]) => a.firing).map(([name]) => name));
    const resolved = new Set(all.filter(([, a]) => !a.firing).map(([name]) => name));
    let ok = true;
    for (const way of group.route.ways) {
      if (all.length === 0) continue;
      const id = `${group.id} ${way.text}`;
      const log = this.#logs.get(id);
      if (!isNews(log, firing, resolved, way.sendResolved, group.route.repeat, now)) continue;
      if (way.sendResolved || firing.size > 0) {
        if (!this.#takes(way.text, now)) {
          ok = false;
          continue;
        }
        const over = way.sendResolved ? resolved : new Set<string>();
        this.sent.push(`${now} ${way.text} ${group.id} ${told(firing)} over ${told(over)}`);
      }
      this.#logs.set(id, { at: now, firing, resolved });
    }
    if (!ok) return;
    for (const [name, alert] of group.alerts) if (!alert.firing) group.alerts.delete(name);
    if (group.alerts.size === 0) this.#groups.delete(group.id);
  }
}

/** `needsUpdate`, from the reference. */
function isNews(
  log: Log | undefined,
  firing: ReadonlySet<string>,
  resolved: ReadonlySet<string>,
  sendResolved: boolean,
  repeat: number,
  now: number,
): boolean {
  if (!log) return firing.size > 0;
  if (![...firing].every((name) => log.firing.has(name))) return true;
  if (firing.size === 0) return log.firing.size > 0;
  if (sendResolved && ![...resolved].every((name) => log.resolved.has(name))) return true;
  return log.at < now - repeat;
}

export const told = (names: Iterable<string>): string => `[${[...names].sort().join(' ')}]`;
