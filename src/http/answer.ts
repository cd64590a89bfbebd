import type { Html } from '../base/html.ts';
import type { Answer } from './route.ts';

type Headers = NonNullable<Answer['headers']>;

export const json = (status: number, value: unknown, headers: Headers = {}): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(value),
});

export const text = (status: number, body: string, headers: Headers = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body,
});

export const page = (body: Html | string, status = 200, headers: Headers = {}): Answer => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8', ...headers },
  body: String(body),
});

/** 303: the browser goes there with GET, whatever it came with. */
export const seeOther = (location: string, headers: Headers = {}): Answer => ({
  status: 303,
  headers: { location, ...headers },
});
