import type { Meter } from './fault.ts';
import { floatText } from './float.ts';
import { durationText, timeText } from './time.ts';
import { type Dict, Duration, List, Safe, Struct, Time, type Value, Whole } from './value.ts';

/** How one value prints in an action, and under `%v`. `plus`: `%+v`, with names of fields. */
export function printed(value: Value, meter: Meter, plus = false): string {
  meter.spend(1);
  if (value === null) return '<nil>';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return floatText(value, 'g', -1);
  if (typeof value !== 'object') return String(value);
  if (value instanceof Whole) return value.text ?? String(value.value);
  if (value instanceof Safe) return value.text;
  if (value instanceof Time) return timeText(value);
  if (value instanceof Duration) return durationText(value);
  const inner = (item: Value): string => printed(item, meter, plus);
  if (value instanceof List) return listText(value, inner, meter);
  if (value instanceof Struct) {
    const fields = [...value.fields].map(([k, v]) => (plus ? `${k}:${inner(v)}` : inner(v)));
    return meter.text(`{${fields.join(' ')}}`);
  }
  return dictText(value, inner, meter);
}

function listText(list: List, inner: (item: Value) => string, meter: Meter): string {
  if (list.type !== 'template.Pairs') return meter.text(`[${list.items.map(inner).join(' ')}]`);
  const pairs = list.items.map((pair) =>
    pair instanceof Struct ? [...pair.fields.values()].map(inner).join('=') : '',
  );
  return meter.text(pairs.join(', '));
}

function dictText(dict: Dict, inner: (item: Value) => string, meter: Meter): string {
  if (dict.type === 'template.KV') {
    const pairs = alertnameFirst(dict).map((name) => `${name}=${inner(dict.get(name))}`);
    return meter.text(pairs.join(', '));
  }
  const pairs = [...dict.entries].map(([name, value]) => `${name}:${inner(value)}`);
  return meter.text(`map[${pairs.join(' ')}]`);
}

/** Names in Alertmanager's order: `alertname`, then the others sorted. */
export function alertnameFirst({ entries }: Dict): string[] {
  const names = [...entries.keys()];
  if (!entries.has('alertname')) return names;
  return ['alertname', ...names.filter((name) => name !== 'alertname')];
}

/** Go's Sprint: a space between two operands when neither is a text. */
export function sprint(values: readonly Value[], meter: Meter): string {
  let out = '';
  values.forEach((value, i) => {
    const before = values[i - 1];
    const apart = i > 0 && !isText(value) && !isText(before);
    out = meter.text(out + (apart ? ' ' : '') + printed(value, meter));
  });
  return out;
}

const isText = (value: Value | undefined): boolean =>
  typeof value === 'string' || value instanceof Safe;

/** Go's Sprintln: spaces between all, and a line feed. */
export const sprintln = (values: readonly Value[], meter: Meter): string =>
  meter.text(`${values.map((value) => printed(value, meter)).join(' ')}\n`);
