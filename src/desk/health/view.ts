import type { Instant } from '../../base/time.ts';
import type { Heard, Rates } from './heard.ts';
import type { HeardSource, Hearing, SilenceLimit } from './hearing.ts';

/** How well one talker does: a source as a whole, or one of its devices. */
export interface TalkerView {
  readonly source: string;
  /** '' for the source as a whole. */
  readonly device: string;
  /** Reports taken since it is followed. */
  readonly events: number;
  readonly refused: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant | undefined;
  readonly rates: Rates;
  /** Since when it is called silent. */
  readonly silentSince: Instant | undefined;
  readonly limit: SilenceLimit | undefined;
}

export interface SourceHealth {
  readonly total: TalkerView;
  readonly devices: {
    readonly known: number;
    readonly silent: number;
    /** Forgotten to make room. */
    readonly letGo: number;
  };
}

export function sourceHealth(
  hearing: Hearing,
  name: string,
  now: Instant,
): SourceHealth | undefined {
  const source = hearing.get(name);
  if (source === undefined) return undefined;
  let silent = 0;
  for (const device of source.devices.all()) if (device.silentSince > 0) silent++;
  const { size: known, letGo } = source.devices;
  const total = viewOf(source, '', source.total, hearing.limitOf(source), now);
  return { total, devices: { known, silent, letGo } };
}

export interface DevicesAsked {
  /** Absent: of all sources. */
  readonly source?: string | undefined;
  /** Part of a name. */
  readonly words: string;
  readonly isSilent: boolean;
  readonly most: number;
}

export interface DevicesFound {
  /** Most trouble first. */
  readonly devices: readonly TalkerView[];
  /** All that were asked for. */
  readonly total: number;
}

/** Devices, most trouble first: silent ones, then refused ones, then the loudest. */
export function devicesByTrouble(
  hearing: Hearing,
  asked: DevicesAsked,
  now: Instant,
): DevicesFound {
  const found: Found[] = [];
  const { source, words, isSilent, most } = asked;
  let total = 0;
  let worthAtLeast = Number.NEGATIVE_INFINITY;
  for (const own of hearing.all()) {
    if (source !== undefined && own.total.name !== source) continue;
    for (const device of own.devices.all()) {
      if (isSilent && device.silentSince === 0) continue;
      if (words !== '' && !device.name.includes(words)) continue;
      total++;
      const trouble = troubleOf(device, now);
      if (trouble < worthAtLeast) continue;
      found.push({ own, device, trouble });
      // Now and then what will not be shown is dropped: nobody sorts tens of thousands.
      if (found.length >= 2 * most + 100) worthAtLeast = cutTo(found, most);
    }
  }
  cutTo(found, most);
  const devices = found.map(({ own, device }) =>
    viewOf(own, device.name, device, hearing.deviceLimitOf(own, device), now),
  );
  return { devices, total };
}

interface Found {
  readonly own: HeardSource;
  readonly device: Heard;
  readonly trouble: number;
}

function cutTo(found: Found[], most: number): number {
  const before = ({ name }: Heard, other: Heard): number =>
    name < other.name ? -1 : name > other.name ? 1 : 0;
  found.sort((a, b) => b.trouble - a.trouble || before(a.device, b.device));
  if (found.length > most) found.length = most;
  return found.at(-1)?.trouble ?? 0;
}

/** Beyond what any device can refuse in an hour: who is silent comes first. */
const SILENT = 2 ** 50;
const REFUSED = 2 ** 40;

function troubleOf(device: Heard, now: Instant): number {
  if (device.silentSince > 0) return SILENT + (now - device.silentSince);
  const isRefused = device.refused > 0 ? REFUSED + Math.min(device.refused, REFUSED) : 0;
  return isRefused + device.rates(now).hour;
}

const viewOf = (
  { total }: HeardSource,
  device: string,
  heard: Heard,
  limit: SilenceLimit | undefined,
  now: Instant,
): TalkerView => ({
  source: total.name,
  device,
  events: heard.events,
  refused: heard.refused,
  firstAt: heard.firstAt,
  lastAt: heard.at > 0 ? heard.at : undefined,
  rates: heard.rates(now),
  silentSince: heard.silentSince > 0 ? heard.silentSince : undefined,
  limit,
});
