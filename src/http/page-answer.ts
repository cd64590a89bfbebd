import { DeskError } from '../base/errors.ts';
import { refusalFailure, refusalText } from '../base/refusal.ts';
import { type AnswerLinkView, answerBody } from '../console/answer-page.ts';
import type { Site } from '../console/site.ts';
import type { Accounts } from '../desk/accounts.ts';
import type { Desk } from '../desk/desk.ts';
import { answerPath, answerProof } from '../desk/pages/answer-link.ts';
import { isLive } from '../desk/pages/pages-index.ts';
import { pageTitle } from '../desk/views/pages.ts';
import type { UserId } from '../domain/alarm/alarm.ts';
import type { Page, PageId } from '../domain/escalation/page.ts';
import { page as pageAnswer } from './answer.ts';
import type { HttpPages } from './pages-contract.ts';
import type { Answer, Asked, Route } from './route.ts';

export interface AnswerLinkParts {
  readonly desk: Desk;
  readonly accounts: Accounts;
  readonly site: Site;
  readonly pages: HttpPages;
}

const NOTHING = { need: 'nothing' } as const;
const PATH = '/answer/:page/:person/:proof';

/**
 * The page behind the link of a page's message. Whoever holds the link is taken for the person it
 * was sent to, for this one page and as long as it waits. Opened it only shows: mail programs and
 * their scanners open every link there is.
 */
export const answerLinkRoutes = (parts: AnswerLinkParts): Route[] => [
  {
    method: 'GET',
    path: PATH,
    access: NOTHING,
    summary: 'The page behind the link of a message: says what it is, and asks.',
    handle: (asked) => show(parts, asked),
  },
  {
    method: 'POST',
    path: PATH,
    access: NOTHING,
    summary: 'Answers a page from its message.',
    handle: (asked) => answer(parts, asked),
  },
];

interface Link {
  readonly page: Page;
  readonly person: UserId;
  readonly action: string;
}

/** The page a link is for. Throws NOT_FOUND for a link that is not ours, NOT_ALLOWED. */
function linkOf({ desk, accounts, site }: AnswerLinkParts, { params }: Asked): Link {
  const { page: id = '', person = '', proof = '' } = params;
  const page = desk.memory.get('pages', id);
  if (!page || !accounts.people.isProof(answerProof(id, person), proof))
    throw new DeskError('NOT_FOUND', { what: 'page behind this link' });
  const user = desk.memory.get('users', person);
  if (!user || user.disabled) throw new DeskError('NOT_ALLOWED', { need: 'an account' });
  const action = site.prefix + answerPath(id, person, proof);
  return { page, person: person as UserId, action };
}

function show(parts: AnswerLinkParts, asked: Asked, fault = '', status = 200): Answer {
  const { page, person, action } = linkOf(parts, asked);
  const { accounts, site, desk } = parts;
  const view: AnswerLinkView = {
    page,
    person: accounts.name(person),
    action,
    waits: isLive(page),
    fault,
    nameOf: (id) => accounts.name(id),
    now: desk.clock.now(),
  };
  return pageAnswer(parts.pages.plain(pageTitle(page), answerBody(site, view)), status, {
    // The address is the key: it is kept nowhere and told to no other site. Without any referrer a
    // browser would hide where the button's press comes from, and the door would refuse it.
    'cache-control': 'no-store',
    'referrer-policy': 'same-origin',
  });
}

async function answer(parts: AnswerLinkParts, asked: Asked): Promise<Answer> {
  const { page, person } = linkOf(parts, asked);
  const act = { verb: 'page.answer' as const, page: page.id as PageId, how: 'message' as const };
  const once = `answer:${page.id}:${person}`;
  const { refused } = await parts.desk.act(person, { ...act, note: '' }, once);
  if (refused === undefined) return show(parts, asked);
  return show(parts, asked, refusalText(refused), refusalFailure(refused).status);
}
