import type { AlertData, NoticeData } from '../ports/channel.ts';
import { timeFromWire } from './time.ts';

/** What templates see, for those who may not know of channels. */
export type TemplateData = NoticeData;

/**
 * Reads a notification as a webhook gets it (`receiver`, `status`, `alerts` …). What is not there
 * is empty; names count without case, as Go reads them. Total: a fault comes back as `error`.
 */
export function dataFromJson(text: string): NoticeData | { readonly error: string } {
  try {
    const data = new Reader(JSON.parse(text), '');
    return {
      Receiver: data.text('receiver'),
      // A person may try any word here, as in Alertmanager's own tool.
      Status: data.text('status') as NoticeData['Status'],
      NotificationReason: data.text('notification_reason'),
      Alerts: data.list('alerts').map(alertOf),
      GroupLabels: data.labels('groupLabels'),
      CommonLabels: data.labels('commonLabels'),
      CommonAnnotations: data.labels('commonAnnotations'),
      RouteLabels: data.labels('routeLabels'),
      ExternalURL: data.text('externalURL'),
    };
  } catch (error) {
    return { error: error instanceof Error ? error.message : 'it is no JSON' };
  }
}

const alertOf = (alert: Reader): AlertData => ({
  Status: alert.text('status') as AlertData['Status'],
  Labels: alert.labels('labels'),
  Annotations: alert.labels('annotations'),
  StartsAt: alert.time('startsAt'),
  EndsAt: alert.time('endsAt'),
  GeneratorURL: alert.text('generatorURL'),
  Fingerprint: alert.text('fingerprint'),
});

/** One object of the document; asking for a field of another shape throws with its path. */
class Reader {
  readonly #members: ReadonlyMap<string, unknown>;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new Error(`${path || 'the document'} must be an object`);
    }
    this.#members = new Map(Object.entries(value).map(([k, v]) => [k.toLowerCase(), v]));
    this.#path = path === '' ? '' : `${path}.`;
  }

  #get(name: string): unknown {
    return this.#members.get(name.toLowerCase()) ?? undefined;
  }

  text(name: string): string {
    const value = this.#get(name) ?? '';
    if (typeof value !== 'string') throw new Error(`${this.#path}${name} must be a text`);
    return value;
  }

  time(name: string): string {
    const value = this.text(name) || '0001-01-01T00:00:00Z';
    if (timeFromWire(value)) return value;
    throw new Error(`${this.#path}${name} must be a time as 2026-03-01T02:03:04Z`);
  }

  labels(name: string): Readonly<Record<string, string>> {
    const value = this.#get(name) ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw new Error(`${this.#path}${name} must be an object`);
    }
    const labels = Object.entries(value);
    const bad = labels.find(([, text]) => typeof text !== 'string');
    if (bad) throw new Error(`${this.#path}${name}.${bad[0]} must be a text`);
    return Object.fromEntries(labels);
  }

  list(name: string): readonly Reader[] {
    const value = this.#get(name) ?? [];
    if (!Array.isArray(value)) throw new Error(`${this.#path}${name} must be a list`);
    return value.map((item, i) => new Reader(item, `${this.#path}${name}[${i}]`));
  }
}
