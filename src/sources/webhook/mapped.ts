import type { AlarmEvent } from '../../domain/alarm/event.ts';
import type { Refusal } from '../../ports/source.ts';
import { parsed } from './documents.ts';
import { fits, readMapped } from './mapped-item.ts';
import type { Mapping } from './mapping.ts';
import { withMember } from './path.ts';
import { hasEach, keepItems, type Scope, type Selector, selectAll } from './selector.ts';

/** What one document came to. */
export interface DocumentRead {
  readonly events: readonly AlarmEvent[];
  readonly refused: readonly Refusal[];
  /** What of it was not understood; undefined when all of it was. */
  readonly left: { readonly document: unknown } | undefined;
}

export type Request = Readonly<Record<'door' | 'from' | 'type' | 'body', string>>;

/** The first mapping that a document fits; undefined when there is none. */
export function mappingFor(
  mappings: readonly Mapping[],
  document: unknown,
  request: Request,
): Mapping | undefined {
  const scope: Scope = { item: document, body: document, request };
  return mappings.find(
    ({ doors, match }) =>
      (doors.length === 0 || doors.includes(request.door)) && fits(match, scope),
  );
}

/** A document as a mapping reads it. A bad item never costs the good ones. Pure and total. */
export function readDocument(
  mapping: Mapping,
  document: unknown,
  request: Request,
  redact: ReadonlySet<string>,
): DocumentRead {
  if (mapping.ignore) return { events: [], refused: [], left: undefined };
  const body = mapping.json.reduce(readInPlace, document);
  const items = itemsOf(mapping, body, request);
  if ('why' in items) return { events: [], refused: [items], left: { document } };
  const events: AlarmEvent[] = [];
  const refused: Refusal[] = [];
  const bad = new Set<number>();
  for (const [index, item] of items.all.entries()) {
    const read = readMapped(mapping, { item, body, request }, redact);
    if (read === 'nothing') continue;
    if (!('why' in read)) {
      events.push(read);
      continue;
    }
    bad.add(index);
    const at = items.all.length > 1 || mapping.items ? `[${index}].` : '';
    refused.push({ field: `${nameOf(mapping)}: ${at}${read.field}`, why: read.why });
  }
  if (bad.size === 0) return { events, refused, left: undefined };
  if (events.length === 0 || !mapping.items) return { events, refused, left: { document } };
  const left = keepItems(body, mapping.items, (index) => bad.has(index));
  return { events, refused, left: { document: left } };
}

const nameOf = ({ name, line }: Mapping): string => name || `the mapping at line ${line}`;

function itemsOf(
  mapping: Mapping,
  body: unknown,
  request: Request,
): { readonly all: readonly unknown[] } | Refusal {
  const { items } = mapping;
  if (!items) return { all: [body] };
  const scope: Scope = { item: body, body, request };
  const all = selectAll(items, scope);
  if (all.length > 0 || isEmptyList(items, scope)) return { all };
  return { field: `${nameOf(mapping)}: items`, why: `nothing at ${items.text}` };
}

/** `alerts[]` of a body with `"alerts": []` is no item, and nothing is wrong with it. */
function isEmptyList(selector: Selector, scope: Scope): boolean {
  if (!hasEach(selector)) return false;
  const upTo = selector.steps.findLastIndex((step) => typeof step === 'symbol');
  const lists = selectAll({ ...selector, steps: selector.steps.slice(0, upTo) }, scope);
  return lists.some((list) => Array.isArray(list) && list.length === 0);
}

/** A text that is JSON becomes what it says; anything else stays as it is. */
function readInPlace(document: unknown, { steps, from }: Selector): unknown {
  if (from === 'request') return document;
  const replaced = (part: unknown, at: number): unknown => {
    const step = steps[at];
    if (step === undefined) {
      const inner = typeof part === 'string' ? parsed(part) : undefined;
      return inner ? inner.value : part;
    }
    if (typeof part !== 'object' || part === null) return part;
    if (typeof step === 'symbol') {
      return Array.isArray(part) ? part.map((one) => replaced(one, at + 1)) : part;
    }
    if (!Object.hasOwn(part, step)) return part;
    const inner = replaced((part as Readonly<Record<string | number, unknown>>)[step], at + 1);
    return Array.isArray(part)
      ? part.map((one, i) => (String(i) === String(step) ? inner : one))
      : withMember(part, String(step), inner);
  };
  return replaced(document, 0);
}
