import { DeskError } from '../base/errors.ts';

/**
 * What the fold refused, as a failure of the catalogue. It names the field that is to blame, if one
 * is (`owner: 1 to 256 characters expected.`): that is wrong input. What is not there is not found.
 * All else is about what became of the thing meanwhile.
 */
export function refusedFor(why: string): DeskError {
  const [, what] = /^There is no (such [^.]*|\w+ "[^"]*")\.$/.exec(why) ?? [];
  if (what !== undefined) return new DeskError('NOT_FOUND', { what });
  const [, field, expected] = /^([\w.[\]]+): (.*?)\.?$/.exec(why) ?? [];
  if (field !== undefined && expected !== undefined) {
    return new DeskError('FIELD_INVALID', { field, expected });
  }
  return new DeskError('ACTION_REFUSED', { why });
}
