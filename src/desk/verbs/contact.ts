import { absent, atField, byState, type Did } from '../../base/refusal.ts';
import { hours } from '../../base/time.ts';
import { CONTACT_KINDS, type Contact, PAGE_LIMITS } from '../../domain/escalation/page.ts';
import { wayText } from '../../domain/routing/notice.ts';
import type { Draft } from '../draft.ts';
import type { ContactAct } from '../page-acts.ts';
import { wayOf } from '../pages/message.ts';
import type { State } from '../state.ts';
import { deliverTest } from './test-notice.ts';

/** Where a person can be told: added, changed, removed, or tried. */
export function changeContact(draft: Draft, state: State, act: ContactAct): Did {
  const old = draft.get('contacts', act.contact);
  if (act.verb === 'contact.set') return setContact(draft, state, act, old);
  if (!old) return { refused: absent('such contact') };
  if (act.verb === 'contact.test') return { made: deliverTest(draft, wayOf(old), old.id) };
  if (act.verb === 'contact.verify') {
    if (old.verifiedAt === undefined)
      draft.put('contacts', old.id, { ...old, verifiedAt: draft.now.at });
    return { made: old.id };
  }
  draft.remove('contacts', old.id);
  draft.removeIfThere('ways', wayText(wayOf(old)));
  if (!draft.get('throttles', old.id)?.planned.length) draft.removeIfThere('throttles', old.id);
  return { made: old.id };
}

function setContact(
  draft: Draft,
  state: State,
  act: Extract<ContactAct, { verb: 'contact.set' }>,
  old: Contact | undefined,
): Did {
  const { verb: _, contact: id, ...said } = act;
  const { contacts_max, contacts_per_person_max, contact_delay_hours_max } = PAGE_LIMITS;
  if (!draft.get('users', said.person)) return { refused: absent('such person') };
  if (!CONTACT_KINDS.includes(said.kind)) {
    return { refused: atField('kind', `one of ${CONTACT_KINDS.join(', ')} expected`) };
  }
  if (!(said.delay >= 0 && said.delay <= hours(contact_delay_hours_max))) {
    return { refused: atField('delay', `0 to ${contact_delay_hours_max} hours expected`) };
  }
  if (old && old.person !== said.person)
    return { refused: byState('It is a contact of somebody else.') };
  if (!old && state.pages.contactsOf(said.person).length >= contacts_per_person_max) {
    return { refused: byState(`A person has at most ${contacts_per_person_max} contacts.`) };
  }
  if (!old && state.count('contacts') >= contacts_max) {
    return { refused: byState(`There are ${contacts_max} contacts, and no more are taken.`) };
  }
  draft.put('contacts', id, { ...said, id, n: old?.n ?? draft.now.position });
  return { made: id };
}
