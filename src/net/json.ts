import type { HttpReply, HttpRequest } from './http-request.ts';

/** A request with a JSON body. `id` names the delivery, the same at each try. */
export const jsonRequest = (
  method: HttpRequest['method'],
  url: string,
  body: string,
  id: string,
): HttpRequest => ({
  method,
  url,
  headers: { 'Content-Type': 'application/json', 'Idempotency-Key': id },
  body,
});

/** The fields that say something: what is '', false, empty or undefined is left out. */
export function withoutEmpty(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== '' &&
        value !== false &&
        value !== undefined &&
        !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** What an API answered, when it is a JSON object. */
export function objectIn(reply: HttpReply): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(reply.body);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The named field when it is text. */
export function textIn(
  fields: Readonly<Record<string, unknown>> | undefined,
  name: string,
): string | undefined {
  const value = fields?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** At most `max` characters as people count them (code points); a cut is told by `…`. */
export function cutPoints(text: string, max: number): string {
  if (text.length <= max) return text; // never more code points than code units
  const points = [...text.slice(0, max * 2 + 2)];
  return points.length <= max ? text : `${points.slice(0, max - 1).join('')}…`;
}
