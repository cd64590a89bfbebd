import { fingerprint } from '../../base/fingerprint.ts';
import type { Labels } from '../alarm/event.ts';
import { labelValue, type Matcher, makeMatcher } from '../alarm/matcher.ts';
import type { Term } from '../alarm/matcher-syntax.ts';
import { labelsText, matchersText } from './label-text.ts';
import { MatcherIndex } from './matcher-index.ts';
import type { GroupId } from './notice.ts';
import { PLAN_LIMITS, type PlanReceiver, type PlanRoute, type RoutingPlan } from './plan.ts';
import type { Subject } from './subject.ts';

/** One node of the compiled tree. */
export interface RouteNode {
  readonly route: PlanRoute;
  readonly receiver: PlanReceiver;
  /** Ids of the routes from the root to this one, both included. */
  readonly path: readonly string[];
}

/** One node that was looked at, and what came of it. */
export interface RouteVisit {
  readonly node: RouteNode;
  readonly matched: boolean;
  /** The first matcher that did not match, and what it was tried on. */
  readonly failed?: { readonly matcher: Term; readonly value: string };
  /** It takes the alarm: it matched and none of its children did. */
  readonly took: boolean;
}

interface Node {
  readonly is: RouteNode;
  readonly matchers: readonly Matcher[];
  readonly children: readonly Node[];
  /** Its children by their matchers; none where there are too few to gain by it. */
  readonly index: MatcherIndex<Node> | undefined;
}

/** Up to so many children are tried one by one. */
const CHILDREN_TRIED_MAX = 4;

type Bad = { readonly error: string };

/** Builds the tree, or says what of the plan cannot be: a pattern, a receiver, a limit. */
export function compileTree(plan: RoutingPlan): RouteTree | Bad {
  const receivers = new Map(plan.receivers.map((receiver) => [receiver.name, receiver]));
  const nodes = new Map<string, Node>();
  const root = compileNode(plan.root, [], receivers, nodes);
  return 'error' in root ? root : new RouteTree(root, nodes);
}

function compileNode(
  route: PlanRoute,
  above: readonly string[],
  receivers: ReadonlyMap<string, PlanReceiver>,
  nodes: Map<string, Node>,
): Node | Bad {
  const path = [...above, route.id];
  if (path.length > PLAN_LIMITS.route_depth_max) {
    return { error: `routes are nested deeper than ${PLAN_LIMITS.route_depth_max}` };
  }
  const receiver = receivers.get(route.receiver);
  if (!receiver) return { error: `route ${route.id}: there is no receiver ${route.receiver}` };
  const matchers = compileTerms(route.matchers);
  if ('error' in matchers) return { error: `route ${route.id}: ${matchers.error}` };
  const children: Node[] = [];
  for (const child of route.routes) {
    const node = compileNode(child, path, receivers, nodes);
    if ('error' in node) return node;
    children.push(node);
  }
  if (nodes.has(route.id)) return { error: `two routes have the id ${route.id}` };
  const node: Node = {
    is: { route, receiver, path },
    matchers,
    children,
    index: indexOf(children),
  };
  nodes.set(route.id, node);
  if (nodes.size > PLAN_LIMITS.routes_max) {
    return { error: `there are more than ${PLAN_LIMITS.routes_max} routes` };
  }
  return node;
}

/** Keys are the places of the children, so that they are found in their order. */
function indexOf(children: readonly Node[]): MatcherIndex<Node> | undefined {
  if (children.length <= CHILDREN_TRIED_MAX) return undefined;
  const index = new MatcherIndex<Node>();
  children.forEach((child, i) => {
    index.set(placeKey(i), child.matchers, child);
  });
  return index;
}

/** Places as texts that sort as the numbers do. */
export const placeKey = (place: number): string => String(place).padStart(7, '0');

/** Terms of a plan as matchers, or why one of them cannot be. */
export function compileTerms(terms: readonly Term[]): readonly Matcher[] | Bad {
  const matchers: Matcher[] = [];
  for (const { name, op, value } of terms) {
    const matcher = makeMatcher(name, op, value);
    if ('error' in matcher) return matcher;
    matchers.push(matcher);
  }
  return matchers;
}

/** The route tree of one plan. */
export class RouteTree {
  readonly #root: Node;
  readonly #nodes: ReadonlyMap<string, Node>;

  constructor(root: Node, nodes: ReadonlyMap<string, Node>) {
    this.#root = root;
    this.#nodes = nodes;
  }

  /** The node of a route by its id. */
  node(id: string): RouteNode | undefined {
    return this.#nodes.get(id)?.is;
  }

  /**
   * The routes that take an alarm, by Alertmanager's rule: depth first; a child that matches stops
   * those after it, unless it says `continue`; where no child matched, the node itself takes it.
   */
  walk(subject: Subject): readonly RouteNode[] {
    const taken: RouteNode[] = [];
    const value = (name: string): string => subject.value(name);
    if (failedOf(this.#root, value) === undefined) walkNode(this.#root, value, taken);
    return taken;
  }

  /** The same walk, told node by node in the order in which they are looked at. */
  explain(subject: Subject): readonly RouteVisit[] {
    const visits: RouteVisit[] = [];
    explainNode(this.#root, (name) => subject.value(name), visits);
    return visits;
  }
}

type Value = (name: string) => string;

const failedOf = (node: Node, value: Value): Matcher | undefined =>
  node.matchers.find((matcher) => !matcher.matches(value(matcher.name)));

/** `node` matched; at least one node is added. */
function walkNode(node: Node, value: Value, taken: RouteNode[]): void {
  const before = taken.length;
  for (const child of node.index?.matching(value) ?? node.children) {
    if (!node.index && failedOf(child, value) !== undefined) continue;
    walkNode(child, value, taken);
    if (!child.is.route.continue) break;
  }
  if (taken.length === before) taken.push(node.is);
}

function explainNode(node: Node, value: Value, visits: RouteVisit[]): boolean {
  const failed = failedOf(node, value);
  if (failed) {
    const { name, op, value: wanted } = failed;
    const why = { matcher: { name, op, value: wanted }, value: value(name) };
    visits.push({ node: node.is, matched: false, failed: why, took: false });
    return false;
  }
  const place = visits.push({ node: node.is, matched: true, took: true }) - 1;
  let took = true;
  for (const child of node.children) {
    if (!explainNode(child, value, visits)) continue;
    took = false;
    if (!child.is.route.continue) break;
  }
  if (!took) visits[place] = { node: node.is, matched: true, took };
  return true;
}

/** The labels a route groups by, as far as the alarm has them; an empty one is a missing one. */
export function groupLabelsOf(route: PlanRoute, labels: Labels): Labels {
  const names = route.groupByAll ? Object.keys(labels).sort() : route.groupBy;
  const pairs: [string, string][] = [];
  for (const name of names) {
    const value = labelValue(labels, name);
    if (value !== '') pairs.push([name, value]);
  }
  return Object.fromEntries(pairs);
}

/** Alertmanager's group key: `{}/{team="ops"}:{alertname="Down"}`. */
export const groupKeyOf = (route: PlanRoute, groupLabels: Labels): string =>
  `${route.key}:${labelsText(groupLabels)}`;

/** 16 hex digits over the route's id, then names and values of its group labels by name. */
export function groupIdOf(route: PlanRoute, groupLabels: Labels): GroupId {
  const parts = [route.id];
  for (const name of Object.keys(groupLabels).sort()) parts.push(name, groupLabels[name] ?? '');
  return fingerprint(parts) as GroupId;
}

/** Alertmanager's key of a route; '' is the parent of the root: `{}`, then `{}/{team="ops"}`. */
export const routeKey = (parentKey: string, matchers: readonly Term[]): string =>
  parentKey === '' ? matchersText(matchers) : `${parentKey}/${matchersText(matchers)}`;
