import type { Millis } from '../base/time.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { ContactId, ContactKind, PageAnswer, PageId } from '../domain/escalation/page.ts';
import type { ViewAct } from './view-acts.ts';

/** What people do about their pages, how they are told, and what they look at. */
export type PersonAct = PageAct | ContactAct | ViewAct;

/**
 * page.answer  a person takes everything a page is about
 * page.climb   a person sends it on to the next ones at once
 */
export type PageAct =
  | {
      readonly verb: 'page.answer';
      readonly page: PageId;
      readonly how: PageAnswer['how'];
      readonly note: string;
    }
  | { readonly verb: 'page.climb'; readonly page: PageId; readonly reason: string };

/**
 * contact.set     an address of a person is there from now on; kept elsewhere under this id
 * contact.remove  it is no more
 * contact.test    a test message goes there
 * contact.verify  the person has shown that they read it; by what code is known elsewhere
 */
export type ContactAct =
  | {
      readonly verb: 'contact.set';
      readonly contact: ContactId;
      readonly person: UserId;
      readonly kind: ContactKind;
      readonly delay: Millis;
    }
  | { readonly verb: 'contact.remove'; readonly contact: ContactId }
  | { readonly verb: 'contact.test'; readonly contact: ContactId }
  | { readonly verb: 'contact.verify'; readonly contact: ContactId };
