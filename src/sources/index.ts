import type { Source } from '../ports/source.ts';
import { alertmanager } from './alertmanager/alertmanager.ts';
import { snmp } from './snmp/snmp.ts';
import { syslog } from './syslog/syslog.ts';
import { webhook } from './webhook/webhook.ts';

/** Settings pass their source's own schema before they reach it: here their type can be let go. */
const listed = <S>(source: Source<S>): Source => source as Source<never> as Source;

/** Every way in. To add one: src/sources/<name>.ts, fixtures/<name>/, and one line here. */
export const SOURCES: readonly Source[] = [
  listed(alertmanager),
  listed(snmp),
  listed(syslog),
  listed(webhook),
];
