import { cut, oneLine } from '../../base/text.ts';
import type { Instant } from '../../base/time.ts';
import { type AlarmEvent, EVENT_LIMITS, identify, type Labels } from '../../domain/alarm/event.ts';
import { type Severity, severityFromWord } from '../../domain/alarm/severity.ts';
import { fittingLabels, rawOf, readTime, safeLink } from './event-parts.ts';
import type { ItemFault } from './item.ts';
import type { FieldMatcher, Mapping, Pairs } from './mapping.ts';
import { textOf } from './path.ts';
import { type Scope, selectAll, selectForMatcher } from './selector.ts';
import { type Value, valueText, valueWords } from './value.ts';

export const fits = (matchers: readonly FieldMatcher[], scope: Scope): boolean =>
  matchers.every(({ selector, matcher }) => matcher.matches(selectForMatcher(selector, scope)));

/** One item as a mapping reads it: an event, why it is none, or nothing. Pure and total. */
export function readMapped(
  mapping: Mapping,
  scope: Scope,
  redact: ReadonlySet<string>,
): AlarmEvent | ItemFault | 'nothing' {
  const { values } = mapping;
  const kind = kindOf(mapping, scope);
  if (kind === 'nothing') return kind;
  if (!kind) return { field: 'state', why: 'it neither raises nor clears nor is it ignored' };
  const resource = cut(valueText(values.resource, scope), EVENT_LIMITS.resource_chars_max);
  if (resource === '') return missing('resource', values.resource);
  const type = cut(valueText(values.type, scope), EVENT_LIMITS.type_chars_max);
  if (type === '') return missing('type', values.type);
  const times = timesOf(mapping, scope, kind);
  if ('why' in times) return times;
  const qualifier = cut(valueText(values.qualifier, scope), EVENT_LIMITS.qualifier_chars_max);
  const annotations = pairsOf(mapping.annotations, scope, redact);
  return {
    kind,
    id: identify(resource, type, qualifier),
    resource,
    type,
    qualifier,
    text: oneLine(valueText(values.text, scope) || type, EVENT_LIMITS.text_chars_max),
    labels: pairsOf(mapping.labels, scope, redact),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    link: safeLink(valueText(values.link, scope)),
    ...(kind === 'clear' ? {} : { severity: severityOf(mapping, scope) }),
    ...times,
    ...(kind === 'raise' && mapping.lease !== undefined ? { lease: mapping.lease } : {}),
    raw: rawOf(scope.item, redact),
  };
}

function kindOf(
  { state, lease, times }: Mapping,
  scope: Scope,
): 'raise' | 'clear' | 'occurrence' | 'nothing' | undefined {
  if (state.ignore && fits(state.ignore, scope)) return 'nothing';
  if (state.clear && fits(state.clear, scope)) return 'clear';
  if (!fits(state.raise, scope)) return undefined;
  return state.clear || lease !== undefined || times.until.length > 0 ? 'raise' : 'occurrence';
}

/** Who forgot the sign of a fixed text is told of it: `type: pump.alarm` reads as a path. */
function missing(field: string, value: Value): ItemFault {
  const words = cut(valueWords(value), 200);
  const isPlain = field === 'type' && /^[\w.-]+$/.test(words);
  const hint = isPlain ? `; for a fixed text write =${words}` : '';
  return { field, why: `nothing at ${words}${hint}` };
}

function timesOf(
  { times }: Mapping,
  scope: Scope,
  kind: AlarmEvent['kind'],
): Pick<AlarmEvent, 'at' | 'since' | 'until'> | ItemFault {
  const found: { at?: Instant; since?: Instant; until?: Instant } = {};
  for (const field of ['at', 'since', 'until'] as const) {
    if (field === 'until' && kind !== 'raise') continue;
    const time = readTime(valueText(times[field], scope));
    if (typeof time === 'object') return { field, why: time.error };
    if (time !== undefined) found[field] = time;
  }
  return found;
}

function severityOf({ severity }: Mapping, scope: Scope): Severity {
  const word = valueText(severity.from, scope).toLowerCase();
  return severity.words.get(word) ?? severityFromWord(word) ?? severity.otherwise;
}

/** Members of objects and pairs of lists; what is named wins. */
function pairsOf({ add, from }: Pairs, scope: Scope, redact: ReadonlySet<string>): Labels {
  const found = new Map<string, string>();
  for (const selector of from) {
    for (const value of selectAll(selector, scope)) {
      for (const [name, member] of pairsIn(value)) {
        const text = textOf(member);
        if (text && !found.has(name) && !redact.has(name.toLowerCase())) found.set(name, text);
      }
    }
  }
  for (const [name, value] of add) {
    const text = valueText(value, scope);
    if (text !== '') found.set(name, text);
  }
  return fittingLabels(found);
}

type Pair = readonly [name: string, value: unknown];

const NAMES = ['name', 'key', 'tag', 'label', 'Name', 'Key'] as const;
const VALUES = ['value', 'Value'] as const;

/** `{"site": "nbg"}`, `[{"name": "site", "value": "nbg"}]`, `[["site", "nbg"]]`, `["site=nbg"]`. */
function pairsIn(value: unknown): readonly Pair[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!Array.isArray(value)) return Object.entries(value);
  return value.slice(0, EVENT_LIMITS.labels_max).flatMap((one): readonly Pair[] => {
    if (typeof one === 'string') {
      const at = one.search(/[=:]/);
      return at > 0 ? [[one.slice(0, at).trim(), one.slice(at + 1).trim()]] : [];
    }
    if (Array.isArray(one)) return typeof one[0] === 'string' ? [[one[0], one[1]]] : [];
    if (typeof one !== 'object' || one === null) return [];
    const name = textOf(firstOf(one, NAMES));
    return name === undefined ? [] : [[name, firstOf(one, VALUES)]];
  });
}

function firstOf(object: object, names: readonly string[]): unknown {
  const name = names.find((one) => Object.hasOwn(object, one));
  return name === undefined ? undefined : (object as Readonly<Record<string, unknown>>)[name];
}
