import { type Instant, seconds } from '../../base/time.ts';
import { type Alarm, isRaised } from '../../domain/alarm/alarm.ts';
import { identify } from '../../domain/alarm/event.ts';
import type { Memory } from '../desk.ts';
import type { Finding } from '../self-watch.ts';
import { ageText, utcText } from '../views/words.ts';
import type { Heard } from './heard.ts';
import type { HeardSource, Hearing, SilenceLimit } from './hearing.ts';

const TYPE = 'source.silent';

/** The desk looks every few seconds; when it did not for so long, it was not listening either. */
const LOOKS_APART_MAX = seconds(60);

/** A silence that was told and is not over. */
interface Told {
  readonly source: string;
  /** '' when it is the whole source. */
  readonly device: string;
  readonly since: Instant;
  readonly finding: Finding;
}

/**
 * Who is silent for too long. A silence that was told stays told until the talker is heard, over a
 * restart too: the alarm itself is what is remembered. Time in which the desk could not listen is
 * no silence of anybody's.
 */
export class SilenceWatch {
  readonly #hearing: Hearing;
  readonly #memory: Pick<Memory, 'all' | 'get'>;
  readonly #told = new Map<string, Told>();
  #looked: Instant | undefined;

  constructor(hearing: Hearing, memory: Pick<Memory, 'all' | 'get'>) {
    this.#hearing = hearing;
    this.#memory = memory;
    for (const alarm of memory.all('alarms')) this.#takeUp(alarm);
  }

  /** What should be on the list now. `isListening`: the desk takes in what is sent. */
  findings(now: Instant, isListening: boolean): readonly Finding[] {
    const slept = this.#looked !== undefined && now - this.#looked > LOOKS_APART_MAX;
    this.#looked = now;
    if (!isListening || slept) this.#hearing.deaf(now);
    for (const [key, told] of this.#told) if (this.#isOver(told, now)) this.#end(key, told);
    for (const source of this.#hearing.all()) this.#look(source, now);
    return [...this.#told.values()].map(({ finding }) => finding);
  }

  #look(source: HeardSource, now: Instant): void {
    const { total, devices } = source;
    const limit = this.#hearing.limitOf(source);
    const isSilent = limit && this.#hearing.isOverdue(source, total, limit, now);
    if (limit && isSilent) this.#tell(total, total, limit, now);
    if (total.silentSince > 0) return; // its devices are not heard because it is not
    for (const device of devices.all()) {
      if (device.silentSince > 0) continue;
      const own = this.#hearing.deviceLimitOf(source, device);
      if (own && this.#hearing.isOverdue(source, device, own, now))
        this.#tell(total, device, own, now);
    }
  }

  #tell(source: Heard, talker: Heard, limit: SilenceLimit, now: Instant): void {
    if (talker.silentSince > 0) return;
    talker.silentSince = now;
    const device = source === talker ? '' : talker.name;
    const text = textOf(device === '' ? source.name : talker.name, talker, limit);
    const finding = findingOf(source.name, device, text);
    this.#told.set(finding.resource, { source: source.name, device, since: now, finding });
  }

  /** Told before the restart, and nobody knows yet whether it is over. */
  #takeUp(alarm: Alarm): void {
    if (alarm.source !== 'desk' || alarm.type !== TYPE || !isRaised(alarm)) return;
    const { source = alarm.resource, device = '' } = alarm.labels;
    const since = alarm.condition.since;
    const talker = this.#talker(source, device, since);
    if (talker !== undefined) talker.silentSince = since;
    const finding = findingOf(source, device, alarm.text);
    this.#told.set(finding.resource, { source, device, since, finding });
  }

  #talker(source: string, device: string, at: Instant): Heard | undefined {
    const own = this.#hearing.get(source);
    return device === '' ? own?.total : own?.devices.find(device, at);
  }

  #isOver({ source, device, since, finding }: Told, now: Instant): boolean {
    const own = this.#hearing.get(source);
    const talker = device === '' ? own?.total : own?.devices.get(device);
    if (own === undefined || talker === undefined) return this.#isClosed(finding);
    if (talker.at >= since) return true;
    const limit =
      device === '' ? this.#hearing.limitOf(own) : this.#hearing.deviceLimitOf(own, talker);
    if (this.#hearing.isNeverMissed(talker)) return true;
    if (limit?.by === 'set' || !this.#isClosed(finding)) return false;
    talker.unlearn(now); // somebody said that it is not expected any more
    if (device === '') for (const one of own.devices.all()) one.unlearn(now);
    return true;
  }

  #isClosed({ resource }: Finding): boolean {
    return this.#memory.get('alarms', identify(resource, TYPE, ''))?.handling.is === 'closed';
  }

  #end(key: string, { source, device }: Told): void {
    this.#told.delete(key);
    const own = this.#hearing.get(source);
    const talker = device === '' ? own?.total : own?.devices.get(device);
    if (talker !== undefined) talker.silentSince = 0 as Instant;
  }
}

const findingOf = (source: string, device: string, text: string): Finding => {
  const resource = device === '' ? source : `${source}/${device}`;
  const severity = device === '' ? 'major' : 'minor';
  const named = { alertname: TYPE, instance: device || source, source };
  const labels = device === '' ? named : { ...named, device };
  return { type: TYPE, resource, severity, text, labels };
};

function textOf(name: string, talker: Heard, limit: SilenceLimit): string {
  const last = talker.at > 0 ? `was last heard ${utcText(talker.at)}` : 'was never heard';
  const why =
    limit.by === 'set'
      ? `tocsin.yml gives it ${ageText(limit.after)}`
      : `by its habit ${ageText(limit.after)} is too long`;
  const todo =
    limit.by === 'set'
      ? 'Look whether it runs and reaches the desk.'
      : 'Look whether it runs and reaches the desk; close this if it may be quiet.';
  return `${name} ${last}; ${why}. ${todo}`;
}
