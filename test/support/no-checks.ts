import { DeskError } from '../../src/base/errors.ts';
import type { ChecksDoor } from '../../src/http/checks-door.ts';

/** A desk that checks nothing. */
export const NO_CHECKS: ChecksDoor = {
  slos: {
    all: () => [],
    one: () => undefined,
    history: async () => ({}),
    run: () => Promise.reject(new DeskError('NOT_FOUND', { what: 'such objective' })),
    heat: {
      all: () => [],
      ask: () => Promise.reject(new DeskError('BUSY', { why: 'nobody asks' })),
    },
  },
  all: () => [],
  one: () => undefined,
  runs: async () => [],
  points: async () => ({}),
  run: () => Promise.reject(new DeskError('NOT_FOUND', { what: 'such check' })),
  evidence: async () => undefined,
};
