import type { Severity } from '../../domain/alarm/severity.ts';
import { fieldsOf, listAt, type Peer, strangePeer, textAt, timeAt } from './peer.ts';
import { COMPARE_LIMITS, type Here, type Look, type There } from './seen.ts';

const PAGE_ITEMS = 500;

/** Levels 1 to 5 of an Argus. */
const LEVELS: readonly Severity[] = ['critical', 'major', 'minor', 'warning', 'indeterminate'];

/**
 * The open incidents of an Argus, by its API v2. Its `next` is an address; only the query of it is
 * asked for again, so that no answer can send the token elsewhere.
 */
export async function lookAtArgus(peer: Peer): Promise<Look<There>> {
  const alarms: There[] = [];
  let query = `?open=true&page_size=${PAGE_ITEMS}`;
  for (let page = 0; query !== ''; page++) {
    const answer = fieldsOf(await peer.get(`/api/v2/incidents/${query}`));
    if (!Array.isArray(answer.results)) throw strangePeer(peer, 'there is no list `results`');
    alarms.push(...answer.results.map(thereOf));
    const isTooMuch = page >= COMPARE_LIMITS.pages_max || alarms.length > COMPARE_LIMITS.alarms_max;
    if (isTooMuch) throw strangePeer(peer, `more than ${COMPARE_LIMITS.alarms_max} incidents`);
    const next = textAt(answer.next);
    query = URL.canParse(next) ? new URL(next).search : '';
  }
  return { alarms, silences: undefined };
}

function thereOf(value: unknown): There {
  const incident = fieldsOf(value);
  const tags = listAt(incident.tags).map((tag) => tagOf(textAt(fieldsOf(tag).tag)));
  const said = tags.map(([key, text]) => `${key}=${JSON.stringify(text)}`).join(' ');
  return {
    key: textAt(incident.pk),
    name: textAt(incident.description) || said || `incident ${textAt(incident.pk)}`,
    labels: Object.fromEntries(tags),
    severity: LEVELS[Number(incident.level) - 1],
    since: timeAt(incident.start_time),
    link: textAt(incident.details_url),
    marks: new Set(incident.acked === true ? ['acknowledged'] : []),
    receivers: undefined,
    tags,
    source: textAt(fieldsOf(incident.source).name),
    sourceId: textAt(incident.source_incident_id),
    mutedBy: [],
  };
}

function tagOf(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** `host=@resource`: the tag `host` of an incident is the resource of its alarm. */
export interface KeyPart {
  readonly tag: string;
  readonly name: string;
}

/** A label of the alarm, or what the desk knows of it. */
export function ownValue(here: Here, name: string): string {
  if (name === '@resource') return here.resource;
  if (name === '@type') return here.type;
  if (name === '@source') return here.source;
  return Object.hasOwn(here.labels, name) ? (here.labels[name] ?? '') : '';
}

/** Finds the alarm an incident is about: made once for a look, asked for each incident. */
export function findByTags(
  alarms: readonly Here[],
  keys: readonly KeyPart[],
): (incident: There) => readonly Here[] {
  const byId = new Map<string, Here[]>();
  for (const alarm of alarms) {
    for (const id of new Set([alarm.key, alarm.fingerprint])) add(byId, id, alarm);
  }
  const byTags = keys.length > 0 ? byKeys(alarms, keys) : byAllTags(alarms);
  // Glue for Prometheus names an incident `fingerprint_startsAt`.
  return (incident) =>
    byId.get(incident.sourceId) ??
    byId.get(/^([0-9a-f]{16})_/.exec(incident.sourceId)?.[1] ?? '') ??
    byTags(incident);
}

type Finder = (incident: There) => readonly Here[];

const NONE: readonly Here[] = [];

/** Every key part has the same value on both sides. */
function byKeys(alarms: readonly Here[], keys: readonly KeyPart[]): Finder {
  const index = new Map<string, Here[]>();
  for (const alarm of alarms) {
    const values = keys.map(({ name }) => ownValue(alarm, name));
    if (!values.includes('')) add(index, JSON.stringify(values), alarm);
  }
  return ({ tags }) => {
    const values = keys.map(({ tag }) => tags.find(([key]) => key === tag)?.[1] ?? '');
    return values.includes('') ? NONE : (index.get(JSON.stringify(values)) ?? NONE);
  };
}

/** Every tag is a label of the alarm with the same value. */
function byAllTags(alarms: readonly Here[]): Finder {
  const index = new Map<string, Here[]>();
  for (const alarm of alarms) {
    for (const [name, value] of Object.entries(alarm.labels)) add(index, `${name}=${value}`, alarm);
  }
  return ({ tags }) => {
    if (tags.length === 0) return NONE;
    let found: readonly Here[] | undefined;
    for (const [key, value] of tags) {
      const fits = index.get(`${key}=${value}`) ?? NONE;
      const set = new Set(fits);
      found = found === undefined ? fits : found.filter((alarm) => set.has(alarm));
      if (found.length === 0) return NONE;
    }
    return found ?? NONE;
  };
}

function add(index: Map<string, Here[]>, place: string, alarm: Here): void {
  const list = index.get(place);
  if (list) list.push(alarm);
  else index.set(place, [alarm]);
}
