import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In the data folder, mode 0600: lets whoever owns the data administer the running desk. */
export const ADMIN_TOKEN_FILE = 'admin.token';

/** What a running desk leaves for programs on its own machine. */
export interface AdminToken {
  readonly token: string;
  /** Where that desk answers, route prefix included. */
  readonly url: string;
}

/** The file's text: two lines. The desk writes it at start and removes it when it stops. */
export const adminTokenText = ({ token, url }: AdminToken): string => `${token}\n${url}\n`;

/** Reads the file in `folder`; undefined when there is none or it may not be read. */
export async function readAdminToken(folder: string): Promise<AdminToken | undefined> {
  const text = await readFile(join(folder, ADMIN_TOKEN_FILE), 'utf8').catch(() => '');
  const [token = '', url = ''] = text.split('\n').map((line) => line.trim());
  return token === '' || !URL.canParse(url) ? undefined : { token, url };
}
