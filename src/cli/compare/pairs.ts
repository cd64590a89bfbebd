import type { Instant } from '../../base/time.ts';
import { SEVERITIES, type Severity } from '../../domain/alarm/severity.ts';
import type { Difference, Here, LeftOut, Look, Mark, SeenSilence, There } from './seen.ts';

export interface Comparing {
  /** The alarms here that a thing of the old desk may be; more than one: each is. */
  readonly find: (there: There) => readonly Here[];
  readonly leftOut: ReadonlySet<LeftOut>;
  /** Marks that both kinds of desk have. */
  readonly marks: readonly Mark[];
  /** Two ends closer than this are the same, ms. */
  readonly endsApartMax: number;
}

export interface Compared {
  readonly differences: readonly Difference[];
  /** Alarms that both have, and see alike. */
  readonly same: number;
}

/** What one desk has and the other lacks, and what both have and see differently. */
export function compareLooks(there: Look<There>, here: Look<Here>, by: Comparing): Compared {
  const differences: Difference[] = [];
  const found = new Set<Here>();
  let same = 0;
  for (const alarm of there.alarms) {
    const fits = by.find(alarm);
    if (fits.length === 0) differences.push(lacking('there only', alarm, undefined));
    for (const own of fits) {
      found.add(own);
      const says = apart(alarm, own, by);
      if (says.length === 0) same++;
      differences.push(...says);
    }
  }
  for (const alarm of here.alarms) {
    if (!found.has(alarm)) differences.push(lacking('here only', undefined, alarm));
  }
  if (there.silences && here.silences && !by.leftOut.has('silences'))
    differences.push(...silencesApart(there.silences, here.silences, by.endsApartMax));
  return { differences, same };
}

function lacking(
  is: 'there only' | 'here only',
  there: There | undefined,
  here: Here | undefined,
): Difference {
  const { key = '', name = '', since } = there ?? here ?? {};
  const severity = here?.severity ?? there?.severity ?? namedIn(there);
  const about = 'alarm' as const;
  return { id: `${is} ${key}`, is, about, name, severity, since, says: '', there, here };
}

/** To an Alertmanager a severity is a label; one of our names says how bad it is. */
const namedIn = (there: There | undefined): Severity | undefined =>
  SEVERITIES.find((severity) => severity === there?.labels.severity);

function apart(there: There, here: Here, by: Comparing): readonly Difference[] {
  const says: string[] = [];
  if (!by.leftOut.has('severity') && there.severity && there.severity !== here.severity)
    says.push(`${there.severity} there, ${here.severity} here`);
  if (!by.leftOut.has('marks')) {
    for (const mark of by.marks) {
      if (there.marks.has(mark) === here.marks.has(mark)) continue;
      says.push(there.marks.has(mark) ? `${mark} there, not here` : `${mark} here, not there`);
    }
    says.push(...here.ours);
  }
  if (!by.leftOut.has('receivers') && there.receivers && here.receivers) {
    const [old, own] = [there.receivers.join(', '), here.receivers.join(', ')];
    if (old !== own) says.push(`goes to ${old || 'nobody'} there, to ${own || 'nobody'} here`);
  }
  const { name, severity, since } = here;
  return says.map((what) => ({
    id: `differs ${there.key} ${here.key} ${what}`,
    ...{ is: 'differs', about: 'alarm', name, severity, since, says: what, there, here },
  }));
}

/** By what they hide, not by their ids: each desk gives its own. */
function silencesApart(
  there: readonly SeenSilence[],
  here: readonly SeenSilence[],
  endsApartMax: number,
): readonly Difference[] {
  const [old, own] = [lastOf(there), lastOf(here)];
  const differences: Difference[] = [];
  for (const [matchers, silence] of old) {
    const match = own.get(matchers);
    if (!match) differences.push(silenceApart('there only', silence, ''));
    else if (Math.abs(match.endsAt - silence.endsAt) > endsApartMax)
      differences.push(silenceApart('differs', silence, ends(silence.endsAt, match.endsAt)));
  }
  for (const [matchers, silence] of own) {
    if (!old.has(matchers)) differences.push(silenceApart('here only', silence, ''));
  }
  return differences;
}

/** Of several that hide the same, the one that ends last. */
function lastOf(silences: readonly SeenSilence[]): ReadonlyMap<string, SeenSilence> {
  const last = new Map<string, SeenSilence>();
  for (const silence of silences) {
    const known = last.get(silence.matchers);
    if (!known || silence.endsAt > known.endsAt) last.set(silence.matchers, silence);
  }
  return last;
}

const ends = (there: Instant, here: Instant): string =>
  there > here ? 'ends later there than here' : 'ends earlier there than here';

function silenceApart(is: Difference['is'], silence: SeenSilence, says: string): Difference {
  const { matchers, comment, by } = silence;
  const id = `silence ${is} ${matchers} ${says}`;
  const said = comment === '' ? '' : ` "${comment}"`;
  const name = `{${matchers}}${said}${by === '' ? '' : ` by ${by}`}`;
  const nothing = { severity: undefined, since: undefined, there: undefined, here: undefined };
  return { id, is, about: 'silence', name, says, ...nothing };
}

/** Alerts are their labels. */
export function findByLabels(alarms: readonly Here[]): Comparing['find'] {
  const byPrint = new Map(alarms.map((alarm) => [alarm.fingerprint, alarm]));
  return ({ key }) => {
    const found = byPrint.get(key);
    return found ? [found] : [];
  };
}
