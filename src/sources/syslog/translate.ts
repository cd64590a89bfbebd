import { oneLine } from '../../base/text.ts';
import type { Instant } from '../../base/time.ts';
import {
  type AlarmEvent,
  EVENT_LIMITS,
  type EventKind,
  identify,
  type Labels,
} from '../../domain/alarm/event.ts';
import type { Severity } from '../../domain/alarm/severity.ts';
import type { Received, Translated } from '../../ports/source.ts';
import { alarmDataOf } from './alarm-data.ts';
import { type Book, bookOf } from './book.ts';
import { kindOf } from './mask.ts';
import { FACILITIES, LEVELS, type Message } from './message.ts';
import { hasSecret, lineText, parse, withoutSecrets } from './parse.ts';
import { type Found, filled } from './rules.ts';
import type { Settings } from './settings.ts';

/** Characters of a line the rules look at. */
export const LOOKED_AT_CHARS_MAX = 2_048;
/** A value that becomes a label, and how many of structured data do. */
export const LABEL_CHARS_MAX = 256;
export const DATA_LABELS_MAX = 48;
/** Repeats one line may claim to stand for; more is a slip of the sender. */
export const REPEATS_MAX = 100_000;

/** What became of a line. */
export type Verdict =
  | {
      readonly is: 'event';
      readonly event: AlarmEvent;
      readonly device: string;
      /** False: no rule and no alarm data, only its severity speaks for it. */
      readonly known: boolean;
    }
  /** Known, and not worth an alarm. */
  | { readonly is: 'quiet'; readonly device: string }
  /** `last message repeated N times`: what the same device said before. */
  | { readonly is: 'repeat'; readonly count: number; readonly device: string }
  | { readonly is: 'refused'; readonly why: string };

/** What a message says, in events. Pure and total. */
export const translate = (input: Received, settings: Settings): Translated =>
  translateBy(input, settings, bookOf(settings));

/** The same by a book that holds people's own rules. */
export function translateBy(input: Received, settings: Settings, book: Book): Translated {
  const verdict = judge(lineText(input.body), input.from, input.at, settings, book);
  if (verdict.is === 'refused') {
    return { events: [], refused: [{ field: '', why: verdict.why }] };
  }
  return { events: verdict.is === 'event' ? [verdict.event] : [], refused: [] };
}

/** The same with the rules at hand; what is no event says which way it is none. */
export function judge(
  line: string,
  from: string,
  now: Instant,
  settings: Settings,
  book: Book,
): Verdict {
  const verdict = judgeLine(line, from, now, settings, book);
  // Most lines become no event: only in those that do, a secret need be looked for.
  if (verdict.is !== 'event' || !hasSecret(line)) return verdict;
  return judgeLine(withoutSecrets(line), from, now, settings, book);
}

function judgeLine(
  line: string,
  from: string,
  now: Instant,
  settings: Settings,
  book: Book,
): Verdict {
  const read = parse(line, now, settings.times_without_zone === 'utc');
  if ('why' in read) return { is: 'refused', why: read.why };
  const device = deviceOf(read, from, settings);
  const repeated = repeatsIn(read.text);
  if (repeated?.text === '') return { is: 'repeat', count: repeated.count, device };
  const message = repeated ? { ...read, text: repeated.text } : read;
  const subject = subjectOf(message, device, from, settings, book);
  if (subject === undefined) return { is: 'quiet', device };
  const event = eventOf(message, subject, from, line);
  const counted = repeated ? { ...event, count: repeated.count } : event;
  return { is: 'event', event: counted, device, known: subject.known };
}

/** Who speaks: what the message says, else where it came from. */
function deviceOf({ host }: Message, from: string, { device }: Settings): string {
  const own = host === '' || device === 'sender' ? from : host;
  return own || host || 'unknown';
}

/** rsyslog: `message repeated 5 times: [ the message ]`; others name no message. */
const REPEATED = /^(?:last )?message repeated (\d{1,9}) times?(?:: \[ ?(.*?) ?\])?\.?$/i;

const MAY_REPEAT: ReadonlySet<string> = new Set(['l', 'L', 'm', 'M']);

function repeatsIn(text: string): { count: number; text: string } | undefined {
  const found = MAY_REPEAT.has(text.charAt(0)) ? REPEATED.exec(text) : null;
  if (!found) return undefined;
  const count = Math.min(Math.max(1, Number(found[1])), REPEATS_MAX);
  return { count, text: found[2] ?? '' };
}

/** What the line is about and how bad that is. */
interface Subject {
  readonly kind: EventKind;
  readonly resource: string;
  readonly type: string;
  readonly qualifier: string;
  readonly severity: Severity;
  readonly text: string;
  readonly rule: string;
  readonly known: boolean;
}

function subjectOf(
  message: Message,
  device: string,
  from: string,
  settings: Settings,
  book: Book,
): Subject | undefined {
  const looked = message.text.slice(0, LOOKED_AT_CHARS_MAX);
  const lookup = (name: string): string => fieldOf(name, message, device, from);
  const found = book.rules.find(looked, message.tag, message.app, lookup);
  if (found) return found.does === 'ignore' ? undefined : byRule(found, message, lookup);
  const data = alarmDataOf(message);
  if (data) {
    const { resource, type, severity = 'indeterminate' } = data;
    const kind = data.severity === undefined ? 'clear' : 'raise';
    const text = message.text || `${type}: ${resource}`;
    const known = { kind, type, qualifier: '', severity, text, rule: '', known: true } as const;
    return { ...known, resource: `${device}/${resource}` };
  }
  if (message.severity > settings.raise_up_to) return undefined;
  return {
    kind: 'occurrence',
    resource: device,
    type: message.app === '' ? 'syslog' : `syslog.${message.app}`,
    qualifier: message.tag || kindOf(message.text),
    severity: severityOf(message),
    text: message.text,
    rule: '',
    known: false,
  };
}

function byRule(
  { does, rule, groups }: Found,
  message: Message,
  lookup: (name: string) => string,
): Subject {
  const value = (name: string): string =>
    (Object.hasOwn(groups, name) ? groups[name] : lookup(name)) ?? '';
  return {
    kind: does as EventKind,
    resource: filled(rule.resource, value),
    type: filled(rule.type, value),
    qualifier: filled(rule.qualifier, value),
    severity: rule.severity ?? severityOf(message),
    text: filled(does === 'clear' ? rule.over : rule.text, value),
    rule: rule.name,
    known: true,
  };
}

/** RFC 5674 §2 read backwards; 0 goes with 1, for "unusable" must not be quieter than "alert". */
const SEVERITY: readonly Severity[] = ['critical', 'critical', 'major', 'minor', 'warning'];
const severityOf = ({ severity }: Message): Severity => SEVERITY[severity] ?? 'indeterminate';

function fieldOf(name: string, message: Message, device: string, from: string): string {
  switch (name) {
    case 'host':
      return device;
    case 'from':
      return from;
    case 'app':
      return message.app;
    case 'procid':
      return message.procId;
    case 'msgid':
      return message.msgId;
    case 'tag':
      return message.tag;
    case 'facility':
      return FACILITIES[message.facility] ?? '';
    case 'severity':
      return LEVELS[message.severity] ?? '';
    default:
      return name === 'text' ? message.text : '';
  }
}

function eventOf(message: Message, subject: Subject, from: string, raw: string): AlarmEvent {
  const { kind } = subject;
  const resource = clean(subject.resource, EVENT_LIMITS.resource_chars_max) || 'unknown';
  const type = clean(subject.type, EVENT_LIMITS.type_chars_max) || 'syslog';
  const qualifier = clean(subject.qualifier, EVENT_LIMITS.qualifier_chars_max);
  const text = clean(subject.text, EVENT_LIMITS.text_chars_max) || type;
  return {
    kind,
    id: identify(resource, type, qualifier),
    resource,
    type,
    qualifier,
    ...(kind === 'clear' ? {} : { severity: subject.severity }),
    text,
    labels: labelsOf(message, from, subject.rule),
    ...(message.at === undefined || !isTime(message.at) ? {} : { at: message.at }),
    raw,
  };
}

const isTime = (at: Instant): boolean => Number.isSafeInteger(at);

const clean = (text: string, max: number): string => oneLine(text, max).toWellFormed();

function labelsOf(message: Message, from: string, rule: string): Labels {
  const found: [string, string][] = [
    ['app', message.app],
    ['facility', FACILITIES[message.facility] ?? ''],
    ['from', from],
    ['host', message.host],
    ['level', LEVELS[message.severity] ?? ''],
    ['malformed', message.malformed],
    ['msgid', message.msgId],
    ['procid', message.procId],
    ['rule', rule],
    ['tag', message.tag],
  ];
  let room = DATA_LABELS_MAX;
  for (const { id, params } of message.elements) {
    for (const [name, value] of params) {
      if (room-- > 0 && !HIDDEN.test(name)) found.push([`${id}.${name}`, value]);
    }
  }
  if (message.elements.length > 0) found.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const labels: Record<string, string> = {};
  for (const [name, value] of found) {
    if (value !== '' && !Object.hasOwn(labels, name)) labels[name] = clean(value, LABEL_CHARS_MAX);
  }
  return labels;
}

/** Parameters whose value is nobody's business. */
const HIDDEN = /passw|secret|token|community/i;
