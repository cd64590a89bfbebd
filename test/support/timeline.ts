import assert from 'node:assert/strict';
import type { Instant } from '../../src/base/time.ts';
import { CHANNELS } from '../../src/channels/index.ts';
import { readConfig } from '../../src/config/read.ts';
import { zoneTables } from '../../src/config/zones.ts';
import type { NotifyRules } from '../../src/desk/entry.ts';
import { RULES_DEFAULT } from '../../src/desk/open.ts';
import { type Notice, wayText } from '../../src/domain/routing/notice.ts';
import type { SilenceId } from '../../src/domain/routing/silence.ts';
import { isAnswer, readSilence } from '../../src/http/alertmanager-silence.ts';
import { translateBody } from '../../src/sources/alertmanager/alertmanager.ts';
import { type AlertmanagerSettings, settings } from '../../src/sources/alertmanager/settings.ts';
import { defaultsOf } from '../sources/fixtures.ts';
import { NORA, type NotifiedDesk, openNotified } from './notified.ts';

/** Seconds from the beginning of the story: labels, annotations, when it began and ended. */
export interface TimedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly from?: number;
  readonly to?: number;
}

/** What a far side does with a try: takes it, takes it and keeps nothing, refuses it, or hangs. */
export type FarSide = (second: number) => 'takes' | 'swallows' | 'later' | 'never' | 'hangs';

interface Wanted {
  readonly way: string;
  readonly from: number;
  readonly to: number;
  readonly alerts: readonly TimedAlert[];
}

/** The clock stops at every one of these, and wherever something is to be done. */
const TICK_MS = 50;
/** A far side that hangs is given up after this, as by the `timeout` of a webhook. */
const HANGS_MS = 500;
const DAY_MS = 86_400_000;

/** Labels given as one word are an alertname. */
export const named = (
  labels: string | TimedAlert['labels'],
  more: Omit<TimedAlert, 'labels'> = {},
): TimedAlert => ({
  labels: typeof labels === 'string' ? { alertname: labels } : labels,
  ...more,
});

export const ONLY_WAY = 'default/webhook[0]';

/** The configuration as text, with one receiver `default` that has so many webhooks. */
export function webhookConfig(route: string, more = '', webhooks = ['']): string {
  const ways = webhooks.map((set) => `  - url: http://127.0.0.1:9/${set}`);
  const receivers = ['receivers:', '- name: default', '  webhook_configs:', ...ways].join('\n');
  return `route:\n  receiver: default\n${route}\n${receivers}\n${more}`;
}

/** Nothing happens before `run`; then everything at its second, and every notice is compared. */
export class Timeline {
  readonly #text: string;
  readonly #rules: NotifyRules;
  readonly #acts: { readonly at: number; readonly does: (d: NotifiedDesk) => unknown }[] = [];
  readonly #wanted: Wanted[] = [];
  readonly #got: { readonly way: string; readonly at: number; readonly alerts: unknown[] }[] = [];
  readonly #far = new Map<string, FarSide>();
  readonly #asked = new Map<string, number>();
  readonly #crashes: readonly number[];
  #base = 0;
  #settings: AlertmanagerSettings = defaultsOf(settings) as AlertmanagerSettings;

  constructor(text: string, crashes: readonly number[] = [], rules: Partial<NotifyRules> = {}) {
    this.#text = text;
    this.#crashes = crashes;
    this.#rules = { ...RULES_DEFAULT.notify, ...rules };
  }

  at(second: number, does: (d: NotifiedDesk) => unknown): this {
    this.#acts.push({ at: ms(second), does });
    return this;
  }

  /** Posts alerts as API v2 takes them. */
  push(second: number, ...alerts: readonly TimedAlert[]): this {
    return this.at(second, async (d) => {
      const now = d.clock.now();
      const said = translateBody(Buffer.from(this.#body(alerts)), now, this.#settings);
      assert.deepEqual(said.refused, []);
      await d.desk.receive('alertmanager', said.events);
    });
  }

  /** Posts a silence as API v2 takes it; `id` is what it is made with. */
  silence(second: number, id: SilenceId, from: number, to: number, matchers: object[]): this {
    return this.at(second, async (d) => {
      const said = { comment: 'works', createdBy: 'nora', matchers };
      const times = { startsAt: this.#text3339(from), endsAt: this.#text3339(to) };
      const given = readSilence(Buffer.from(JSON.stringify({ ...said, ...times })), JSON_TYPE);
      assert.ok(!isAnswer(given), JSON.stringify(given));
      const { id: _, ...wanted } = given;
      const outcome = await d.desk.act(NORA, { verb: 'silence.set', ...wanted, newId: id });
      assert.equal(outcome.made, id);
    });
  }

  expire(second: number, silence: SilenceId): this {
    return this.at(second, (d) => d.desk.act(NORA, { verb: 'silence.expire', silence }));
  }

  /** The administrator has the same file read again. */
  reload(second: number): this {
    return this.at(second, (d) => d.desk.act(NORA, { verb: 'notify.restart' }));
  }

  far(way: string, does: FarSide): this {
    this.#far.set(way, does);
    return this;
  }

  /** Within these seconds exactly one notice with exactly these alerts; none: nothing at all. */
  want(from: number, to: number, alerts: readonly TimedAlert[], way = ONLY_WAY): this {
    this.#wanted.push({ way, from: ms(from), to: ms(to), alerts });
    return this;
  }

  /** Lives through it, up to the last moment somebody wants something, and compares. */
  async run(): Promise<void> {
    let d = await openNotified(undefined, undefined, this.#rules);
    this.#base = d.clock.now();
    this.#follow(d);
    await this.#configure(d);
    const end = Math.max(...this.#wanted.map((w) => w.to));
    const acts = [...this.#acts].sort((a, b) => a.at - b.at);
    for (const now of this.#moments(end)) {
      d.clock.moveTo((this.#base + now) as Instant);
      await d.pump();
      if (this.#crashes.some((at) => ms(at) === now)) {
        d = await openNotified(undefined, d.crash(0), this.#rules);
        this.#follow(d);
      }
      for (const act of acts) if (act.at === now) await act.does(d);
      await d.pump();
    }
    this.#compare();
  }

  #moments(end: number): readonly number[] {
    const all = new Set([...this.#acts.map((a) => a.at), ...this.#crashes.map(ms)]);
    for (let at = 0; at <= end; at += TICK_MS) all.add(at);
    return [...all].filter((at) => at <= end).sort((a, b) => a - b);
  }

  async #configure(d: NotifiedDesk): Promise<void> {
    const config = readConfig(this.#text, 'alertmanager.yml', CHANNELS);
    assert.ok(!('faults' in config), JSON.stringify(config));
    const { plan, document, text, unused, resolveTimeout } = config;
    if (resolveTimeout !== undefined) {
      this.#settings = { ...this.#settings, resolve_timeout_seconds: resolveTimeout / 1_000 };
    }
    const now = d.clock.now();
    const zones = zoneTables(config.zones, now, (now + 400 * DAY_MS) as Instant);
    const said = { verb: 'revision.apply' as const, text, unused, document, plan, zones };
    await d.desk.act(NORA, { ...said, from: 'alertmanager.yml', why: '' });
  }

  #follow(d: NotifiedDesk): void {
    this.#asked.clear();
    d.far.answer = (notice) => {
      const way = wayText(notice.to);
      const now = d.clock.now() - this.#base;
      const since = this.#asked.get(notice.id) ?? now;
      this.#asked.set(notice.id, since);
      const does = this.#far.get(way)?.(since / 1_000) ?? 'takes';
      if (does === 'hangs' && now - since < HANGS_MS) return undefined;
      this.#asked.delete(notice.id);
      if (does === 'hangs') return { result: 'later', detail: 'no answer in time' };
      if (does === 'later' || does === 'never') return { result: does, detail: '503' };
      if (does === 'takes') this.#got.push({ way, at: now, alerts: this.#told(notice) });
      return { result: 'sent', detail: '200' };
    };
  }

  #compare(): void {
    const left = [...this.#got];
    for (const { way, from, to, alerts } of this.#wanted) {
      if (alerts.length === 0) continue;
      const text = JSON.stringify(sorted(alerts.map((alert) => this.#wants(alert))));
      const place = left.findIndex(
        (got) =>
          got.way === way && got.at >= from && got.at <= to && JSON.stringify(got.alerts) === text,
      );
      const told = `told ${JSON.stringify(this.#got, null, 1)}`;
      assert.notEqual(place, -1, `${way} in ${from}..${to} ms: ${text}\n${told}`);
      left.splice(place, 1);
    }
    assert.deepEqual(left, [], 'more was told than anybody wanted');
  }

  #wants({ labels, annotations = {}, from = 0, to }: TimedAlert): unknown {
    const ends = to === undefined ? {} : { to: ms(to) };
    return { labels: inOrder(labels), annotations: inOrder(annotations), from: ms(from), ...ends };
  }

  #told(notice: Notice): unknown[] {
    const alerts = notice.alerts.map(({ labels, annotations, startsAt, endsAt, status }) => {
      assert.equal(status === 'resolved', endsAt !== undefined);
      const ends = endsAt === undefined ? {} : { to: endsAt - this.#base };
      const from = startsAt - this.#base;
      return { labels: inOrder(labels), annotations: inOrder(annotations), from, ...ends };
    });
    return sorted(alerts);
  }

  #body(alerts: readonly TimedAlert[]): string {
    const posted = alerts.map(({ labels, annotations = {}, from, to }) => ({
      labels,
      annotations,
      startsAt: this.#text3339(from),
      endsAt: this.#text3339(to),
    }));
    return JSON.stringify(posted);
  }

  /** Go clients send their zero time for what is not given. */
  #text3339(second: number | undefined): string {
    if (second === undefined) return '0001-01-01T00:00:00.000Z';
    return new Date(this.#base + ms(second)).toISOString();
  }
}

const JSON_TYPE = 'application/json';

const ms = (second: number): number => Math.round(second * 1_000);

const inOrder = (pairs: Readonly<Record<string, string>>): unknown =>
  Object.fromEntries(Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1)));

const sorted = (alerts: readonly unknown[]): unknown[] =>
  alerts
    .map((alert) => JSON.stringify(alert))
    .sort()
    .map((text) => JSON.parse(text) as unknown);
