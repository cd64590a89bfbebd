import { type Refusal, refusalText } from '../../src/base/refusal.ts';

/** The sentence of a refusal; '' where nothing was refused. */
export const saidOf = (refused: Refusal | undefined): string =>
  refused === undefined ? '' : refusalText(refused);
