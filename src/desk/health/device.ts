import type { AlarmEvent } from '../../domain/alarm/event.ts';

/** A longer name is cut: two devices that differ only beyond it are counted as one. */
export const DEVICE_CHARS_MAX = 128;

/**
 * The device an event is about. Of an alarm that is its labels (API v2) `instance` speaks before
 * `device`, which there is a disk or a network card; of all others the resource up to its first
 * slash. A port and what goes before `//` in an address are no part of a name.
 */
export function deviceOf(event: AlarmEvent): string {
  const said = labelOf(event);
  return said === '' ? named(event.resource, false) : named(said, true);
}

/** The label that names the device, uncut; '' when none does. */
export function labelOf({ byLabels, labels }: AlarmEvent): string {
  if (byLabels !== true) return '';
  const { instance, device } = labels;
  return instance || device || '';
}

function named(text: string, hasPort: boolean): string {
  let from = 0;
  let to = text.indexOf('/');
  if (to > 0 && text[to - 1] === ':' && text[to + 1] === '/') {
    from = to + 2;
    to = text.indexOf('/', from);
    hasPort = true;
  }
  if (to <= from) to = text.length;
  if (hasPort) to = withoutPort(text, from, to);
  if (to - from > DEVICE_CHARS_MAX) to = from + DEVICE_CHARS_MAX;
  if (from === 0 && to === text.length) return text === '' ? 'unknown' : text;
  return from === to ? 'unknown' : text.slice(from, to);
}

/** An IPv6 address without brackets has colons too: only what stands behind a single one is cut. */
function withoutPort(text: string, from: number, to: number): number {
  const colon = text.lastIndexOf(':', to - 1);
  if (colon <= from) return to;
  const isOnlyOne = text.lastIndexOf(':', colon - 1) < from || text[colon - 1] === ']';
  return isOnlyOne ? colon : to;
}
