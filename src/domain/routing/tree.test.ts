import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  anyLabels,
  anyTerms,
  compiled,
  planOf,
  type Rng,
  route,
  seeded,
  subjectOf,
  terms,
} from '../../../test/support/routing.ts';
import type { Labels } from '../alarm/event.ts';
import { labelValue, matchesAll } from '../alarm/matcher.ts';
import { PLAN_LIMITS, type PlanRoute, type RoutingPlan } from './plan.ts';
import {
  compileTree,
  groupIdOf,
  groupKeyOf,
  groupLabelsOf,
  type RouteTree,
  routeKey,
} from './tree.ts';

function treeOf(plan: RoutingPlan): RouteTree {
  const tree = compileTree(plan);
  if ('error' in tree) throw new Error(tree.error);
  return tree;
}

const taken = (tree: RouteTree, labels: Labels): string[] =>
  tree.walk(subjectOf(labels)).map(({ route: { id } }) => id);

test('who takes what, by the rule of the reference', () => {
  const tree = treeOf(
    planOf(
      route(
        [],
        {},
        route(
          terms('owner="team-A"'),
          { id: 'A' },
          route(terms('env="testing"'), { id: 'A-testing' }),
          route(terms('env="production"'), { id: 'A-prod-1', continue: true }),
          route(terms('env=~"produ.*"', 'job=~".*"'), { id: 'A-prod-2' }),
        ),
        route(terms('owner=~"team-(B|C)"'), { id: 'BC' }),
        route(terms('group_by="role"'), { id: 'audit', continue: true }),
        route([], { id: 'rest' }),
        route(terms('owner="team-A"'), { id: 'never' }),
      ),
    ),
  );
  const table: readonly (readonly [labels: Labels, want: string])[] = [
    [{ owner: 'team-A' }, 'A'],
    [{ owner: 'team-A', env: 'unset' }, 'A'],
    [{ owner: 'team-A', env: 'testing' }, 'A-testing'],
    [{ owner: 'team-A', env: 'production' }, 'A-prod-1 A-prod-2'],
    [{ owner: 'team-C' }, 'BC'],
    [{ group_by: 'role' }, 'audit rest'],
    [{}, 'rest'],
    [{ owner: 'team-D' }, 'rest'],
  ];
  for (const [labels, want] of table) assert.equal(taken(tree, labels).join(' '), want);
  assert.deepEqual(tree.node('A-prod-2')?.path, ['{}', 'A', 'A-prod-2']);
  assert.equal(tree.node('A')?.receiver.name, 'ops');
  assert.equal(tree.node('nobody'), undefined);
});

/** Alertmanager's Route.Match, word for word. */
function naive(one: PlanRoute, labels: Labels): string[] {
  const value = (name: string): string => labelValue(labels, name);
  if (!matchesAll(compiled(one.matchers), value)) return [];
  const all: string[] = [];
  for (const child of one.routes) {
    const found = naive(child, labels);
    all.push(...found);
    if (found.length > 0 && !child.continue) break;
  }
  return all.length > 0 ? all : [one.id];
}

function anyRoute(rng: Rng, depth: number): PlanRoute {
  const children = depth === 0 ? 0 : rng(9);
  return route(
    anyTerms(rng, 2),
    { continue: rng(3) === 0 },
    ...Array.from({ length: children }, () => anyRoute(rng, depth - 1 - rng(2) * (depth - 1))),
  );
}

test('1,000 random trees are walked as the plain rule says, and the explanation agrees', () => {
  for (let seed = 1; seed <= 1_000; seed++) {
    const rng = seeded(seed);
    const plan = planOf({ ...anyRoute(rng, 3), matchers: seed % 10 === 0 ? anyTerms(rng, 1) : [] });
    const tree = treeOf(plan);
    for (let i = 0; i < 8; i++) {
      const labels = anyLabels(rng);
      const want = naive(plan.root, labels);
      assert.deepEqual(taken(tree, labels), want, `seed ${seed}: ${JSON.stringify(labels)}`);
      const told = tree.explain(subjectOf(labels)).filter(({ took }) => took);
      assert.deepEqual(told.map(({ node }) => node.route.id).sort(), [...want].sort());
    }
  }
});

test('an explanation tells what failed on which value, and who took it', () => {
  const tree = treeOf(
    planOf(
      route(
        [],
        {},
        route(terms('team="net"'), { id: 'net' }),
        route(terms('team="ops"', 'site!~"a.*"'), { id: 'ops' }),
        route(terms('team="ops"'), { id: 'ops-a' }, route(terms('rack="1"'), { id: 'rack' })),
        route([], { id: 'unseen' }),
      ),
    ),
  );
  const told = tree.explain(subjectOf({ team: 'ops', site: 'ab' })).map((visit) => {
    const { matcher, value } = visit.failed ?? { matcher: undefined, value: '' };
    const failed = matcher ? ` ${matcher.name}${matcher.op}${matcher.value} on '${value}'` : '';
    return `${visit.node.route.id}: ${visit.took ? 'took' : visit.matched ? 'matched' : 'no'}${failed}`;
  });
  assert.deepEqual(told, [
    '{}: matched',
    "net: no team=net on 'ops'",
    "ops: no site!~a.* on 'ab'",
    'ops-a: took',
    "rack: no rack=1 on ''",
  ]);
});

test('a plan that cannot be is refused with the route that is wrong', () => {
  const errorOf = (plan: RoutingPlan): string => {
    const tree = compileTree(plan);
    return 'error' in tree ? tree.error : 'none';
  };
  assert.match(
    errorOf(planOf(route([], {}, route(terms('a=~"("'))))),
    /^route \{\}\/\{a=~"\("\}: /,
  );
  assert.equal(
    errorOf(planOf(route([], { receiver: 'nobody' }))),
    'route {}: there is no receiver nobody',
  );
  const twice = planOf(route([], {}, route([], { id: 'x' }), route([], { id: 'x' })));
  assert.equal(errorOf(twice), 'two routes have the id x');
  let deep = route(terms('a="1"'));
  for (let i = 1; i < PLAN_LIMITS.route_depth_max; i++) deep = route(terms('a="1"'), {}, deep);
  assert.equal(errorOf(planOf(deep)), 'none');
  assert.match(errorOf(planOf(route([], {}, deep))), /nested deeper than 64/);
});

test('as many routes as the limit says are taken, one more is not', () => {
  const children = Array.from({ length: PLAN_LIMITS.routes_max - 1 }, (_, i) =>
    route(terms(`host="h${i}"`), { id: `r${i}` }),
  );
  const root = route([], { id: 'root' });
  const plan = planOf(root);
  const full = { ...plan, root: { ...root, routes: children } };
  assert.deepEqual(taken(treeOf(full), { host: 'h99998' }), ['r99998']);
  const more = compileTree({ ...plan, root: { ...root, routes: [...children, route([])] } });
  assert.ok('error' in more && /more than 100000 routes/.test(more.error));
});

test('group labels are those that the alarm has', () => {
  const by = route([], { groupBy: ['alertname', 'site', 'toString'] });
  const all = route([], { groupByAll: true });
  const table: readonly (readonly [PlanRoute, Labels, Labels])[] = [
    [by, { alertname: 'Down', job: 'x' }, { alertname: 'Down' }],
    [by, { site: '', alertname: 'Down' }, { alertname: 'Down' }],
    [by, {}, {}],
    [route([]), { alertname: 'Down' }, {}],
    [all, { b: '2', a: '1', c: '' }, { a: '1', b: '2' }],
  ];
  for (const [one, labels, want] of table) assert.deepEqual(groupLabelsOf(one, labels), want);
});

test('keys are written as Alertmanager writes them', () => {
  const table: readonly (readonly [above: string, texts: readonly string[], want: string])[] = [
    ['', [], '{}'],
    ['{}', [], '{}/{}'],
    ['{}', ['team="ops"'], '{}/{team="ops"}'],
    ['{}/{a="1"}', ['b=~"x|y"', 'a!="2"'], '{}/{a="1"}/{a!="2",b=~"x|y"}'],
    ['{}', ['a!~"1"', 'a="1"', 'a="0"'], '{}/{a="0",a="1",a!~"1"}'],
    ['{}', ['a="say "hi"\n\t\\"'], '{}/{a="say \\"hi\\"\\n\t\\\\"}'],
    ['{}', ['name-with-dash="ü"'], '{}/{name-with-dash="ü"}'],
    ['{}', ['with space="\t\u00a0\u{1f642}"'], '{}/{"with space"="\\t\\u00a0\u{1f642}"}'],
  ];
  for (const [above, texts, want] of table) assert.equal(routeKey(above, terms(...texts)), want);
  const one = route([], { key: '{}/{team="ops"}' });
  assert.equal(
    groupKeyOf(one, { site: 'ü"\n\u0001\u007f\u200b\u{e0001}', alertname: 'Down' }),
    '{}/{team="ops"}:{alertname="Down", site="ü\\"\\n\\x01\\x7f\\u200b\\U000e0001"}',
  );
  assert.equal(groupKeyOf(one, {}), '{}/{team="ops"}:{}');
});

test('a group is told by its route and the values, in whatever order they come', () => {
  const one = route([], { id: 'r' });
  const id = groupIdOf(one, { a: '1', b: '2' });
  assert.match(id, /^[0-9a-f]{16}$/);
  assert.equal(groupIdOf(one, { b: '2', a: '1' }), id);
  const others = [
    groupIdOf(route([], { id: 'r#2' }), { a: '1', b: '2' }),
    groupIdOf(one, { a: '1' }),
    groupIdOf(one, { a: '12', b: '' }),
    groupIdOf(one, { a: '2', b: '1' }),
  ];
  assert.equal(new Set([id, ...others]).size, 5);
});
