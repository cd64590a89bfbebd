import { WINDOW } from '../../domain/slo/plan.ts';

/**
 * Why an expression cannot be asked for a window; '' when it can. A bare selector is wrapped;
 * whatever is more must say where its window stands.
 */
export function expressionFault(expression: string): string {
  const bare = expression.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`/g, '');
  if (bare.includes(WINDOW) || !/[([]|\b(?:or|and|unless)\b|[-+*/%]/.test(bare)) return '';
  return `an expression needs \`${WINDOW}\` where the length of its window stands: [${WINDOW}]`;
}
