import { unreachable } from '../base/errors.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Draft } from './draft.ts';
import type { ActEntry, AlarmAct, TargetResult } from './entry.ts';
import type { State } from './state.ts';
import { changeAccount } from './verbs/account.ts';
import { acknowledge } from './verbs/acknowledge.ts';
import { assign } from './verbs/assign.ts';
import { close } from './verbs/close.ts';
import { comment } from './verbs/comment.ts';
import { setMaintenance } from './verbs/maintenance.ts';
import { reopen } from './verbs/reopen.ts';
import { revise } from './verbs/revise.ts';
import { setRule } from './verbs/rule.ts';
import { shelve } from './verbs/shelve.ts';
import { silence } from './verbs/silence.ts';
import { saveRules } from './verbs/source-rules.ts';
import { testNotice } from './verbs/test-notice.ts';
import { ticket } from './verbs/ticket.ts';
import { unacknowledge } from './verbs/unacknowledge.ts';
import { takeUnread } from './verbs/unread.ts';
import { unshelve } from './verbs/unshelve.ts';

/** What a person asked for. Whatever comes of it, it is in the audit log. */
export function act(
  draft: Draft,
  state: State,
  entry: ActEntry,
): {
  readonly results: readonly TargetResult[];
  readonly refused?: string;
  readonly made?: string;
} {
  const { by, act: asked } = entry;
  switch (asked.verb) {
    case 'user.add':
    case 'user.role':
    case 'user.disable':
    case 'user.enable':
    case 'token.add':
    case 'token.revoke': {
      const refused = changeAccount(draft, asked, () => admins(state));
      const subject = 'user' in asked ? asked.user : asked.token;
      const detail = 'role' in asked ? asked.role : 'scope' in asked ? asked.scope : '';
      draft.audit.push({ by, verb: asked.verb, subject, outcome: refused ?? 'done', detail });
      return refused === undefined ? { results: [] } : { results: [], refused };
    }
    case 'revision.apply': {
      const made = revise(draft, state, by, asked);
      const { verb, from: subject, why } = asked;
      const detail = why === '' ? made : `${made}: ${why}`;
      draft.audit.push({ by, verb, subject, outcome: 'done', detail });
      return { results: [], made };
    }
    case 'silence.set':
    case 'silence.expire': {
      const { refused, made } = silence(draft, by, asked, state.count('silences'));
      const subject = made ?? ('silence' in asked ? (asked.silence ?? '') : '');
      const detail = asked.verb === 'silence.set' ? asked.comment : '';
      draft.audit.push({ by, verb: asked.verb, subject, outcome: refused ?? 'done', detail });
      if (refused !== undefined) return { results: [], refused };
      return { results: [], ...(made === undefined ? {} : { made }) };
    }
    case 'rule.set':
    case 'rule.remove': {
      const { refused, made } = setRule(draft, by, asked, state.count('rules'));
      const { verb, reason: detail } = asked;
      const subject = made ?? asked.rule ?? '';
      draft.audit.push({ by, verb, subject, outcome: refused ?? 'done', detail });
      return refused === undefined
        ? { results: [], ...(made && { made }) }
        : { results: [], refused };
    }
    case 'maintenance.set':
    case 'maintenance.end': {
      const { refused, made } = setMaintenance(draft, by, asked, state.count('maintenances'));
      const { verb, reason: detail } = asked;
      const subject = made ?? asked.maintenance ?? '';
      draft.audit.push({ by, verb, subject, outcome: refused ?? 'done', detail });
      return refused === undefined
        ? { results: [], ...(made && { made }) }
        : { results: [], refused };
    }
    case 'notify.test': {
      const { refused, made } = testNotice(draft, state, asked);
      const { verb, receiver: subject } = asked;
      draft.audit.push({ by, verb, subject, outcome: refused ?? 'done', detail: made });
      return refused === undefined ? { results: [], made } : { results: [], refused };
    }
    case 'notify.restart': {
      const held = draft.get('plans', 'plan');
      if (held) draft.put('plans', 'plan', held); // written again, it is followed as a new one
      const { verb } = asked;
      draft.audit.push({ by, verb, subject: held?.revision ?? '', outcome: 'done', detail: '' });
      return { results: [] };
    }
    case 'source.rules': {
      const { refused, made } = saveRules(draft, state, by, asked);
      const { verb, source: subject, why } = asked;
      draft.audit.push({ by, verb, subject, outcome: refused ?? 'done', detail: why });
      return refused === undefined ? { results: [], made } : { results: [], refused };
    }
    case 'source.unread': {
      const taken = takeUnread(draft, asked);
      const { verb, source: subject, how, why } = asked;
      const detail = why === '' ? `${taken} ${how}` : `${taken} ${how}: ${why}`;
      draft.audit.push({ by, verb, subject, outcome: 'done', detail });
      return { results: [], made: String(taken) };
    }
    default: {
      const results = onAlarms(draft, by, asked);
      for (const result of results) auditOne(draft, by, asked, result);
      return { results };
    }
  }
}

/** Every verb on alarms. To add one: its file in `verbs/`, its type in `entry.ts`, a line here. */
function onAlarms(draft: Draft, by: UserId, asked: AlarmAct): readonly TargetResult[] {
  switch (asked.verb) {
    case 'acknowledge':
      return acknowledge(draft, { ...asked, by });
    case 'unacknowledge':
      return unacknowledge(draft, { ...asked, by });
    case 'close':
      return close(draft, { ...asked, by });
    case 'reopen':
      return reopen(draft, { ...asked, by });
    case 'comment':
      return comment(draft, { ...asked, by });
    case 'assign':
      return assign(draft, { ...asked, by });
    case 'ticket':
      return ticket(draft, { ...asked, by });
    case 'shelve':
      return shelve(draft, { ...asked, by });
    case 'unshelve':
      return unshelve(draft, { ...asked, by });
    default:
      return unreachable(asked);
  }
}

function auditOne(draft: Draft, by: UserId, asked: AlarmAct, result: TargetResult): void {
  const detail = 'reason' in asked ? asked.reason : asked.note;
  const outcome = result.ok ? 'done' : result.why;
  draft.audit.push({ by, verb: asked.verb, subject: result.id, outcome, detail });
}

function admins(state: State): number {
  let count = 0;
  for (const user of state.all('users')) if (user.role === 'admin' && !user.disabled) count++;
  return count;
}
