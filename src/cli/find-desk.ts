import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DeskError } from '../base/errors.ts';
import { type AdminToken, readAdminToken } from './admin-token.ts';
import type { Given, Option, World } from './command.ts';
import { usage } from './parse.ts';
import { isLoopback } from './settings.ts';

export const URL_DEFAULT = 'http://127.0.0.1:9093';

/** Where a desk started without options keeps its data, and where the demo does. */
const FOLDERS = ['data', 'data-demo'];

/** The options of every command that talks to a running desk. */
export const DESK_OPTIONS: readonly Option[] = [
  {
    name: 'url',
    type: 'text',
    value: 'URL',
    help: `The desk. Default: TOCSIN_URL, then what admin.token says, then ${URL_DEFAULT}.`,
  },
  {
    name: 'token-file',
    type: 'text',
    value: 'FILE',
    help: 'File with a token. Default: TOCSIN_TOKEN, then admin.token of the data folder.',
  },
  {
    name: 'data',
    type: 'text',
    value: 'FOLDER',
    help: 'Data folder of a desk on this machine. Default: ./data, then ./data-demo.',
  },
];

export interface FoundDesk {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
}

/**
 * Which desk is meant, and with what token. The token in a data folder goes only to an address of
 * this machine: a mistyped --url must not carry it away.
 */
export async function findDesk(given: Given, world: World): Promise<FoundDesk> {
  const named = given.text('url') || world.env.TOCSIN_URL || '';
  const token = await tokenGiven(given, world);
  const needsFile = named === '' || token === undefined;
  const local = needsFile ? await localToken(given, world, named) : undefined;
  const url = parsedUrl(named || local?.url || URL_DEFAULT);
  const mayHave = isLoopback(new URL(url).hostname);
  return { url, token: token ?? (mayHave ? (local?.token ?? '') : '') };
}

function parsedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw usage(`"${text}" is not the address of a desk; write ${URL_DEFAULT}`);
  return text.replace(/\/+$/, '');
}

async function tokenGiven(given: Given, world: World): Promise<string | undefined> {
  const file = given.text('token-file');
  // Whoever hands over the whole of admin.token hands over its address as well.
  if (file === '') return world.env.TOCSIN_TOKEN?.split('\n')[0]?.trim() || undefined;
  try {
    return (await readFile(resolve(world.cwd, file), 'utf8')).split('\n')[0]?.trim();
  } catch (error) {
    throw new DeskError('SETTINGS_INVALID', { file, why: 'it cannot be read.' }, error);
  }
}

/** The first data folder that fits: of the address asked for, if one was. */
async function localToken(
  given: Given,
  world: World,
  named: string,
): Promise<AdminToken | undefined> {
  const told = given.text('data');
  for (const folder of told === '' ? FOLDERS : [told]) {
    const found = await readAdminToken(resolve(world.cwd, folder));
    if (found && (named === '' || told !== '' || samePlace(found.url, named))) return found;
  }
  return undefined;
}

const samePlace = (a: string, b: string): boolean =>
  URL.canParse(a) && URL.canParse(b) && new URL(a).port === new URL(b).port;
