import type { Html } from '../base/html.ts';
import { PAGE_ROWS, rowsBefore, stretch } from '../console/pager.ts';
import type { Reader, Site } from '../console/site.ts';
import { sourcesBody } from '../console/sources-page.ts';
import type { Desk } from '../desk/desk.ts';
import { devicesByTrouble, sourceHealth } from '../desk/health/view.ts';
import type { SourceFigures } from '../desk/source-figures.ts';
import type { SourceRulesDesk } from '../desk/source-rules.ts';
import { VIEWER } from './api/parts.ts';
import type { Answer, Asked, Route } from './route.ts';

const WORDS_CHARS_MAX = 256;
/** Who has more devices than this finds one by its name. */
const DEVICES_SORTED_MAX = 5_000;

export interface SourcesPageParts {
  readonly desk: Desk;
  readonly figures: SourceFigures;
  readonly rules: SourceRulesDesk;
  readonly site: Site;
  /** Where sources listen. */
  readonly listening: () => readonly string[];
  readonly notStarted?: () => readonly { readonly name: string; readonly why: string }[];
  readonly draw: (
    asked: Asked,
    drawn: { readonly title: string; readonly at: string },
    body: (reader: Reader) => Html,
  ) => Answer;
}

/** How the ways in do, device by device. */
export const sourcesPages = (parts: SourcesPageParts): Route[] => [
  {
    method: 'GET',
    path: '/sources',
    access: VIEWER,
    summary: 'How well the sources, their devices and the desk do.',
    handle: (asked) => sourcesPage(parts, asked),
  },
];

function sourcesPage(parts: SourcesPageParts, asked: Asked): Answer {
  const { desk, figures, rules, site, listening, draw } = parts;
  const takesRules = new Set(rules.names());
  const { hearing } = figures;
  const now = desk.clock.now();
  const source = asked.query.get('source') ?? '';
  const words = (asked.query.get('q') ?? '').slice(0, WORDS_CHARS_MAX).trim();
  const isSilent = asked.query.get('silent') === 'true';
  const most = Math.min(DEVICES_SORTED_MAX, rowsBefore(asked.query) + PAGE_ROWS);
  const wanted = { source: source || undefined, words, isSilent, most };
  const found = devicesByTrouble(hearing, wanted, now);
  const sources = figures.all().map((state) => ({
    state,
    health: sourceHealth(hearing, state.source, now),
    unread: takesRules.has(state.source) ? rules.unread(state.source).length : undefined,
  }));
  const view = {
    sources,
    devices: {
      ...stretch(found.devices, asked.query),
      total: Math.min(DEVICES_SORTED_MAX, found.total),
    },
    devicesTotal: found.total,
    asked: { source, words, isSilent },
    figures: desk.figures(),
    listening: listening(),
    notStarted: parts.notStarted?.() ?? [],
    now,
  };
  return draw(asked, { title: 'Sources', at: '/sources' }, (reader) =>
    sourcesBody(site, reader, view),
  );
}
