import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Route } from './route.ts';

const FOLDER = new URL('../console/static/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Asked for by itself where a page names no icon, as beside /metrics. */
const ICON = 'icon-calm.svg';

const FOREVER = 'public, max-age=31536000, immutable';
const HASH_CHARS = 12;

export interface StaticFiles {
  /** The path of a file, with a hash over all of them: it may be kept for ever. */
  asset(file: string): string;
  readonly routes: readonly Route[];
}

/**
 * What browsers load besides pages, read once at the start. One hash for the whole folder, so that
 * scripts can import each other by plain relative paths.
 */
export function openStatic(prefix: string, folder: URL = FOLDER): StaticFiles {
  const files = new Map<string, { readonly type: string; readonly bytes: Buffer }>();
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    const type = TYPES[name.split('.').at(-1) ?? ''];
    if (type === undefined) continue;
    const bytes = readFileSync(new URL(name, folder));
    files.set(name, { type, bytes });
    hash.update(name).update('\0').update(bytes);
  }
  const version = hash.digest('hex').slice(0, HASH_CHARS);
  return {
    asset: (file) => `${prefix}/static/${version}/${file}`,
    routes: [
      {
        method: 'GET',
        path: '/favicon.ico',
        access: { need: 'nothing' },
        summary: 'The icon of the desk.',
        handle: () => {
          const icon = files.get(ICON);
          if (icon === undefined) return { status: 404 };
          const headers = { 'content-type': icon.type, 'cache-control': 'public, max-age=86400' };
          return { status: 200, headers, body: icon.bytes };
        },
      },
      {
        method: 'GET',
        path: '/static/:version/:file',
        access: { need: 'nothing' },
        summary: 'Styles, scripts and icons of the console.',
        handle: ({ params }) => {
          const found = files.get(params.file ?? '');
          if (found === undefined) return { status: 404 };
          // An old page may ask for an old version: it gets today's, and does not keep it.
          const keep = params.version === version ? FOREVER : 'no-cache';
          const headers = { 'content-type': found.type, 'cache-control': keep };
          return { status: 200, headers, body: found.bytes };
        },
      },
    ],
  };
}
