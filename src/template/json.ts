import { Fault, type Meter } from './fault.ts';
import { timeJson } from './time.ts';
import { Dict, Duration, List, Safe, Time, type Value, Whole } from './value.ts';

/** Names that Go's JSON of the data has instead of the fields' own. */
const NAMES: Readonly<Record<string, string>> = { NotificationReason: 'notification_reason' };

/** Go's json.Marshal: names sorted, and `<`, `>`, `&` escaped so that it may stand in HTML. */
export function toJson(value: Value, meter: Meter): string {
  meter.spend(1);
  if (value === null) return 'null';
  if (typeof value === 'string') return jsonText(value, meter);
  if (typeof value === 'number') return jsonNumber(value);
  if (typeof value !== 'object') return String(value);
  if (value instanceof Safe) return jsonText(value.text, meter);
  if (value instanceof Whole) return String(value.value);
  if (value instanceof Duration) return String(value.ns);
  if (value instanceof Time) return `"${timeJson(value)}"`;
  if (value instanceof List) {
    return meter.text(`[${value.items.map((item) => toJson(item, meter)).join(',')}]`);
  }
  const isDict = value instanceof Dict;
  const members = isDict ? value.entries : value.fields;
  const isPair = !isDict && value.type === 'template.Pair';
  const pairs = [...members].map(([name, item]) => {
    const told = isDict || isPair ? name : (NAMES[name] ?? lowered(name));
    return `${jsonText(told, meter)}:${toJson(item, meter)}`;
  });
  return meter.text(`{${pairs.join(',')}}`);
}

/** `StartsAt` → `startsAt`, `GeneratorURL` → `generatorURL`. */
const lowered = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

function jsonNumber(value: number): string {
  if (!Number.isFinite(value)) throw new Fault(`JSON has no number for ${value}`);
  if (Object.is(value, -0)) return '-0';
  return String(value); // as JSON.stringify, which Go follows
}

function jsonText(text: string, meter: Meter): string {
  return meter.text(
    JSON.stringify(text.toWellFormed()).replace(
      /[<>&\u2028\u2029]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    ),
  );
}
