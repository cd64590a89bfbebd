import { unreachable } from '../base/errors.ts';
import { type Refusal, refusalText } from '../base/refusal.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { DocumentAct } from './document-acts.ts';
import type { Draft } from './draft.ts';
import type { Act, ActEntry, AlarmAct, RevisionAct, TargetResult } from './entry.ts';
import type { HandoverAct } from './handover-acts.ts';
import type { InventoryAct, TypeAct } from './inventory-act.ts';
import type { MemoryAct } from './memory-acts.ts';
import type { NotifyAct } from './notify-acts.ts';
import type { PersonAct } from './page-acts.ts';
import type { RotaAct, SwapAct } from './rota-acts.ts';
import type { RunAct } from './run-acts.ts';
import type { MaintenanceAct, RuleAct, SourceAct } from './standing-acts.ts';
import type { State } from './state.ts';
import { changeAccount } from './verbs/account.ts';
import { acknowledge } from './verbs/acknowledge.ts';
import { followUp } from './verbs/action.ts';
import { decideType } from './verbs/alarm-type.ts';
import { assign } from './verbs/assign.ts';
import { caution } from './verbs/caution.ts';
import { close } from './verbs/close.ts';
import { comment } from './verbs/comment.ts';
import { changeContact } from './verbs/contact.ts';
import { decide, liftSilence } from './verbs/decision.ts';
import { onDocument } from './verbs/document.ts';
import { handOver } from './verbs/handover-note.ts';
import { onIncident } from './verbs/incident.ts';
import { changeInventory } from './verbs/inventory.ts';
import { setMaintenance } from './verbs/maintenance.ts';
import { override } from './verbs/override.ts';
import { onPage } from './verbs/page.ts';
import { reopen } from './verbs/reopen.ts';
import { revise } from './verbs/revise.ts';
import { setRule } from './verbs/rule.ts';
import { onRun } from './verbs/run.ts';
import { shelve } from './verbs/shelve.ts';
import { silence } from './verbs/silence.ts';
import { saveRules } from './verbs/source-rules.ts';
import { swap } from './verbs/swap.ts';
import { testNotice } from './verbs/test-notice.ts';
import { ticket } from './verbs/ticket.ts';
import { unacknowledge } from './verbs/unacknowledge.ts';
import { takeUnread } from './verbs/unread.ts';
import { unshelve } from './verbs/unshelve.ts';
import { changeView } from './verbs/view.ts';

/** What a person asked for. Whatever comes of it, it is in the audit log. */
export function act(
  draft: Draft,
  state: State,
  entry: ActEntry,
): {
  readonly results: readonly TargetResult[];
  readonly refused?: Refusal;
  readonly made?: string;
} {
  const { by, act: asked } = entry;
  if ('on' in asked) {
    const results = onAlarms(draft, by, asked);
    for (const result of results) auditOne(draft, by, asked, result);
    return { results };
  }
  const { verb } = asked;
  const { refused, made, subject, detail } = onDesk(draft, state, by, asked);
  // Parts of an inventory are no news before they are switched to.
  if (verb !== 'inventory.put' || refused !== undefined) {
    const outcome = refused === undefined ? 'done' : refusalText(refused);
    draft.audit.push({ by, verb, subject, outcome, detail });
  }
  if (refused !== undefined) return { results: [], refused };
  return { results: [], ...(made === undefined ? {} : { made }) };
}

/** What an act that is not on alarms did, and what the audit log says of it. */
interface Did {
  readonly refused?: Refusal | undefined;
  readonly made?: string | undefined;
  readonly subject: string;
  readonly detail: string;
}

/** Every other verb. To add one: its file in `verbs/`, its type in `entry.ts`, a case here. */
function onDesk(draft: Draft, state: State, by: UserId, asked: Exclude<Act, AlarmAct>): Did {
  if ('handover' in asked) return onHandover(draft, state, by, asked);
  switch (asked.verb) {
    case 'user.add':
    case 'user.role':
    case 'user.disable':
    case 'user.enable':
    case 'token.add':
    case 'token.revoke':
      return onAccounts(draft, state, asked);
    case 'revision.apply':
      return onRevision(draft, state, by, asked);
    case 'silence.set':
    case 'silence.expire': {
      const did = silence(draft, by, asked, state.count('silences'));
      if (asked.verb === 'silence.expire') liftSilence(draft, state, asked.silence, by);
      const detail = asked.verb === 'silence.set' ? asked.comment : '';
      return { ...did, subject: did.made ?? asked.silence ?? '', detail };
    }
    case 'rule.set':
    case 'rule.remove':
    case 'maintenance.set':
    case 'maintenance.renew':
    case 'maintenance.end':
    case 'override.set':
    case 'override.remove':
    case 'swap.ask':
    case 'swap.take':
    case 'swap.withdraw':
    case 'type.set':
    case 'type.remove':
      return onStanding(draft, state, by, asked);
    case 'page.answer':
    case 'page.climb':
    case 'contact.set':
    case 'contact.remove':
    case 'contact.test':
    case 'contact.verify':
    case 'view.set':
    case 'view.remove':
    case 'view.start':
      return onPeople(draft, state, by, asked);
    case 'notify.test':
    case 'notify.try':
    case 'notify.restart':
      return onNotify(draft, state, asked);
    case 'source.rules':
    case 'source.unread':
    case 'inventory.put':
    case 'inventory.switch':
      return onSources(draft, state, by, asked);
    case 'run.start':
    case 'run.tick':
    case 'run.stop':
      return onRuns(draft, state, by, asked);
    case 'document.ask':
    case 'document.attach':
    case 'document.again':
    case 'document.remove':
      return onDocuments(draft, state, by, asked);
    default:
      return onMemory(draft, state, by, asked);
  }
}

/** What a shift tells the next one: the audit log has to whom, and what was asked. */
function onHandover(draft: Draft, state: State, by: UserId, asked: HandoverAct): Did {
  const did = handOver(draft, state, by, asked);
  const subject = did.made ?? asked.handover;
  if (asked.verb === 'handover.ask') return { ...did, subject, detail: asked.text };
  if (asked.verb !== 'handover.offer') return { ...did, subject, detail: '' };
  const { to } = asked;
  const name = to.is === 'person' ? to.person : to.is === 'team' ? to.team : to.schedule;
  return { ...did, subject, detail: `${to.is} ${name}` };
}

/** Another configuration holds. */
function onRevision(draft: Draft, state: State, by: UserId, asked: RevisionAct): Did {
  const made = revise(draft, state, by, asked);
  return { made, subject: asked.from, detail: [made, asked.why].filter(Boolean).join(': ') };
}

/** Who may do what here. */
function onAccounts(draft: Draft, state: State, asked: Parameters<typeof changeAccount>[2]): Did {
  const refused = changeAccount(draft, state, asked, () => admins(state));
  const subject = 'user' in asked ? asked.user : asked.token;
  const detail = 'role' in asked ? asked.role : 'scope' in asked ? asked.scope : '';
  return { refused, subject, detail };
}

/** Notices are tried, or all begins anew with them. */
function onNotify(draft: Draft, state: State, asked: NotifyAct): Did {
  if (asked.verb === 'notify.test') {
    const did = testNotice(draft, state, asked);
    return { ...did, subject: asked.receiver, detail: did.made };
  }
  if (asked.verb === 'notify.try') {
    return { subject: asked.receiver, detail: `${asked.kind}, as typed in a form` };
  }
  const held = draft.get('plans', 'plan');
  if (held) draft.put('plans', 'plan', held); // written again, it is followed as a new one
  return { subject: held?.revision ?? '', detail: '' };
}

/** What the desk does by itself because somebody said so. */
function onRuns(draft: Draft, state: State, by: UserId, asked: RunAct): Did {
  const did = onRun(draft, state, by, asked);
  const subject = did.made ?? ('run' in asked ? asked.run : '');
  if (asked.verb === 'run.start')
    return { ...did, subject, detail: `${asked.runbook.name}: ${asked.why}` };
  if (asked.verb === 'run.stop') return { ...did, subject, detail: asked.why };
  const detail = `step ${asked.step + 1} ${asked.how}`;
  return { ...did, subject, detail: asked.note === '' ? detail : `${detail}: ${asked.note}` };
}

/** What the desk writes for people. */
function onDocuments(draft: Draft, state: State, by: UserId, asked: DocumentAct): Did {
  const did = onDocument(draft, state, by, asked);
  if (asked.verb === 'document.attach') {
    const { attachment: subject, begun, moved } = asked;
    return { ...did, subject, detail: `${begun.length} begun, ${moved.length} moved` };
  }
  if (asked.verb !== 'document.ask') {
    return { ...did, subject: asked.document, detail: 'why' in asked ? asked.why : '' };
  }
  const { template, incident } = asked.job;
  const detail = incident === undefined ? template : `${template}: ${incident}`;
  return { ...did, subject: did.made ?? '', detail };
}

/** What comes in, and what is known of the things it is about. */
function onSources(draft: Draft, state: State, by: UserId, asked: SourceAct | InventoryAct): Did {
  switch (asked.verb) {
    case 'source.rules': {
      const did = saveRules(draft, state, by, asked);
      return { ...did, subject: asked.source, detail: asked.why };
    }
    case 'inventory.put':
    case 'inventory.switch': {
      const did = changeInventory(draft, state, by, asked);
      const detail = 'why' in asked ? `${asked.from}: ${asked.why}` : '';
      return { ...did, subject: asked.feed, detail };
    }
    case 'source.unread': {
      const taken = takeUnread(draft, asked);
      const { source: subject, how, why } = asked;
      const detail = why === '' ? `${taken} ${how}` : `${taken} ${how}: ${why}`;
      return { made: String(taken), subject, detail };
    }
    default:
      return unreachable(asked);
  }
}

/** What people write down for the next time. */
function onMemory(draft: Draft, state: State, by: UserId, asked: MemoryAct): Did {
  switch (asked.verb) {
    case 'decision.record':
    case 'decision.review': {
      const did = decide(draft, state, by, asked);
      return { ...did, subject: did.made ?? '', detail: asked.reason };
    }
    case 'action.set':
    case 'action.end': {
      const did = followUp(draft, state, by, asked);
      const detail = asked.verb === 'action.set' ? asked.title : `${asked.how}: ${asked.reason}`;
      return { ...did, subject: did.made ?? asked.action ?? '', detail };
    }
    case 'caution.set':
    case 'caution.end': {
      const did = caution(draft, by, asked, state);
      return { ...did, subject: did.made ?? asked.caution ?? '', detail: asked.reason };
    }
    default: {
      const did = onIncident(draft, state, by, asked);
      const subject = did.made ?? ('incident' in asked ? asked.incident : '');
      return { ...did, subject, detail: 'note' in asked ? asked.note : (asked.title ?? '') };
    }
  }
}

/** Verbs on what people set up beside the configuration, and what the desk then goes by. */
function onStanding(
  draft: Draft,
  state: State,
  by: UserId,
  asked: RuleAct | MaintenanceAct | RotaAct | SwapAct | TypeAct,
): Did {
  switch (asked.verb) {
    case 'rule.set':
    case 'rule.remove': {
      const did = setRule(draft, by, asked, state.count('rules'));
      return { ...did, subject: did.made ?? asked.rule ?? '', detail: asked.reason };
    }
    case 'maintenance.set':
    case 'maintenance.renew':
    case 'maintenance.end': {
      const did = setMaintenance(draft, by, asked, state.count('maintenances'));
      const detail = 'reason' in asked ? asked.reason : `${asked.windows.length} windows ahead`;
      return { ...did, subject: did.made ?? asked.maintenance ?? '', detail };
    }
    case 'override.set':
    case 'override.remove': {
      const did = override(draft, state, by, asked);
      return { ...did, subject: did.made ?? did.schedule ?? '', detail: asked.reason };
    }
    case 'swap.ask':
    case 'swap.take':
    case 'swap.withdraw': {
      const did = swap(draft, state, by, asked);
      const subject = 'swap' in asked ? asked.swap : (did.made ?? asked.schedule);
      return { ...did, subject, detail: 'reason' in asked ? asked.reason : asked.taker };
    }
    case 'type.set':
    case 'type.remove': {
      const did = decideType(draft, by, asked, state.count('types'));
      const [subject, detail] =
        asked.verb === 'type.set'
          ? [asked.record.type, asked.record.reason]
          : [asked.id, asked.reason];
      return { ...did, subject, detail };
    }
    default:
      return unreachable(asked);
  }
}

/** Who is woken, and where; what somebody looks at. */
function onPeople(draft: Draft, state: State, by: UserId, asked: PersonAct): Did {
  if ('page' in asked) {
    const did = onPage(draft, state, by, asked);
    return { ...did, subject: asked.page, detail: 'note' in asked ? asked.note : asked.reason };
  }
  if ('view' in asked || asked.verb === 'view.set') {
    const did = changeView(draft, state, asked);
    const detail = asked.verb === 'view.set' ? asked.name : '';
    return { ...did, subject: did.made ?? asked.view ?? '', detail };
  }
  const did = changeContact(draft, state, asked);
  return { ...did, subject: asked.contact, detail: 'kind' in asked ? asked.kind : '' };
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
