import { matcherText } from '../../domain/alarm/matcher.ts';
import type { Term } from '../../domain/alarm/matcher-syntax.ts';
import { matchersText } from '../../domain/routing/label-text.ts';
import type { Subject } from '../../domain/routing/subject.ts';
import type { RouteNode, RouteTree, RouteVisit } from '../../domain/routing/tree.ts';

/** Of routes that were passed by, so many are named; all that matched are. */
export const ROUTE_STEPS_PASSED_MAX = 200;

/** One route that was looked at on the way of an alarm, in the order of looking. */
export interface RouteStep {
  readonly id: string;
  /** 0 is the root. */
  readonly depth: number;
  /** `{team="ops"}` */
  readonly matchers: string;
  readonly receiver: string;
  readonly matched: boolean;
  /** It takes the alarm. */
  readonly took: boolean;
  /** It matched, and the routes after it are looked at all the same. */
  readonly goesOn: boolean;
  /** Of a route passed by: the matcher that did not fit, and the value it looked at. */
  readonly failed: { readonly matcher: string; readonly value: string } | undefined;
}

export interface RouteWay {
  readonly steps: readonly RouteStep[];
  /** Routes passed by that are not named. */
  readonly leftOut: number;
  /** The routes that take it, in their order. */
  readonly taken: readonly RouteNode[];
}

/** The way of an alarm through the tree, with the reason at every fork. */
export function routeWay(tree: RouteTree, subject: Subject): RouteWay {
  const steps: RouteStep[] = [];
  const taken: RouteNode[] = [];
  let passed = 0;
  for (const visit of tree.explain(subject)) {
    if (visit.took) taken.push(visit.node);
    if (!visit.matched && ++passed > ROUTE_STEPS_PASSED_MAX) continue;
    steps.push(stepOf(visit));
  }
  return { steps, leftOut: Math.max(0, passed - ROUTE_STEPS_PASSED_MAX), taken };
}

function stepOf({ node, matched, took, failed }: RouteVisit): RouteStep {
  const { route, receiver, path } = node;
  return {
    id: route.id,
    depth: path.length - 1,
    matchers: matchersText(route.matchers),
    receiver: receiver.name,
    matched,
    took,
    goesOn: matched && route.continue,
    failed: failed && { matcher: matcherText(failed.matcher as Term), value: failed.value },
  };
}
