import type { Served } from './serve.ts';

interface Answered {
  readonly status: number;
  readonly text: string;
  readonly location: string;
}

const headersOf = (served: Served, login: string) => ({
  cookie: served.session(login),
  accept: 'text/html',
});

const answered = async (response: Response): Promise<Answered> => ({
  status: response.status,
  text: await response.text(),
  location: response.headers.get('location') ?? '',
});

/** A page as a browser of that person asks for it. */
export async function visit(served: Served, login: string, path: string): Promise<Answered> {
  const headers = headersOf(served, login);
  return answered(await fetch(served.url + path, { headers, redirect: 'manual' }));
}

/** Posts a form as a browser does: with the keys of the page `from` on which it stands. */
export async function postForm(
  served: Served,
  login: string,
  { path, from, fields }: { path: string; from: string; fields: Record<string, string> },
): Promise<Answered> {
  const headers = headersOf(served, login);
  const page = await (await fetch(served.url + from, { headers })).text();
  const hidden = (name: string): string =>
    new RegExp(`name="${name}"\\s+value="([^"]*)"`).exec(page)?.[1] ?? '';
  const keys = { csrf: hidden('csrf'), once: hidden('once'), back: hidden('back') };
  const body = new URLSearchParams({ ...keys, ...fields });
  return answered(
    await fetch(served.url + path, { method: 'POST', body, headers, redirect: 'manual' }),
  );
}

/** What a reader sees: no markup, one space between words. */
export const plain = (text: string): string =>
  text
    .replace(/<[^>]+>/g, ' ')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/\s+/g, ' ');
