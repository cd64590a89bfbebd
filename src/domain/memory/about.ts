import type { Alarm } from '../alarm/alarm.ts';
import type { AlarmId, Labels } from '../alarm/event.ts';
import { labelValue } from '../alarm/matcher.ts';
import type { Severity } from '../alarm/severity.ts';

/** The alarm something was written about, as it was then: the alarm itself may leave memory. */
export interface About {
  readonly alarm: AlarmId;
  readonly resource: string;
  readonly type: string;
  /** See `classOf`; '' when nothing says it. */
  readonly class: string;
  /** What tells the thing itself from one put in its place, `serial=…`; absent when unknown. */
  readonly object?: string;
  readonly severity: Severity;
  readonly text: string;
}

/** What says which resources are alike, the first that is there: `role="core"` before `job`. */
const CLASS_NAMES: readonly string[] = ['class', 'role', 'device_type', 'job', 'app', 'service'];

/**
 * The class of a resource, by its labels and what the inventory adds to them: `role=core`. Two
 * resources of one class are alike enough for what helped one to help the other.
 */
export function classOf(labels: Labels, context: Labels): string {
  for (const name of CLASS_NAMES) {
    const value = labelValue(labels, name) || labelValue(context, name);
    if (value !== '') return `${name}=${value}`;
  }
  return '';
}

/** What says that a thing is this very one: a device of another serial was put in its place. */
const OBJECT_NAMES: readonly string[] = ['serial', 'serial_number', 'asset', 'model', 'hardware'];

function objectOf({ labels, context }: Alarm): Pick<About, 'object'> {
  const said = OBJECT_NAMES.flatMap((name) => {
    const value = labelValue(labels, name) || labelValue(context, name);
    return value === '' ? [] : `${name}=${value}`;
  });
  return said.length === 0 ? {} : { object: said.join(', ') };
}

export const aboutOf = (alarm: Alarm): About => ({
  alarm: alarm.id,
  resource: alarm.resource,
  type: alarm.type,
  class: classOf(alarm.labels, alarm.context),
  ...objectOf(alarm),
  severity: alarm.severity,
  text: alarm.text,
});
