import { fingerprint } from '../base/fingerprint.ts';
import type { Html } from '../base/html.ts';
import type { Reader, Site } from '../console/site.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import type { OutboxView } from '../desk/views/why-groups.ts';
import { byOf } from './api/parts.ts';
import { field } from './page-reader.ts';
import type { Answer, Asked } from './route.ts';

/** What the pages about notifications work with. */
export interface RoutingPageParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly site: Site;
  readonly outbox?: (() => OutboxView) | undefined;
  /** Draws a whole page around a body. */
  readonly draw: (
    asked: Asked,
    drawn: {
      readonly title: string;
      readonly at: string;
      readonly status?: number;
      readonly live?: string;
    },
    body: (reader: Reader) => Html,
  ) => Answer;
}

/** The page's key with what is done under it: sent twice it is done once. */
export function formOnce({ actor, json }: Asked, said: readonly string[]): string | undefined {
  const once = field(json, 'once');
  if (!/^[\w-]{8,64}$/.test(once)) return undefined;
  return `page:${byOf(actor)}:${once}:${fingerprint([...said])}`;
}
