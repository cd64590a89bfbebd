import { oneLine } from '../base/text.ts';
import { decisionHref } from '../console/recall-panel.ts';
import { findDecisions } from '../desk/views/decisions.ts';
import { readFilter } from '../desk/views/filter.ts';
import { FIND_LIMITS, findAlarms, findIncidents, hasAllWords } from '../desk/views/find.ts';
import { searchThings } from '../desk/views/inventory.ts';
import { DEFAULT_QUERY, queryPath } from '../desk/views/query.ts';
import { decidedText } from '../desk/views/recall.ts';
import { standing, type UserId } from '../domain/alarm/alarm.ts';
import { json } from './answer.ts';
import { roleOf, VIEWER } from './api/parts.ts';
import type { RunsPageParts } from './page-runs.ts';
import type { Asked, Route } from './route.ts';
import { runSliced } from './sliced.ts';

/** One line of the command palette: where it leads. */
interface Found {
  readonly kind: 'alarm' | 'incident' | 'decision' | 'inventory' | 'person' | 'runbook';
  readonly text: string;
  readonly says: string;
  readonly href: string;
}

/** Of a decision: the rest is read on its page. */
const REASON_CHARS_MAX = 80;

/** What the command palette finds by words. Bounded by kind, and given up when nobody waits. */
export const findRoute = (parts: RunsPageParts): Route => ({
  method: 'GET',
  path: '/find',
  access: VIEWER,
  summary:
    'Alarms, incidents, decisions, things, people and runbooks by words, for the command palette.',
  handle: async (asked) => {
    const words = (asked.query.get('q') ?? '').trim().slice(0, FIND_LIMITS.words_chars_max);
    if (words === '') return json(200, { found: [] });
    const found = [
      ...(await alarms(parts, asked, words)),
      ...incidents(parts, words),
      ...(await decisions(parts, words)),
      ...(await things(parts, words)),
      ...people(parts, words),
      ...(await runbooks(parts, asked, words)),
    ];
    return json(200, { found });
  },
});

async function alarms({ desk, site }: RunsPageParts, asked: Asked, words: string) {
  const filter = readFilter(words);
  if ('why' in filter || !filter.passes) return [];
  const { response } = asked.raw;
  const gone = (): boolean => response.destroyed;
  const best = await runSliced(findAlarms(desk.memory, filter.passes, gone));
  return best.map(
    (a): Found => ({
      kind: 'alarm',
      text: `${a.resource}: ${a.text}`,
      says: `${a.severity}, ${standing(a)}`,
      href: `${site.prefix}/alarms/${a.id}`,
    }),
  );
}

const incidents = ({ desk, site }: RunsPageParts, words: string): readonly Found[] =>
  findIncidents(desk.memory, words).map(({ id, title, state }) => ({
    kind: 'incident',
    text: title,
    says: state.is,
    href: `${site.prefix}/incidents/${id}`,
  }));

async function decisions({ desk, site, accounts }: RunsPageParts, words: string) {
  const nameOf = (id: UserId): string => accounts.name(id);
  const found = await runSliced(findDecisions(desk.memory, words, nameOf, desk.clock.now()));
  return found.map(
    (one): Found => ({
      kind: 'decision',
      text: `${decidedText(one)}: ${oneLine(one.reason, REASON_CHARS_MAX)}`,
      says: `${one.about.type} on ${one.about.resource}`,
      href: decisionHref(site, one.id),
    }),
  );
}

async function things({ desk, site }: RunsPageParts, words: string): Promise<readonly Found[]> {
  const wanted = { words, kind: undefined, feed: undefined };
  const keys = await runSliced(searchThings(desk.memory, wanted));
  const { graph } = desk.memory.inventory;
  return keys.slice(0, FIND_LIMITS.each_max).map((key) => ({
    kind: 'inventory',
    text: key,
    says: graph.node(key)?.thing?.title ?? '',
    href: `${site.prefix}/inventory/thing?key=${encodeURIComponent(key)}`,
  }));
}

/** A person leads to what they are asked to look at. */
const people = ({ accounts, site }: RunsPageParts, words: string): readonly Found[] =>
  accounts
    .list()
    .filter(({ login, name, disabled }) => !disabled && hasAllWords(`${login} ${name}`, words))
    .slice(0, FIND_LIMITS.each_max)
    .map(({ id, name }) => ({
      kind: 'person',
      text: name,
      says: 'alarms assigned to them',
      href: site.prefix + queryPath({ ...DEFAULT_QUERY, filter: `@assignee="${id}"` }),
    }));

async function runbooks({ runs, site }: RunsPageParts, { actor }: Asked, words: string) {
  const mayRun = roleOf(actor) !== 'viewer';
  const books = (await runs.runbooks()).flatMap((one) => ('runbook' in one ? [one.runbook] : []));
  return books
    .filter(({ name, title }) => hasAllWords(`${name} ${title}`, words))
    .slice(0, FIND_LIMITS.each_max)
    .map(
      ({ name, title }): Found => ({
        kind: 'runbook',
        text: title || name,
        says: name,
        href: `${site.prefix}/runs${mayRun ? `/start/${encodeURIComponent(name)}` : ''}`,
      }),
    );
}
