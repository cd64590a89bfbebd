import type { FailureCode } from '../base/errors.ts';

/** What to do about a failure: shown by `tocsin explain` under the sentence of the catalogue. */
export const ADVICE: Readonly<Partial<Record<FailureCode, string>>> = {
  ALARM_NOT_FOUND:
    'The id was mistyped, or the alarm is older than the history this desk keeps. `tocsin ' +
    'alarms --state any` lists what it knows.',
  NOT_FOUND: 'Check the name for a slip. Lists show what there is: `tocsin users list` and so on.',
  EPISODE_PASSED:
    'You acted on something that had ended: the alarm cleared and was raised again meanwhile. ' +
    'Nothing was changed. Look with `tocsin show ID`, then act again if it still makes sense.',
  ACTION_REFUSED:
    'The state of the alarm does not allow it, for instance closing one whose source still says ' +
    'it is raised. The sentence says which. Nothing was changed.',
  INPUT_REFUSED:
    'The sentence says what of it cannot be taken. Nothing was changed: correct it and send again.',
  REASON_MISSING: 'What hides an alarm needs a reason that the next shift can read: --reason.',
  END_OUT_OF_RANGE:
    'A shelf and an acknowledgement may end at most 30 days ahead. Choose an end (--for 8h, ' +
    '--until 2026-03-01T06:00:00Z); shelve again when it comes.',
  DOCUMENT_INCOMPLETE:
    'A document is never half. Everything that is missing is named with the place where it is ' +
    'filled in: with -v NAME=VALUE, or on the page of the incident. Then ask for it again.',
  METRICS_FAILED:
    'The reason is the server’s own, or what happened on the way to it. Look at the data source ' +
    'and the expression in the configuration, and try the expression on that server.',
  FIELD_INVALID: 'The sentence names the field and what was expected. Correct it and send again.',
  BODY_INVALID: 'Send JSON with the content type application/json, in the shape /api/v1 documents.',
  BODY_TOO_LARGE: 'Split the batch. Nothing of it was taken.',
  CONTENT_UNSUPPORTED:
    'Set the content type the sentence names: application/json nearly everywhere.',
  METHOD_NOT_ALLOWED: 'The address is right, the method is not. /api/v1 documents which it takes.',
  MATCHER_INVALID:
    'A matcher is NAME OP VALUE, with = != =~ or !~ as OP, for instance site="oslo" or ' +
    'severity=~"critical|major". Quote it for the shell.',
  CURSOR_INVALID: 'Take `next` from the answer before, unchanged, with the same filters.',
  NOT_SIGNED_IN:
    'Give a token: --token-file FILE, or TOCSIN_TOKEN. On the machine of the desk, --data FOLDER ' +
    'finds the token in its admin.token. `tocsin tokens add` makes one.',
  NOT_ALLOWED:
    'The token or the user has a smaller role than this needs. An admin changes it with `tocsin ' +
    'users role` or `tocsin tokens add`.',
  CSRF_FAILED: 'Load the page again and repeat. If it stays, sign out and in.',
  ORIGIN_REFUSED:
    'A browser sent it from a page that is not of this desk, or by a host name the desk does not ' +
    'know: set --web.external-url to the address people use.',
  SIGN_IN_FAILED:
    'Check name and password. An admin makes a link for a new password with `tocsin users link`.',
  SIGN_IN_BROKEN:
    'The organisation’s own sign-in (OpenID Connect) refused or did not answer. Try again; an ' +
    'admin compares the settings under sign_in with what the provider has.',
  LINK_SPENT:
    'A one-time link works once and for a day, and a newer one ends it. `tocsin users link ' +
    'LOGIN` makes another; a desk without an admin prints one at its start.',
  LOGIN_TAKEN: 'Choose another login, or give that person another role: `tocsin users role`.',
  TOO_MANY: 'Wait as long as it says. Send alarms in batches instead of one by one.',
  JOURNAL_DOWN:
    'The disk is full, read-only or failing. Free space or repair it: the desk goes on by ' +
    'itself. What it answered with success is safe; send the rest again.',
  BUSY: 'Wait a moment and send again. If it lasts, look at /metrics for what is behind.',
  OVER_BUDGET:
    'One source floods; its share of the desk is full and the others are served. Send again more ' +
    'slowly, and look at the page of the sources for who it is.',
  STARTING: 'The desk reads its journal. A few seconds; with a large journal, somewhat longer.',
  DATA_IN_USE:
    'One folder belongs to one running desk. Stop the other one, or give this one its own folder ' +
    'with --storage.path. A backup of a running desk goes through the desk: `tocsin backup`.',
  DATA_MISMATCH:
    'Journal and history are not from the same desk or not from the same time, for instance ' +
    'after copying files of a running desk. Put back a whole backup with `tocsin restore`.',
  LISTEN_FAILED:
    'Often another program (a second desk, Alertmanager) holds the port already: `ss -lntup` ' +
    'names it. Ports below 1024 need a right of their own; an address must be one of this machine.',
  LISTEN_NOT_ALLOWED:
    'The guide to SNMP (docs/guide/snmp.md, "The port") has a unit file, a socket unit and a ' +
    'redirect rule to copy. The desk runs meanwhile, and takes in everything else.',
  SETTINGS_INVALID:
    'The sentence names the file, line and column. `tocsin check FILE` shows all faults at once.',
  CONFIG_INVALID:
    'Nothing was changed. `tocsin check FILE` shows all faults at once, each with its line.',
  CONFIG_CONFLICT:
    'Somebody saved another revision since yours was begun, and nothing of it was overwritten. ' +
    '`tocsin revisions diff` shows what they changed; take it over, then apply with --based-on.',
  RULES_INVALID:
    'Nothing was saved. `tocsin rules try SOURCE FILE` shows all faults at once, with their lines.',
  FEED_INVALID:
    'Nothing was imported. Mend the line that is named, then `tocsin inventory plan FILE` again.',
  FEED_CONFLICT:
    'Nothing was imported. `tocsin inventory versions FEED` says who changed it meanwhile. Look ' +
    'at `tocsin inventory plan FILE` again, then import with --based-on and the new version.',
  TEMPLATE_INVALID:
    'The sentence names file, line and column of the template. `tocsin template render` shows ' +
    'what it gives before a page depends on it.',
  USAGE_INVALID: 'Read the help of the command: tocsin COMMAND --help.',
  ANSWER_STRANGE:
    'Something else listens there, or the desk is of another version. Check --url and compare ' +
    '`tocsin version` with the version the desk shows.',
  PEER_REFUSED:
    'The desk that is compared with wants to know who asks. Write a token that may read, or ' +
    'user:password, into a file and name it with --old-token-file.',
  PEER_STRANGE:
    'Something else listens there, or KIND is the other one. The address is the one of the desk ' +
    'itself, without /api/v2; behind a proxy its path belongs to it.',
  UNREACHABLE:
    'Is it running, and is the address right? The command line looks at --url, then TOCSIN_URL, ' +
    'then http://127.0.0.1:9093. Over a network, is a firewall between?',
};
