import {
  type AlarmEvent,
  EVENT_LIMITS,
  identify,
  identifyLabels,
  type Labels,
} from '../../src/domain/alarm/event.ts';
import { SEVERITIES } from '../../src/domain/alarm/severity.ts';
import type { Translated } from '../../src/ports/source.ts';

/** What of docs/spec/source.md a result breaks, each with its clause; empty when all is well. */
export function faultsOf({ events, refused }: Translated): string[] {
  return [
    ...events.flatMap(eventFaults),
    ...refused.filter((r) => r.why === '').map(() => '2.4 a refusal says why'),
    ...(refused.length > 1_000 ? [`2.6 ${refused.length} refusals`] : []),
  ];
}

function eventFaults(event: AlarmEvent): string[] {
  const own = event.byLabels
    ? identifyLabels(event.labels)
    : identify(event.resource, event.type, event.qualifier);
  const gone = event.kind === 'clear';
  return [
    ...textFaults(event),
    ...pairFaults('labels', event.labels),
    ...pairFaults('annotations', event.annotations ?? {}),
    ...(own === event.id ? [] : [`3.1 id ${event.id} is not ${own}`]),
    ...(gone === (event.severity === undefined) ? [] : [`3.3 ${event.kind} ${event.severity}`]),
    ...(gone || SEVERITIES.includes(event.severity ?? 'critical') ? [] : ['3.3 unknown severity']),
    ...(['at', 'since', 'until'] as const)
      .filter((field) => event[field] !== undefined && !Number.isSafeInteger(event[field]))
      .map((field) => `3.4 ${field} is ${event[field]}`),
    ...(Object.keys(event.labels).every(
      (name, i, all) => i === 0 || (all[i - 1] ?? '') <= name || isIndex(name),
    )
      ? []
      : ['3.8 label names are not sorted']),
  ];
}

/** JavaScript itself puts names like `7` first, in the order of numbers. */
const isIndex = (name: string): boolean => /^\d+$/.test(name);

const TEXTS = [
  ['resource', EVENT_LIMITS.resource_chars_max, true],
  ['type', EVENT_LIMITS.type_chars_max, true],
  ['qualifier', EVENT_LIMITS.qualifier_chars_max, false],
  ['text', EVENT_LIMITS.text_chars_max, true],
  ['link', EVENT_LIMITS.link_chars_max, false],
  ['raw', EVENT_LIMITS.raw_chars_max, false],
] as const;

function textFaults(event: AlarmEvent): string[] {
  return TEXTS.flatMap(([field, max, needed]) => {
    const text = event[field] ?? '';
    return [
      ...(text.length <= max ? [] : [`2.3 ${field} has ${text.length} characters`]),
      ...(text.isWellFormed() ? [] : [`2.7 ${field} is not well-formed`]),
      ...(needed && text === '' ? [`3.7 ${field} is empty`] : []),
    ];
  });
}

function pairFaults(what: string, pairs: Labels): string[] {
  let bytes = 0;
  const faults: string[] = [];
  for (const [name, value] of Object.entries(pairs)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (name === '' || name.length > EVENT_LIMITS.label_name_chars_max)
      faults.push(`2.3 ${what}: name`);
    if (value.length > EVENT_LIMITS.label_value_chars_max)
      faults.push(`2.3 ${what}: value of ${name}`);
    if (!name.isWellFormed() || !value.isWellFormed()) faults.push(`2.7 ${what} of ${name}`);
  }
  if (Object.keys(pairs).length > EVENT_LIMITS.labels_max) faults.push(`2.3 too many ${what}`);
  if (bytes > EVENT_LIMITS.labels_bytes_max) faults.push(`2.3 ${what} have ${bytes} bytes`);
  return faults;
}
