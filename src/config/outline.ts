import type {
  ConfigOutline,
  OutlinedReceiver,
  OutlinedRoute,
  OutlinedWay,
} from '../desk/config-form.ts';

/** Lists of rules that have forms. */
const RULE_LISTS = ['incident_rules', 'inhibit_rules'];

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textOf = (value: unknown): string =>
  value === undefined || value === null || typeof value === 'object' ? '' : String(value);

/** What a text consists of, as far as it can be told; a faulty one has less in it. */
export function outlineOf(data: unknown, kinds: readonly string[]): ConfigOutline {
  const { receivers, route, ...rest } = fieldsOf(data);
  const root = routeOf(route, [], '');
  const named = namedIn(root);
  return {
    receivers: listOf(receivers).map((one) => receiverOf(fieldsOf(one), kinds, named)),
    root,
    lists: Object.fromEntries(RULE_LISTS.map((name) => [name, listOf(rest[name]).map(nameOf)])),
  };
}

function receiverOf(
  receiver: Fields,
  kinds: readonly string[],
  named: ReadonlyMap<string, readonly string[]>,
): OutlinedReceiver {
  const name = textOf(receiver['name']);
  const ways = kinds.flatMap((kind): OutlinedWay[] =>
    listOf(receiver[`${kind}_configs`]).map((_, index) => ({ kind, index })),
  );
  return { name, ways, routes: named.get(name) ?? [] };
}

const TOLD_ELSEWHERE = new Set(['receiver', 'matchers', 'match', 'match_re', 'continue', 'routes']);

function routeOf(route: unknown, at: readonly number[], above: string): OutlinedRoute {
  const fields = fieldsOf(route);
  const receiver = textOf(fields['receiver']) || above;
  return {
    at,
    matchers: matchersOf(fields),
    receiver,
    says: Object.entries(fields)
      .filter(([key]) => !TOLD_ELSEWHERE.has(key))
      .map(([key, value]) => `${key.replaceAll('_', ' ')} ${saidText(value)}`),
    continues: fields['continue'] === true,
    routes: listOf(fields['routes']).map((one, i) => routeOf(one, [...at, i], receiver)),
  };
}

const saidText = (value: unknown): string =>
  Array.isArray(value)
    ? value.map(textOf).join(', ')
    : isFields(value)
      ? Object.entries(value)
          .map(([key, inner]) => `${key}=${textOf(inner)}`)
          .join(', ')
      : textOf(value);

function matchersOf({ matchers, match, match_re: patterns }: Fields): string {
  const old = (fields: unknown, op: string): string[] =>
    Object.entries(fieldsOf(fields)).map(([name, value]) => `${name}${op}"${textOf(value)}"`);
  return [...listOf(matchers).map(textOf), ...old(match, '='), ...old(patterns, '=~')].join(', ');
}

/** By receiver, the routes that name it or inherit it. */
function namedIn(root: OutlinedRoute): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, string[]>();
  const look = (route: OutlinedRoute): void => {
    const words = route.at.length === 0 ? 'the root route' : route.matchers || 'everything';
    named.set(route.receiver, [...(named.get(route.receiver) ?? []), words]);
    for (const child of route.routes) look(child);
  };
  look(root);
  return named;
}

const nameOf = (item: unknown): string => {
  const fields = fieldsOf(item);
  return textOf(fields['name']) || matchersOf({ matchers: fields['source_matchers'] });
};
