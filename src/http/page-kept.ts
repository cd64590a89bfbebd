import type { Html } from '../base/html.ts';
import { keptBody } from '../console/kept-page.ts';
import type { Reader, Site } from '../console/site.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import { seeOther } from './answer.ts';
import { byOf, VIEWER } from './api/parts.ts';
import { KEPT_LIMITS, KEPT_PATH, type KeptForm, type KeptForms, keptKey } from './kept-forms.ts';
import { field } from './page-reader.ts';
import type { Answer, Asked, Route } from './route.ts';
import type { HttpSettings } from './settings.ts';

interface KeptParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly settings: HttpSettings;
  readonly site: Site;
  readonly draw: (
    asked: Asked,
    drawn: { readonly title: string; readonly at: string },
    body: (reader: Reader) => Html,
  ) => Answer;
}

/** What was sent when its session had ended: shown to who wrote it, who sends or discards it. */
export function keptPages(kept: KeptForms, parts: KeptParts): Route[] {
  const { desk, accounts, settings, site, draw } = parts;
  const isOf = (asked: Asked, { person }: KeptForm): boolean =>
    person === undefined || person === byOf(asked.actor);
  const browserOf = (asked: Asked): string => keptKey(asked.headers.cookie, settings);
  return [
    {
      method: 'GET',
      path: KEPT_PATH,
      access: VIEWER,
      summary: 'What was typed when the session had ended.',
      handle: (asked) => {
        const all = kept.on(browserOf(asked));
        const others = all.flatMap((one) =>
          one.person === undefined || isOf(asked, one)
            ? []
            : [{ name: accounts.name(one.person), until: one.until }],
        );
        const forms = all.filter((one) => isOf(asked, one));
        const view = { forms, others, minutes: KEPT_LIMITS.minutes_max, now: desk.clock.now() };
        return draw(asked, { title: 'Kept', at: KEPT_PATH }, (reader) =>
          keptBody(site, reader, view),
        );
      },
    },
    {
      method: 'POST',
      path: `${KEPT_PATH}/discard`,
      access: VIEWER,
      summary: 'Discards a form that was kept.',
      form: true,
      handle: (asked) => {
        const browser = browserOf(asked);
        const id = field(asked.json, 'id');
        const found = kept.on(browser).find((one) => one.id === id && isOf(asked, one));
        if (found) kept.drop(browser, found.id);
        return seeOther(site.prefix + (kept.on(browser).length > 0 ? KEPT_PATH : '/'));
      },
    },
  ];
}
