import { text } from './answer.ts';
import type { Route } from './route.ts';

/** What came of reading the configuration again. A bad one changes nothing. */
export type Reloaded =
  | { readonly ok: true }
  | {
      readonly ok: false;
      /** What is wrong, with file, line and column. */
      readonly text: string;
    };

/** `POST /-/reload`, as Prometheus' programs have it: for who changed the file on this machine. */
export const reloadRoute = (reload: () => Promise<Reloaded>): Route => ({
  method: 'POST',
  path: '/-/reload',
  access: { need: 'local', role: 'admin' },
  summary: 'Reads the configuration file again; a bad one changes nothing.',
  handle: async () => {
    const reloaded = await reload();
    if (reloaded.ok) return text(200, '');
    return text(500, `failed to reload config: ${reloaded.text}\n`);
  },
});
