import type { Alarm } from '../alarm/alarm.ts';
import { alertLabels } from '../alarm/as-alert.ts';
import type { AlarmId, Labels } from '../alarm/event.ts';
import { labelValue } from '../alarm/matcher.ts';

/** What routing may ask of an alarm: its labels as API v2 tells them, and four names beside. */
export interface Subject {
  readonly id: AlarmId;
  readonly labels: Labels;
  /** A label, or `@severity`, `@resource`, `@type`, `@source`; '' when there is none. */
  value(name: string): string;
}

/** One is made for every new alarm of a flood: labels are copied only when somebody asks. */
export const routingSubject = (alarm: Alarm): Subject => new AlarmSubject(alarm);

class AlarmSubject implements Subject {
  readonly #alarm: Alarm;
  #labels: Labels | undefined;

  constructor(alarm: Alarm) {
    this.#alarm = alarm;
  }

  get id(): AlarmId {
    return this.#alarm.id;
  }

  get labels(): Labels {
    this.#labels ??= alertLabels(this.#alarm);
    return this.#labels;
  }

  value(name: string): string {
    const label = labelValue(this.#alarm.labels, name);
    if (label !== '') return label;
    const beside = this.#beside(name);
    return beside === '' ? labelValue(this.#alarm.context, name) : beside;
  }

  /**
   * What people change (condition, handling, text …) is no part of routing: an alarm would leave
   * its groups and silences while it fires.
   */
  #beside(name: string): string {
    const alarm = this.#alarm;
    switch (name) {
      case '@severity':
        return alarm.severity;
      case '@resource':
        return alarm.resource;
      case '@type':
        return alarm.type;
      case '@source':
        return alarm.source;
      case 'alertname':
        return alarm.byLabels ? '' : alarm.type;
      case 'instance':
        return alarm.byLabels ? '' : alarm.resource;
      default:
        return '';
    }
  }
}
