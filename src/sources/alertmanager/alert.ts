import { cut, oneLine } from '../../base/text.ts';
import { type Instant, type Millis, seconds } from '../../base/time.ts';
import {
  type AlarmEvent,
  EVENT_LIMITS,
  identifyLabels,
  type Labels,
} from '../../domain/alarm/event.ts';
import { relabelled } from '../../domain/alarm/relabel.ts';
import { severityFromWord } from '../../domain/alarm/severity.ts';
import type { Refusal } from '../../ports/source.ts';
import { bodyNotParsed, schemaBroken } from './answer.ts';
import { annotationsOf, NOT_PAIRS, type Pairs, pairsFault, tidyLabels } from './pairs.ts';
import type { AlertmanagerSettings } from './settings.ts';
import { readTime, TIME_UNSET } from './time.ts';

/** Refusals told one by one; beyond, only how many more there were. */
export const REFUSALS_MAX = 100;

/** As it came out of JSON: nothing is known of it yet. */
interface Posted {
  readonly labels?: unknown;
  readonly annotations?: unknown;
  readonly startsAt?: unknown;
  readonly endsAt?: unknown;
  readonly generatorURL?: unknown;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads the alerts of one request, one after the other. A class so that nothing is made per alert
 * but the event itself: this is the hottest path of the desk.
 */
export class AlertReader {
  readonly events: AlarmEvent[] = [];
  readonly refused: Refusal[] = [];
  #refusedMore = 0;
  readonly #at: Instant;
  readonly #settings: AlertmanagerSettings;
  readonly #lease: Millis;
  /** Names may hold half a surrogate pair. */
  readonly #wary: boolean;
  /** The two times of the alert before: in most requests they are the same text. */
  #startText: unknown;
  #start: Instant = TIME_UNSET;
  #endText: unknown;
  #end: Instant = TIME_UNSET;

  constructor(at: Instant, settings: AlertmanagerSettings, wary: boolean) {
    this.#at = at;
    this.#settings = settings;
    this.#lease = seconds(settings.resolve_timeout_seconds);
    this.#wary = wary;
  }

  /** Reads alert `i`; adds one event, or one refusal. */
  read(alert: unknown, i: number): void {
    const why = this.#translate(alert, i);
    if (why === '') return;
    if (this.refused.length < REFUSALS_MAX) this.refused.push({ field: `[${i}]`, why });
    else this.#refusedMore++;
  }

  /** After the last alert. */
  end(): void {
    if (this.#refusedMore === 0) return;
    this.refused.push({ field: '', why: `${this.#refusedMore} more alerts were refused` });
  }

  /** '' when it became an event, else why not, in Alertmanager's words. */
  #translate(alert: unknown, i: number): string {
    if (typeof alert !== 'object' || alert === null || Array.isArray(alert)) {
      return bodyNotParsed(`alert ${i} is not an object`);
    }
    const posted: Posted = alert;
    if (posted.labels === undefined || posted.labels === null) {
      return schemaBroken(`${i}.labels`, 'is required');
    }
    this.#readTimes(posted);
    const why = this.#timesFault(i) || this.#pairsFault(posted, i);
    if (why !== '') return why;
    const link = posted.generatorURL ?? '';
    if (typeof link !== 'string') return bodyNotParsed(`${i}.generatorURL is not a string`);
    const tidy = tidyLabels(posted.labels as Labels, this.#settings.drop_labels);
    if (tidy === undefined) return 'at least one label pair required';
    const { labelRules } = this.#settings;
    const labels = labelRules ? relabelled(tidy, labelRules) : tidy;
    this.events.push(this.#event(labels, annotationsOf(posted.annotations as Pairs), safe(link)));
    return '';
  }

  #readTimes({ startsAt, endsAt }: Posted): void {
    if (startsAt !== this.#startText) {
      this.#start = readTime(startsAt);
      this.#startText = startsAt;
    }
    if (endsAt !== this.#endText) {
      this.#end = readTime(endsAt);
      this.#endText = endsAt;
    }
  }

  #timesFault(i: number): string {
    const [start, end] = [this.#start, this.#end];
    if (Number.isNaN(start)) return bodyNotParsed(`${i}.startsAt is not an RFC 3339 time`);
    if (Number.isNaN(end)) return bodyNotParsed(`${i}.endsAt is not an RFC 3339 time`);
    if (start <= TIME_UNSET) return '';
    const ends = end > TIME_UNSET ? end : this.#at + this.#lease;
    return ends < start ? 'start time must be before end time' : '';
  }

  #pairsFault({ labels, annotations }: Posted, i: number): string {
    const { classic_names } = this.#settings;
    const why = pairsFault(labels, classic_names, this.#wary, true);
    if (why === NOT_PAIRS) return bodyNotParsed(`${i}.labels ${why}`);
    if (why !== '') return `invalid label set: ${why}`;
    if (annotations === undefined || annotations === null) return '';
    const fault = pairsFault(annotations, classic_names, this.#wary, false);
    if (fault === NOT_PAIRS) return bodyNotParsed(`${i}.annotations ${fault}`);
    return fault === '' ? '' : `invalid annotations: ${fault}`;
  }

  /**
   * Firing is a raise without a time of its own: Prometheus says when it began (`since`) and how
   * long to believe it (`until`), never when it spoke. An end that has come is a clear at that end.
   */
  #event(labels: Labels, annotations: Labels, link: string): AlarmEvent {
    const id = identifyLabels(labels);
    const alertname = first(labels, ALERTNAME) || 'alert';
    const said = first(annotations, this.#settings.text_annotations);
    const [start, end] = [this.#start, this.#end];
    const over = end > TIME_UNSET && end <= this.#at;
    const event: Writable<AlarmEvent> = {
      kind: over ? 'clear' : 'raise',
      id,
      byLabels: true,
      resource: this.#resource(labels),
      type: cut(alertname, EVENT_LIMITS.type_chars_max),
      qualifier: id,
      text: line(said) || line(alertname) || 'alert',
      labels,
      annotations,
      link,
    };
    if (start > TIME_UNSET) event.since = start;
    if (over) {
      event.at = end;
      return event;
    }
    const word = first(labels, this.#settings.severity_labels);
    event.severity = severityFromWord(word) ?? this.#settings.severity_otherwise;
    if (end > TIME_UNSET) event.until = end;
    else event.lease = this.#lease;
    return event;
  }

  /** `instance/interface`, or the one of the two there is. */
  #resource(labels: Labels): string {
    const base = first(labels, this.#settings.resource_labels);
    if (base === '') return 'unknown';
    const part = first(labels, this.#settings.part_labels);
    const between = part.startsWith('/') ? '' : '/';
    const whole = part === '' || part === base ? base : `${base}${between}${part}`;
    return cut(whole, EVENT_LIMITS.resource_chars_max);
  }
}

const ALERTNAME = ['alertname'];

/** '' when there is nothing but white space. */
const line = (text: string): string => oneLine(text, EVENT_LIMITS.text_chars_max);

/** Half an address leads nowhere, `javascript:` nowhere good: the alert matters, not the link. */
function safe(link: string): string {
  if (link.length > EVENT_LIMITS.link_chars_max) return '';
  if (link.startsWith('http://') || link.startsWith('https://')) return link;
  return link.includes(':') && !/^https?:/i.test(link) ? '' : link;
}

/** The first of the named values that is there; '' when none is. */
function first(values: Labels, names: readonly string[]): string {
  for (const name of names) {
    // The type is looked at because `constructor` and its like are no labels.
    const value: unknown = values[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return '';
}
