import { type Instant, parseInstant } from '../../base/time.ts';
import { identifyLabels, type Labels } from '../../domain/alarm/event.ts';
import { SEVERITIES, type Severity } from '../../domain/alarm/severity.ts';
import { alarmOf, listOf, objectOf, type Somebody } from '../answers.ts';
import { type Client, strange } from '../client.ts';
import { whenText } from '../when.ts';
import { alertName, silencesIn, toldOf } from './alertmanager.ts';
import { type Fields, fieldsOf, labelsAt, listAt, textAt, timeAt } from './peer.ts';
import { COMPARE_LIMITS, type Here, type Look, type Mark } from './seen.ts';

const PAGE_ITEMS = 1_000;

/** What this desk says of its notifications, by fingerprint. */
type Told = ReadonlyMap<string, ReturnType<typeof toldOf>>;

/** The open alarms and the silences of this desk. */
export async function lookAtOwn(client: Client): Promise<Look<Here>> {
  const [alerts, silences] = await Promise.all([
    client.get('/api/v2/alerts'),
    client.get('/api/v2/silences'),
  ]);
  const told: Told = new Map(
    listAt(alerts)
      .map(fieldsOf)
      .map((alert) => [identifyLabels(labelsAt(alert.labels)), toldOf(alert)]),
  );
  return { alarms: await openAlarms(client, told), silences: silencesIn(listAt(silences)) };
}

async function openAlarms(client: Client, told: Told): Promise<readonly Here[]> {
  const found: Here[] = [];
  let cursor = '';
  do {
    const page = await client.get('/api/v1/alarms', [
      ['limit', String(PAGE_ITEMS)],
      ['sort', 'oldest'],
      ...(cursor === '' ? [] : [['cursor', cursor] as const]),
    ]);
    for (const item of listOf(client, page, 'items')) found.push(hereOf(client, item, told));
    if (found.length > COMPARE_LIMITS.alarms_max)
      throw strange(client, `more than ${COMPARE_LIMITS.alarms_max} alarms`);
    cursor = textAt(objectOf(client, page, 'the answer').next);
  } while (cursor !== '');
  return found;
}

function hereOf(client: Client, value: unknown, told: Told): Here {
  const alarm = alarmOf(client, value);
  const more = fieldsOf(value);
  const labels = labelsAt(alarm.labels);
  // An alarm that is its labels has their fingerprint as its qualifier and as its id.
  const byLabels = textAt(more.qualifier) === alarm.id;
  const all: Labels = byLabels ? labels : withNames(labels, alarm.type, alarm.resource);
  const fingerprint = byLabels ? alarm.id : identifyLabels(all);
  const { marks = NO_MARKS, mutedBy = [], receivers } = told.get(fingerprint) ?? {};
  const isAcknowledged = fieldsOf(more.handling).is === 'acknowledged';
  return {
    key: alarm.id,
    name: byLabels ? alertName(labels) : `${alarm.type} ${alarm.resource}`,
    labels: all,
    severity: SEVERITIES.find((s): s is Severity => s === alarm.severity) ?? 'indeterminate',
    since: parseInstant(alarm.condition.since),
    link: alarm.link,
    marks: isAcknowledged ? new Set<Mark>([...marks, 'acknowledged']) : marks,
    receivers,
    source: alarm.source,
    resource: alarm.resource,
    type: alarm.type,
    fingerprint,
    heardAt: parseInstant(alarm.heardAt),
    deadline: timeAt(more.deadline),
    ours: oursOf(more),
    mutedBy,
  };
}

const NO_MARKS: ReadonlySet<Mark> = new Set();

/** As Alertmanager's API tells an alarm of another source. */
function withNames(labels: Labels, type: string, resource: string): Labels {
  const all = { alertname: type, instance: resource, ...labels };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** Closed, shelved, in maintenance: no other desk knows these. */
function oursOf(alarm: Fields): readonly string[] {
  const handling = fieldsOf(alarm.handling);
  const closed =
    handling.is === 'closed'
      ? [`closed here by ${nameOf(handling.by)}${clock(timeAt(handling.at))}${said(handling.note)}`]
      : [];
  const hidden = listAt(alarm.suppressions).map(fieldsOf).map(hiddenText);
  return [...closed, ...hidden];
}

const HIDDEN_WORDS: Readonly<Record<string, string>> = {
  shelf: 'shelved here',
  maintenance: 'in maintenance here',
  parent: 'hidden here by what it depends on',
  flapping: 'hidden here because it flaps',
  design: 'hidden here by design',
};

function hiddenText({ kind, by, until, reason }: Fields): string {
  const words = HIDDEN_WORDS[textAt(kind)] ?? `hidden here (${textAt(kind)})`;
  const end = timeAt(until);
  const ends = end === undefined ? '' : ` until ${whenText(end)}`;
  return `${words} by ${nameOf(by)}${ends}${said(reason)}`;
}

const nameOf = (by: unknown): string => (fieldsOf(by) as Partial<Somebody>).name ?? 'the desk';
const clock = (at: Instant | undefined): string => (at === undefined ? '' : ` ${whenText(at)}`);
const said = (reason: unknown): string => (textAt(reason) === '' ? '' : `: ${textAt(reason)}`);
