import type { Instant } from '../base/time.ts';
import type { Labels } from '../domain/alarm/event.ts';
import type { Notice, NotifiedAlert, SendReason } from '../domain/routing/notice.ts';
import type { AlertData, NoticeData, Rendering } from '../ports/channel.ts';
import { htmlText } from './builtins.ts';
import { dataValue } from './data.ts';
import { Fault, TemplateError } from './fault.ts';
import { type RenderOptions, render, type TemplateSet } from './set.ts';
import { timeJson } from './time.ts';
import { Time } from './value.ts';

/**
 * What a channel renders a notice with. A route's labels may be templates: they are filled in.
 * `page` stands there as `.Page`.
 */
export function rendering(
  set: TemplateSet,
  notice: Notice,
  options: RenderOptions,
  page?: NoticeData['Page'],
): Rendering {
  const raw = { ...noticeData(notice, options.externalUrl), ...(page ? { Page: page } : {}) };
  const labels = new RouteLabels(set, raw, options);
  const data: NoticeData = { ...raw, RouteLabels: labels.all() };
  // Of a storm's messages most ask for no template at all: an address, and the data as it is.
  let value: ReturnType<typeof dataValue> | undefined;
  const label = (name: string): string => labels.get(name);
  const rendered = (kind: 'text' | 'html', template: string): string => {
    if (!template.includes('{{')) return template;
    value ??= dataValue(data);
    return render(kind, set, template, value, options, label);
  };
  return {
    data,
    text: (template) => rendered('text', template),
    html: (template) => rendered('html', template),
  };
}

/**
 * The same, for when a template has failed: what can be rendered is, and instead of what cannot
 * there stands one plain line that says what is wrong. `fault` hears why.
 */
export function plainRendering(whole: Rendering, fault: (why: string) => void): Rendering {
  const or = (render: () => string, instead: (line: string) => string): string => {
    try {
      return render();
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      fault(error.message);
      return instead(plainLine(whole.data));
    }
  };
  return {
    data: whole.data,
    text: (template) =>
      or(
        () => whole.text(template),
        (line) => line,
      ),
    html: (template) => or(() => whole.html(template), htmlText),
  };
}

/** `[FIRING:2] Down web-1: no answer; Down web-2`: what a person must know, without a template. */
function plainLine({ Status, Alerts }: NoticeData): string {
  const named = Alerts.slice(0, PLAIN_ALERTS_MAX).map(({ Labels: labels, Annotations }) => {
    const about = [labels['alertname'], labels['instance']].filter(Boolean).join(' ');
    const summary = (Annotations['summary'] ?? '').slice(0, PLAIN_CHARS_MAX);
    return summary === '' ? about : `${about}: ${summary}`;
  });
  const more = Alerts.length - named.length;
  const rest = more > 0 ? `; and ${more} more` : '';
  return `[${Status.toUpperCase()}:${Alerts.length}] ${named.join('; ')}${rest}`;
}

const PLAIN_ALERTS_MAX = 10;
const PLAIN_CHARS_MAX = 200;

/** A notice under the names that Alertmanager's templates and webhooks know. */
export function noticeData(notice: Notice, externalUrl: string): NoticeData {
  const { alerts } = notice;
  return {
    // Alertmanager quotes it as for a pattern; links in users' templates count on that.
    Receiver: notice.to.receiver.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'),
    Status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    NotificationReason: REASONS[notice.reason] ?? notice.reason,
    Alerts: alerts.map(alertData),
    GroupLabels: notice.groupLabels,
    CommonLabels: common(alerts.map(({ labels }) => labels)),
    CommonAnnotations: common(alerts.map(({ annotations }) => annotations)),
    RouteLabels: notice.routeLabels,
    ExternalURL: externalUrl,
  };
}

/** Alertmanager's words where it has them; templates and webhooks compare them. */
const REASONS: Readonly<Partial<Record<SendReason, string>>> = {
  first: 'first notification',
  'new alarms': 'new alerts added',
  'some resolved': 'some alerts resolved',
  'all resolved': 'all alerts resolved',
  repeat: 'repeat interval elapsed',
};

const alertData = (alert: NotifiedAlert): AlertData => ({
  Status: alert.status,
  Labels: alert.labels,
  Annotations: alert.annotations,
  StartsAt: wireTime(alert.startsAt),
  EndsAt: alert.endsAt === undefined ? UNSET : wireTime(alert.endsAt),
  GeneratorURL: alert.link,
  Fingerprint: alert.fingerprint,
});

/** Go's zero time. */
const UNSET = '0001-01-01T00:00:00Z';

/** As Go marshals a time: no more digits than are needed. */
const wireTime = (at: Instant): string =>
  at >= 0 && at < YEAR_10000_MS
    ? new Date(at).toISOString().replace(/\.?0*Z$/, 'Z')
    : timeJson(new Time(BigInt(at) * 1_000_000n));

const YEAR_10000_MS = 253_402_300_800_000;

/** What all of them have in common; of none nothing. */
function common(all: readonly Labels[]): Readonly<Record<string, string>> {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) =>
      others.every((labels) => Object.hasOwn(labels, name) && labels[name] === value),
    ),
  );
}

/** Labels of a route, each filled in once; they may ask for one another, but not in a circle. */
class RouteLabels {
  readonly #set: TemplateSet;
  readonly #data: NoticeData;
  readonly #options: RenderOptions;
  readonly #done = new Map<string, string>();
  readonly #under: string[] = [];

  constructor(set: TemplateSet, data: NoticeData, options: RenderOptions) {
    this.#set = set;
    this.#data = data;
    this.#options = options;
  }

  /** A label whose template is at fault stays as it was written: it must not stop a page. */
  all(): Readonly<Record<string, string>> {
    const names = Object.keys(this.#data.RouteLabels);
    return Object.fromEntries(names.map((name) => [name, this.#orAsWritten(name)]));
  }

  #orAsWritten(name: string): string {
    try {
      return this.get(name);
    } catch (error) {
      if (!(error instanceof TemplateError || error instanceof Fault)) throw error;
      return this.#written(name);
    }
  }

  #written(name: string): string {
    const labels = this.#data.RouteLabels;
    return Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
  }

  /** Throws Fault for a circle, TemplateError for a fault in the label's template. */
  get(name: string): string {
    const known = this.#done.get(name);
    if (known !== undefined) return known;
    const written = this.#written(name);
    if (!written.includes('{{')) return written;
    if (this.#under.includes(name)) {
      throw new Fault(`route labels ask for each other: ${[...this.#under, name].join(' → ')}`);
    }
    this.#under.push(name);
    try {
      const text = render(
        'text',
        this.#set,
        written,
        dataValue(this.#data),
        this.#options,
        (other) => this.get(other),
      );
      this.#done.set(name, text);
      return text;
    } finally {
      this.#under.pop();
    }
  }
}
