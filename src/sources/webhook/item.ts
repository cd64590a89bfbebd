import { cut, oneLine } from '../../base/text.ts';
import { type Instant, seconds } from '../../base/time.ts';
import { type AlarmEvent, EVENT_LIMITS, identify, type Labels } from '../../domain/alarm/event.ts';
import { type Matcher, matchesAll, parseMatchers } from '../../domain/alarm/matcher.ts';
import { type Severity, severityFromWord } from '../../domain/alarm/severity.ts';
import { fittingLabels, rawOf, readTime, safeLink } from './event-parts.ts';
import { fieldText, textOf, valueAt } from './path.ts';
import type { Hook } from './settings.ts';

/** A hook with its matchers read. `fault` says which of them cannot be read. */
export interface ReadHook {
  readonly hook: Hook;
  readonly raise: readonly Matcher[];
  /** Undefined: nothing clears. */
  readonly clear: readonly Matcher[] | undefined;
  readonly redact: ReadonlySet<string>;
  readonly fault: string;
}

export function readHook(hook: Hook, redact: readonly string[]): ReadHook {
  const raise = parseMatchers(hook.raise);
  const clear = parseMatchers(hook.clear);
  const bad =
    'error' in raise ? `raise: ${raise.error}` : 'error' in clear ? `clear: ${clear.error}` : '';
  return {
    hook,
    raise: 'error' in raise ? [] : raise,
    clear: 'error' in clear || hook.clear.trim() === '' ? undefined : clear,
    redact: new Set(redact.map((name) => name.toLowerCase())),
    fault: bad === '' ? '' : `the settings of hook ${hook.name} cannot be used: ${bad}`,
  };
}

/** What is wrong with an item, and where. */
export interface ItemFault {
  readonly field: string;
  readonly why: string;
}

/** One item of a body as an event. Pure and total. */
export function readItem(item: unknown, read: ReadHook): AlarmEvent | ItemFault {
  const { hook } = read;
  const kind = kindOf(item, read);
  if (!kind) return { field: 'status', why: notUnderstood(hook) };
  const resource = cut(fieldText(item, hook.resource), EVENT_LIMITS.resource_chars_max);
  if (resource === '') return missing('resource', hook.resource);
  const type = cut(fieldText(item, hook.type), EVENT_LIMITS.type_chars_max);
  if (type === '') return missing('type', hook.type);
  const at = timeOf(item, hook.time);
  if (typeof at === 'object') return at;
  const qualifier = cut(fieldText(item, hook.qualifier), EVENT_LIMITS.qualifier_chars_max);
  return {
    kind,
    id: identify(resource, type, qualifier),
    resource,
    type,
    qualifier,
    text: oneLine(fieldText(item, hook.text) || type, EVENT_LIMITS.text_chars_max),
    labels: labelsOf(item, read),
    link: safeLink(fieldText(item, hook.link)),
    ...(kind === 'clear' ? {} : { severity: severityOf(item, hook) }),
    ...(at === undefined ? {} : { at }),
    ...(kind === 'raise' && hook.lease_seconds > 0 ? { lease: seconds(hook.lease_seconds) } : {}),
    raw: rawOf(item, read.redact),
  };
}

function kindOf(
  item: unknown,
  { raise, clear }: ReadHook,
): 'raise' | 'clear' | 'occurrence' | undefined {
  const lookup = (path: string): string | undefined => textOf(valueAt(item, path));
  if (clear && matchesAll(clear, lookup)) return 'clear';
  if (!matchesAll(raise, lookup)) return undefined;
  return clear ? 'raise' : 'occurrence';
}

const notUnderstood = ({ raise, clear }: Hook): string =>
  `neither an alarm (${raise || 'anything'}) nor a clear (${clear || 'nothing'})`;

const missing = (field: string, paths: readonly string[]): ItemFault => ({
  field,
  why: `nothing at ${paths.join(', ') || 'no path: the settings name none'}`,
});

function timeOf(item: unknown, fields: readonly string[]): Instant | ItemFault | undefined {
  const at = readTime(fieldText(item, fields));
  return typeof at === 'object' ? { field: 'time', why: at.error } : at;
}

function severityOf(item: unknown, { severity, severities, severity_otherwise }: Hook): Severity {
  const word = fieldText(item, severity).toLowerCase();
  if (Object.hasOwn(severities, word)) return severities[word] ?? severity_otherwise;
  return severityFromWord(word) ?? severity_otherwise;
}

/** Labels are no part of the identity here: what is beyond a limit is cut, by name. */
function labelsOf(item: unknown, { hook, redact }: ReadHook): Labels {
  const found = new Map<string, string>();
  for (const path of hook.labels) {
    const members = valueAt(item, path);
    if (typeof members !== 'object' || members === null || Array.isArray(members)) continue;
    for (const [name, value] of Object.entries(members)) {
      const text = textOf(value);
      if (text && !found.has(name) && !redact.has(name.toLowerCase())) found.set(name, text);
    }
  }
  for (const [name, fields] of Object.entries(hook.add_labels)) {
    const text = fieldText(item, fields);
    if (text !== '') found.set(name, text);
  }
  return fittingLabels(found);
}
