/** One route on the way of an alarm: shape of src/http/api/notice-shapes.ts. */
export interface RouteStepAnswer {
  readonly depth: number;
  readonly matchers: string;
  readonly receiver: string;
  readonly matched: boolean;
  readonly took: boolean;
  readonly goesOn: boolean;
  readonly failed: { readonly matcher: string; readonly value: string } | null;
}

/** The way through the tree, a line for each route, with its indent. */
export const routeLines = (
  steps: readonly RouteStepAnswer[],
): readonly (readonly [indent: number, words: string])[] =>
  steps.map((step) => [2 + step.depth * 2, stepText(step)]);

function stepText({ matchers, receiver, matched, took, goesOn, failed }: RouteStepAnswer): string {
  const name = matchers === '{}' ? 'everything' : matchers;
  if (!matched) {
    const value = failed === null ? '' : ` (${failed.matcher} does not fit "${failed.value}")`;
    return `- ${name}: no${value}`;
  }
  const on = goesOn ? ', and goes on (continue)' : '';
  return took ? `* ${name}: takes it for ${receiver}${on}` : `+ ${name}: yes, look further${on}`;
}
