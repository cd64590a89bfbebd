import { DeskError } from '../base/errors.ts';
import type { World } from './command.ts';

/** Objects asked for at once; NetBox gives 1,000 by default at most. */
const PAGE_OBJECTS = 1_000;

/** Objects of one list; beyond it the address is hardly meant. */
export const LIST_OBJECTS_MAX = 500_000;

/** The variable that holds NetBox's token: never on a command line, where others see it. */
export const TOKEN_VARIABLE = 'NETBOX_TOKEN';

const LISTS = [
  'dcim/regions',
  'dcim/sites',
  'tenancy/tenants',
  'dcim/manufacturers',
  'dcim/device-types',
  'dcim/device-roles',
  'dcim/devices',
  'dcim/interfaces',
  'virtualization/virtual-machines',
  'ipam/ip-addresses',
  'dcim/cables',
  'circuits/providers',
  'circuits/circuits',
  'circuits/circuit-terminations',
] as const;

/** Everything an inventory needs, list by list, as one JSON text of the format `netbox`. */
export async function readNetbox(url: string, world: World): Promise<Uint8Array<ArrayBuffer>> {
  const lists: Record<string, readonly unknown[]> = {};
  for (const path of LISTS) {
    const name = path.split('/')[1] ?? path;
    lists[name] = await listAt(`${url.replace(/\/+$/, '')}/api/${path}/`, world);
    world.stderr.write(`${lists[name]?.length ?? 0} ${name}\n`);
  }
  return new Uint8Array(Buffer.from(JSON.stringify(lists)));
}

/** Page after page, by offset: an address that the far side names is not followed. */
async function listAt(url: string, world: World): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (;;) {
    const page = await pageAt(`${url}?limit=${PAGE_OBJECTS}&offset=${found.length}`, world);
    found.push(...page.results);
    if (page.results.length === 0 || found.length >= page.count) return found;
    if (found.length > LIST_OBJECTS_MAX) {
      throw new DeskError('ANSWER_STRANGE', { what: url, why: 'its list does not end' });
    }
  }
}

interface PageAnswer {
  readonly count: number;
  readonly results: readonly unknown[];
}

async function pageAt(url: string, world: World): Promise<PageAnswer> {
  const token = world.env[TOKEN_VARIABLE] ?? '';
  const headers = {
    accept: 'application/json',
    ...(token === '' ? {} : { authorization: `Token ${token}` }),
  };
  let answer: Response;
  try {
    answer = await world.fetch(url, { headers, signal: world.signal, redirect: 'manual' });
  } catch (error) {
    if (world.signal.aborted) throw error;
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw new DeskError('UNREACHABLE', { what: url, why: String(cause) }, error);
  }
  if (answer.status === 401 || answer.status === 403) {
    const why = `it asks for a token (${answer.status}): put one into ${TOKEN_VARIABLE}`;
    throw new DeskError('UNREACHABLE', { what: url, why });
  }
  const body: unknown = answer.ok ? await answer.json().catch(() => undefined) : undefined;
  const { count, results } = (body ?? {}) as Partial<PageAnswer>;
  if (typeof count === 'number' && Array.isArray(results)) return { count, results };
  const why = `status ${answer.status}, and no list`;
  throw new DeskError('UNREACHABLE', { what: url, why });
}
