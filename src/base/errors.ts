/**
 * Every failure a user can meet. A code lives for ever; `say` helps anyone and leaks nothing.
 * `http` is the status on our own API, `exit` the exit code of the command line.
 */
export const FAILURES = {
  ALARM_NOT_FOUND: {
    http: 404,
    exit: 4,
    say: 'There is no alarm {id} on this desk.',
  },
  NOT_FOUND: { http: 404, exit: 4, say: 'There is no {what} here.' },
  EPISODE_PASSED: {
    http: 409,
    exit: 5,
    say:
      'Alarm {id} has been raised again since you looked (episode {now}, you saw {saw}). Look ' +
      'again, then act.',
  },
  ACTION_REFUSED: { http: 409, exit: 5, say: '{why}' },
  REASON_MISSING: {
    http: 422,
    exit: 2,
    say: '{verb} needs a reason: say why in `reason`.',
  },
  END_OUT_OF_RANGE: {
    http: 422,
    exit: 2,
    say: '`until` must be later than now and at most {max} ahead; you asked for {asked}.',
  },
  DOCUMENT_INCOMPLETE: {
    http: 422,
    exit: 2,
    say: 'Nothing was begun: {count} missing or wrong. `{field}`: {expected}.',
  },
  FIELD_INVALID: { http: 422, exit: 2, say: '`{field}`: {expected}.' },
  INPUT_REFUSED: { http: 422, exit: 2, say: '{why}' },
  BODY_INVALID: {
    http: 400,
    exit: 2,
    say: 'The body is not what was expected: {why}.',
  },
  BODY_TOO_LARGE: {
    http: 413,
    exit: 2,
    say: 'The body is larger than {max}. Send less at once.',
  },
  CONTENT_UNSUPPORTED: { http: 415, exit: 2, say: 'Send {expected}; this is {got}.' },
  METHOD_NOT_ALLOWED: { http: 405, exit: 2, say: '{path} takes {allowed}.' },
  MATCHER_INVALID: { http: 422, exit: 2, say: 'Bad matcher {matcher}: {why}.' },
  CURSOR_INVALID: {
    http: 422,
    exit: 2,
    say: 'This cursor is not one of ours. Start again without it.',
  },
  NOT_SIGNED_IN: { http: 401, exit: 3, say: 'Sign in first, or send a token.' },
  NOT_ALLOWED: {
    http: 403,
    exit: 3,
    say: 'This needs the role or scope {need}.',
  },
  CSRF_FAILED: {
    http: 403,
    exit: 3,
    say: 'This form did not come from this desk, or is old. Load the page again.',
  },
  ORIGIN_REFUSED: {
    http: 403,
    exit: 3,
    say:
      'This came from {origin}, which is not where this desk lives. Open the desk at its own ' +
      'address, or name that address in --web.external-url.',
  },
  SIGN_IN_FAILED: {
    http: 401,
    exit: 3,
    say: 'That name and password do not go together.',
  },
  SIGN_IN_BROKEN: {
    http: 401,
    exit: 3,
    say: 'Your organisation’s sign-in did not work: {why}. Try again.',
  },
  LINK_SPENT: {
    http: 410,
    exit: 3,
    say: 'This link was used already or is too old. Ask for a new one.',
  },
  LOGIN_TAKEN: { http: 409, exit: 5, say: 'Somebody signs in as {login} already.' },
  TOO_MANY: {
    http: 429,
    exit: 6,
    say: 'Too many requests. Try again in {seconds} s.',
  },
  JOURNAL_DOWN: {
    http: 503,
    exit: 6,
    say:
      'The desk cannot write to its disk now ({why}). Nothing was lost that was answered with ' +
      'success; send this again.',
  },
  OVER_BUDGET: {
    http: 429,
    exit: 6,
    say: 'Too much of {source} waits to be written, others are taken. Send this again more slowly.',
  },
  BUSY: {
    http: 503,
    exit: 6,
    say: 'The desk is behind with its work ({why}). Send this again.',
  },
  STARTING: {
    http: 503,
    exit: 6,
    say: 'The desk is starting. Try again in a few seconds.',
  },
  DATA_IN_USE: {
    http: 500,
    exit: 7,
    say:
      'Another desk (process {pid}) is using {folder}. Stop it, or give this one its own ' +
      'folder with --storage.path.',
  },
  DATA_MISMATCH: {
    http: 500,
    exit: 7,
    say: 'The data in {folder} does not fit together: {why}.',
  },
  LISTEN_FAILED: {
    http: 500,
    exit: 2,
    say: 'Nothing can listen on {where}: {why}. Stop what uses it, or name another with {flag}.',
  },
  LISTEN_NOT_ALLOWED: {
    http: 500,
    exit: 2,
    say:
      'The desk has no right to listen on {where}: ports below 1024 need one. Give it ' +
      'CAP_NET_BIND_SERVICE, let systemd hand over the socket, or redirect the port to 1162.',
  },
  SETTINGS_INVALID: { http: 422, exit: 2, say: '{file}: {why}' },
  CONFIG_INVALID: {
    http: 422,
    exit: 2,
    say: 'This configuration cannot be used ({count}). Line {line}, column {column}: {why}',
  },
  CONFIG_CONFLICT: {
    http: 409,
    exit: 5,
    say:
      'Revision {now} was saved meanwhile; your text was made from {saw}. Compare them, then ' +
      'save again.',
  },
  RULES_INVALID: {
    http: 422,
    exit: 2,
    say: 'These rules cannot be used ({count}). Line {line}, column {column}: {why}',
  },
  FEED_INVALID: {
    http: 422,
    exit: 2,
    say: 'This inventory cannot be read. Line {line}: {why}.',
  },
  FEED_CONFLICT: {
    http: 409,
    exit: 5,
    say: 'Feed {feed} is at version {now}; you looked at {saw}. Look again, then import.',
  },
  TEMPLATE_INVALID: { http: 422, exit: 2, say: '{why}' },
  USAGE_INVALID: { http: 400, exit: 2, say: '{why}' },
  ANSWER_STRANGE: {
    http: 502,
    exit: 1,
    say: '{what} answered what this program does not understand: {why}. Is it a Tocsin desk?',
  },
  METRICS_FAILED: {
    http: 502,
    exit: 6,
    say: 'There are no metrics: {why}.',
  },
  PEER_REFUSED: {
    http: 502,
    exit: 3,
    say: '{what} refused (status {status}). Give a token that may read it with --old-token-file.',
  },
  PEER_STRANGE: {
    http: 502,
    exit: 6,
    say: '{what} answered what this program does not understand: {why}. Is it {kind}?',
  },
  UNREACHABLE: { http: 502, exit: 6, say: '{what} did not answer: {why}.' },
} as const;

export type FailureCode = keyof typeof FAILURES;

/** A failure with a code of the table. `inside` goes to the log and nowhere else. */
export class DeskError extends Error {
  readonly code: FailureCode;
  readonly facts: Readonly<Record<string, string | number>>;
  readonly inside: unknown;
  constructor(
    code: FailureCode,
    facts: Readonly<Record<string, string | number>> = {},
    inside?: unknown,
  ) {
    super(sentence(FAILURES[code].say, facts));
    this.name = 'DeskError';
    this.code = code;
    this.facts = facts;
    this.inside = inside;
  }
  get status(): number {
    return FAILURES[this.code].http;
  }
  get exit(): number {
    return FAILURES[this.code].exit;
  }
}

/** We broke a promise of our own. Never caught to carry on; the fold sets the entry aside. */
export class BugError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'BugError';
  }
}

/** The compiler proves that this is never reached; a new union member stops it compiling. */
export function unreachable(value: never): never {
  throw new BugError(`unreachable: ${JSON.stringify(value)}`);
}

const sentence = (say: string, facts: Readonly<Record<string, string | number>>): string =>
  say.replace(/\{(\w+)\}/g, (_, name: string) => String(facts[name] ?? `{${name}}`));
