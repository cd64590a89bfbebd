import { identifyLabels, type Labels } from '../../domain/alarm/event.ts';
import { matcherText } from '../../domain/alarm/matcher.ts';
import {
  type Fields,
  fieldsOf,
  labelsAt,
  listAt,
  type Peer,
  strangePeer,
  textAt,
  timeAt,
} from './peer.ts';
import { COMPARE_LIMITS, type Look, type Mark, type SeenSilence, type There } from './seen.ts';

/** The open alerts and the silences of an Alertmanager, by its API v2. */
export async function lookAtAlertmanager(peer: Peer): Promise<Look<There>> {
  const [alerts, silences] = await Promise.all([
    peer.get('/api/v2/alerts'),
    peer.get('/api/v2/silences'),
  ]);
  if (!Array.isArray(alerts) || !Array.isArray(silences))
    throw strangePeer(peer, 'its answer is not a list');
  if (alerts.length > COMPARE_LIMITS.alarms_max)
    throw strangePeer(peer, `more than ${COMPARE_LIMITS.alarms_max} alerts`);
  return { alarms: alerts.map(thereOf), silences: silencesIn(silences) };
}

function thereOf(value: unknown): There {
  const alert = fieldsOf(value);
  const labels = labelsAt(alert.labels);
  const { marks, mutedBy, receivers } = toldOf(alert);
  return {
    key: identifyLabels(labels),
    name: alertName(labels),
    labels,
    severity: undefined,
    since: timeAt(alert.startsAt),
    link: textAt(alert.generatorURL),
    marks,
    receivers,
    tags: [],
    source: '',
    sourceId: '',
    mutedBy,
  };
}

/** What a gettableAlert says of its notifications. */
export function toldOf(alert: Fields) {
  const status = fieldsOf(alert.status);
  const silencedBy = listAt(status.silencedBy).map(textAt);
  const inhibitedBy = listAt(status.inhibitedBy).map(textAt);
  const marks = new Set<Mark>();
  if (silencedBy.length > 0) marks.add('silenced');
  if (inhibitedBy.length > 0) marks.add('inhibited');
  const names = listAt(alert.receivers).map((receiver) => textAt(fieldsOf(receiver).name));
  const receivers = [...new Set(names)].sort();
  return { marks, mutedBy: [...silencedBy, ...inhibitedBy], receivers };
}

/** What a person looks for first, then the rest, shortened. */
export function alertName(labels: Labels): string {
  const { alertname = '', ...rest } = labels;
  const first = ['instance', 'host', 'job'].filter((name) => name in rest);
  const others = Object.keys(rest)
    .filter((name) => !first.includes(name))
    .sort();
  const names = [...first, ...others];
  const shown = names.slice(0, NAMES_SHOWN_MAX).map((n) => `${n}=${JSON.stringify(rest[n])}`);
  const more = names.length > NAMES_SHOWN_MAX ? ' …' : '';
  return `${alertname} ${shown.join(' ')}${more}`.trim();
}

const NAMES_SHOWN_MAX = 4;

/** Those that hold or will hold. */
export const silencesIn = (list: readonly unknown[]): readonly SeenSilence[] =>
  list.map(fieldsOf).flatMap((silence) => {
    const endsAt = timeAt(silence.endsAt);
    const isOver = textAt(fieldsOf(silence.status).state) === 'expired';
    if (endsAt === undefined || isOver) return [];
    const matchers = listAt(silence.matchers).map(matcherOf).sort().join(', ');
    const [id, by, comment] = [silence.id, silence.createdBy, silence.comment].map(textAt);
    return [{ id: id ?? '', matchers, endsAt, by: by ?? '', comment: comment ?? '' }];
  });

function matcherOf(value: unknown): string {
  const { name, value: wanted, isRegex, isEqual } = fieldsOf(value);
  const equal = isEqual !== false;
  const op = isRegex === true ? (equal ? '=~' : '!~') : equal ? '=' : '!=';
  return matcherText({ name: textAt(name), op, value: textAt(wanted) });
}
