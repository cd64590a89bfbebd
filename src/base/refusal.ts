import { DeskError } from './errors.ts';

/**
 * Why what was asked for is not done. A value: it is decided where the state is known, and told as
 * a sentence, as a failure of the catalogue, or at a field of a form.
 *
 * field   what was sent cannot be used
 * absent  it is about something that is not here
 * state   what became of the thing does not allow it, or there is no room
 */
export type Refusal =
  | {
      readonly kind: 'field';
      /** As the act calls it, with its place in a list: `matchers[0]`. */
      readonly field: string;
      /** Without a full stop. */
      readonly expected: string;
    }
  | {
      readonly kind: 'absent';
      /** Goes on from "There is no": `such view`, `schedule "noc"`. */
      readonly what: string;
      /** Where it may be gone to, without a full stop. */
      readonly hint?: string;
    }
  | {
      readonly kind: 'state';
      /** Whole sentences that say what to do, if anything can be done. */
      readonly why: string;
    };

/** What an act made, or why it was refused. */
export interface Did {
  readonly refused?: Refusal;
  readonly made?: string;
}

export const atField = (field: string, expected: string): Refusal => ({
  kind: 'field',
  field,
  expected,
});

export const absent = (what: string, hint?: string): Refusal =>
  hint === undefined ? { kind: 'absent', what } : { kind: 'absent', what, hint };

export const byState = (why: string): Refusal => ({ kind: 'state', why });

/** The sentence a person reads, and the audit log keeps. */
export function refusalText(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'field':
      return `${refusal.field}: ${refusal.expected}.`;
    case 'absent':
      return `There is no ${refusal.what}${refusal.hint === undefined ? '' : `: ${refusal.hint}`}.`;
    case 'state':
      return refusal.why;
  }
}

/** The same as a failure of the catalogue: 422, 404 or 409. */
export function refusalFailure(refusal: Refusal): DeskError {
  switch (refusal.kind) {
    case 'field':
      return new DeskError('FIELD_INVALID', {
        field: refusal.field,
        expected: refusal.expected,
      });
    case 'absent':
      return new DeskError('NOT_FOUND', { what: refusal.what });
    case 'state':
      return new DeskError('ACTION_REFUSED', { why: refusal.why });
  }
}
