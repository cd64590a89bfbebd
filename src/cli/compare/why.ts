import { type Instant, type Millis, minutes } from '../../base/time.ts';
import { matcherText } from '../../domain/alarm/matcher.ts';
import { type Client, Refused } from '../client.ts';
import { ageText } from '../terminal.ts';
import { whenText } from '../when.ts';
import { type KeyPart, ownValue } from './argus.ts';
import { nearKey } from './near.ts';
import { fieldsOf, listAt, type Peer, textAt, timeAt } from './peer.ts';
import {
  COMPARE_LIMITS,
  type Difference,
  type Here,
  type Look,
  type SeenSilence,
  type There,
} from './seen.ts';

/** A sender that repeats does so within this; longer, and it has gone silent. */
const REPEATS_WITHIN: Millis = minutes(5);

/** Both desks as they were seen, and the way to ask them for more. */
export interface WhyParts {
  readonly client: Client;
  readonly peer: Peer;
  /** Of an Argus: what makes an incident the same as an alarm. */
  readonly keys: readonly KeyPart[];
  readonly there: Look<There>;
  readonly here: Look<Here>;
  readonly differences: readonly Difference[];
  readonly now: Instant;
}

type Why = (difference: Difference) => Promise<string>;

/** Says why two desks differ, from what one look saw; asks this desk for what it did not see. */
export function whyOf(parts: WhyParts): Why {
  const { differences } = parts;
  const onlyThere = differences.flatMap(({ is, there }) =>
    is === 'there only' && there ? [there] : [],
  );
  const onlyHere = differences.flatMap(({ is, here }) =>
    is === 'here only' && here ? [here] : [],
  );
  let asked = 0;
  const mayAsk = (): boolean => asked++ < COMPARE_LIMITS.asked_max;
  const known = { ...parts, own: ownFacts(parts.client) };
  return async ({ is, about, says, there, here }) => {
    if (about === 'silence') return silenceWhy(is);
    if (is === 'there only' && there) return notHere(known, there, onlyHere, mayAsk);
    if (is === 'here only' && here) return notThere(parts, here, onlyThere, mayAsk);
    return there && here ? apartWhy(parts, says, there, here) : '';
  };
}

const silenceWhy = (is: Difference['is']): string =>
  is === 'there only'
    ? 'silences do not come over by themselves: amtool silence query -o json, then import'
    : is === 'here only'
      ? 'made here only'
      : '';

async function notHere(
  parts: WhyParts & { readonly own: OwnFacts },
  there: There,
  onlyHere: readonly Here[],
  mayAsk: () => boolean,
): Promise<string> {
  const known = mayAsk() ? await knownHere(parts, there) : undefined;
  if (known !== undefined) return known;
  const near = nearKey(there.labels, onlyHere);
  if (near !== undefined) return `here it has another key: ${near}`;
  return parts.peer.kind === 'an Argus' ? unheardIncident(parts, there) : unheard(parts, there);
}

/** What this desk remembers of it; undefined when it never heard of it. */
async function knownHere(parts: WhyParts, there: There): Promise<string | undefined> {
  const { client, keys, peer } = parts;
  const isArgus = peer.kind === 'an Argus';
  if (isArgus && keys.length > 0) {
    const filters = keyValues(keys, there).map(
      ([name, value]) => ['filter', matcherText({ name, op: '=', value })] as const,
    );
    if (filters.length < keys.length) return undefined;
    const query = [...filters, ['state', 'any'] as const, ['limit', '1'] as const];
    const [found] = listAt(fieldsOf(await client.get('/api/v1/alarms', query)).items);
    return found === undefined ? undefined : rememberedText(parts, fieldsOf(found));
  }
  const id = isArgus ? (/^[0-9a-f]{16}/.exec(there.sourceId)?.[0] ?? '') : there.key;
  if (id === '') return undefined;
  try {
    const answer = fieldsOf(await client.get(`/api/v1/alarms/${id}`));
    return rememberedText(parts, fieldsOf(answer.alarm));
  } catch (error) {
    if (error instanceof Refused && error.code === 'ALARM_NOT_FOUND') return undefined;
    throw error;
  }
}

function rememberedText({ now }: WhyParts, alarm: ReturnType<typeof fieldsOf>): string {
  const { is, at, why } = fieldsOf(alarm.condition);
  if (is === 'raised') return 'it came here while the two were looked at';
  const when = agoText(now, timeAt(at));
  if (why !== 'timeout')
    return `cleared here ${when}: source ${textAt(alarm.source)} said it is over`;
  const heard = agoText(now, timeAt(alarm.heardAt));
  return (
    `cleared here ${when}, unverified: its source repeated it last ${heard}. ` +
    'Is it still sending here?'
  );
}

const keyValues = (keys: readonly KeyPart[], there: There) =>
  keys.flatMap(({ tag, name }) => {
    const value = there.tags.find(([key]) => key === tag)?.[1] ?? '';
    return value === '' ? [] : [[name, value] as const];
  });

async function unheard(
  { own, here }: { own: OwnFacts; here: Look<Here> },
  { link }: There,
): Promise<string> {
  const figures = await own.figures();
  const hasAny = here.alarms.some(({ source }) => source === 'alertmanager');
  if (!hasAny && !figures.heard)
    return (
      'not received: no alert has come to this desk. ' +
      'Name it beside the old one under alerting.alertmanagers'
    );
  const origin = originOf(link);
  if (origin === '') return 'not received: no alert with these labels has come here';
  const posts = here.alarms.some((alarm) => originOf(alarm.link) === origin);
  if (!posts)
    return `not received: nothing from ${origin} is raised here. Does it post to this desk?`;
  const refused =
    figures.refused > 0 ? `; ${figures.refused} alerts were refused, see Sources` : '';
  return `not received: ${origin} posts here, but not this${refused}`;
}

/** What this desk says of itself, asked for once a look. */
type OwnFacts = ReturnType<typeof ownFacts>;

function ownFacts(client: Client) {
  let figures: Promise<{ readonly heard: boolean; readonly refused: number }> | undefined;
  let started: Promise<Instant | undefined> | undefined;
  const readFigures = async () => {
    const { items } = fieldsOf(await client.get('/api/v1/sources'));
    const all = listAt(items).map(fieldsOf);
    const found = all.find(({ source }) => source === 'alertmanager');
    return { heard: Number(found?.events ?? 0) > 0, refused: Number(found?.refused ?? 0) };
  };
  const readStarted = async () => timeAt(fieldsOf(await client.get('/api/v2/status')).uptime);
  return {
    figures: () => (figures ??= readFigures()),
    started: () => (started ??= readStarted()),
  };
}

async function unheardIncident(
  parts: WhyParts & { readonly own: OwnFacts },
  there: There,
): Promise<string> {
  const { keys, now, differences } = parts;
  const missing = keys.find(({ tag }) => !there.tags.some(([key, value]) => key === tag && value));
  if (missing) return `it has no tag ${missing.tag}, so nothing here can be the same`;
  const lacking = new Set(differences.flatMap((d) => (d.is === 'there only' ? [d.there] : [])));
  const ofSource = parts.there.alarms.filter(({ source }) => source === there.source);
  if (ofSource.every((incident) => lacking.has(incident)))
    return (
      `not received: nothing of source ${there.source} is raised here. ` +
      'Does it report to this desk?'
    );
  const started = await parts.own.started();
  if (started !== undefined && there.since !== undefined && there.since < started)
    return (
      `not received: it began ${agoText(now, there.since)}, before this desk was started; ` +
      `source ${there.source} must send it again`
    );
  return `not received: source ${there.source} reports here, but not this`;
}

async function notThere(
  parts: WhyParts,
  here: Here,
  onlyThere: readonly There[],
  mayAsk: () => boolean,
): Promise<string> {
  const { now, peer, there } = parts;
  const near = nearKey(here.labels, onlyThere);
  if (near !== undefined) return `there it has another key: ${near}`;
  if (peer.kind === 'an Argus') return notAnIncident(parts, here, mayAsk);
  const { heardAt, deadline, link } = here;
  if (heardAt !== undefined && now - heardAt > REPEATS_WITHIN) {
    const end = deadline === undefined ? '' : `; it ends here ${whenText(deadline)} unless it is`;
    return `not repeated since ${whenText(heardAt)}${end}`;
  }
  const origin = originOf(link);
  const posts = there.alarms.some((alarm) => originOf(alarm.link) === origin);
  if (origin !== '' && !posts)
    return `nothing from ${origin} is open there: it posts to this desk only`;
  return 'it ended there, or never came there';
}

async function notAnIncident(parts: WhyParts, here: Here, mayAsk: () => boolean): Promise<string> {
  const { keys, peer, now } = parts;
  const tags = keys.map(({ tag, name }) => [tag, ownValue(here, name)] as const);
  if (keys.length === 0 || tags.some(([, value]) => value === '') || !mayAsk())
    return 'no open incident is about it';
  const wanted = encodeURIComponent(tags.map(([tag, value]) => `${tag}=${value}`).join(','));
  const answer = fieldsOf(
    await peer.get(`/api/v2/incidents/?open=false&page_size=1&tags=${wanted}`),
  );
  const [closed] = listAt(answer.results).map(fieldsOf);
  if (!closed) return 'there was never an incident about it';
  return `closed there ${agoText(now, timeAt(closed.end_time))} (incident ${textAt(closed.pk)})`;
}

function apartWhy(parts: WhyParts, says: string, there: There, here: Here): string {
  if (says.startsWith('silenced there')) return silencesText(parts.there, there.mutedBy);
  if (says.startsWith('silenced here')) return silencesText(parts.here, here.mutedBy);
  if (says.startsWith('inhibited there')) return inhibitorText(parts.there.alarms, there.mutedBy);
  if (says.startsWith('inhibited here')) {
    const byPrint = parts.here.alarms.map((a) => ({ key: a.fingerprint, name: a.name }));
    return inhibitorText(byPrint, here.mutedBy);
  }
  return says.startsWith('goes to')
    ? 'the routes differ: tocsin routes test shows the way here'
    : '';
}

function silencesText(
  { silences = [] }: { silences: readonly SeenSilence[] | undefined },
  ids: readonly string[],
) {
  const said = silences
    .filter(({ id }) => ids.includes(id))
    .map(
      ({ by, comment, endsAt }) =>
        `${comment || 'no comment'} (${by || 'nobody'}, until ${whenText(endsAt)})`,
    );
  return said.join('; ');
}

function inhibitorText(
  alarms: readonly { readonly key: string; readonly name: string }[],
  ids: readonly string[],
): string {
  const names = alarms.filter(({ key }) => ids.includes(key)).map(({ name }) => name);
  return names.length === 0 ? '' : `by ${names.join('; ')}`;
}

/** Of a generator URL: which sender it was. */
function originOf(link: string): string {
  return URL.canParse(link) ? new URL(link).origin : '';
}

const agoText = (now: Instant, at: Instant | undefined): string =>
  at === undefined ? 'some time ago' : `${ageText(Math.max(0, now - at))} ago (${whenText(at)})`;
