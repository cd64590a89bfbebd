import { type Instant, instantText } from '../../base/time.ts';
import { marksOf } from '../../desk/views/marks.ts';
import { type Alarm, type Ruled, standing, type UserId } from '../../domain/alarm/alarm.ts';
import type { Change } from '../../domain/alarm/change.ts';
import type { ApiParts } from './parts.ts';

type Names = Pick<ApiParts, 'accounts'>;

export const maybeText = (at: Instant | undefined): string | null =>
  at === undefined ? null : instantText(at);

export const somebodyJson = ({ accounts }: Names, id: UserId | undefined) =>
  id === undefined || id === '' ? null : { id, name: accounts.name(id) };

/** An alarm as /api/v1 shows it: `alarm` of shapes.ts. Names are looked up now, never stored. */
export function alarmJson(parts: Pick<ApiParts, 'accounts' | 'desk'>, a: Alarm) {
  return {
    id: a.id,
    source: a.source,
    resource: a.resource,
    type: a.type,
    qualifier: a.qualifier,
    severity: a.severity,
    text: a.text,
    labels: a.labels,
    context: a.context,
    annotations: a.annotations,
    link: a.link,
    standing: standing(a),
    condition: conditionJson(a.condition),
    handling: handlingJson(parts, a.handling),
    suppressions: a.suppressions.map((s) => ({
      kind: s.kind,
      rule: s.rule,
      by: { id: s.by, name: parts.accounts.name(s.by) },
      since: instantText(s.since),
      until: instantText(s.until),
      reason: s.reason,
    })),
    priority: a.ruled?.priority ?? null,
    ruled: a.ruled ? ruledJson(parts, a.ruled) : null,
    assignee: somebodyJson(parts, a.assignee),
    ticket: a.ticket,
    episode: a.episode,
    revision: a.revision,
    createdAt: instantText(a.createdAt),
    changedAt: instantText(a.changedAt),
    heardAt: instantText(a.heardAt),
    occurrences: a.occurrences,
    occurrencesThisEpisode: a.occurrencesThisEpisode,
    unkept: a.unkept,
    episodes: a.episodes,
    marks: marksOf(a, parts.desk.clock.now()).map(({ word, says }) => ({ word, says })),
    deadline: a.condition.is === 'raised' ? maybeText(parts.desk.deadline(a.id)) : null,
    willClear: a.willClear,
  };
}

/** A rule that was removed meanwhile keeps its id for a name. */
const ruledJson = ({ desk }: Pick<ApiParts, 'desk'>, { rules, severity, text }: Ruled) => ({
  rules: rules.map((id) => ({ id, name: desk.memory.get('rules', id)?.name ?? id })),
  severity: severity ?? null,
  text: text ?? null,
});

const conditionJson = (c: Alarm['condition']) => ({
  is: c.is,
  since: instantText(c.since),
  at: c.is === 'cleared' ? instantText(c.at) : null,
  why: c.is === 'cleared' ? c.why : null,
});

const handlingJson = (parts: Names, h: Alarm['handling']) => ({
  is: h.is,
  by: h.is === 'none' ? null : somebodyJson(parts, h.by),
  at: h.is === 'none' ? null : instantText(h.at),
  note: h.is === 'none' ? '' : h.note,
  until: h.is === 'acknowledged' ? maybeText(h.until) : null,
  line: h.is === 'acknowledged' ? (h.line ?? 1) : 0,
});

/** A line of the timeline: `change` of shapes.ts. */
export const changeJson = (
  parts: Names,
  c: Change & { readonly position: number; readonly index: number; readonly receivedAt: Instant },
) => ({
  id: `${c.position}.${c.index}`,
  at: instantText(c.at),
  receivedAt: instantText(c.receivedAt),
  what: c.what,
  episode: c.episode,
  severity: c.severity,
  by: somebodyJson(parts, c.by),
  text: c.text,
  why: c.why,
});

/** Changes with everything but renewals. Strong enough to say "the state I saw". */
export const etagOf = (a: Alarm): string => `"${a.revision}-${a.episode}"`;

/** The episode in an ETag of ours; undefined when it is none. */
export const episodeOfEtag = (etag: string): number | undefined => {
  const found = /^"\d{1,15}-(\d{1,15})"$/.exec(etag.trim());
  return found ? Number(found[1]) : undefined;
};
