import type { Channel } from '../ports/channel.ts';
import { email } from './email/email.ts';
import { msteamsv2 } from './msteamsv2.ts';
import { opsgenie } from './opsgenie.ts';
import { pagerduty } from './pagerduty.ts';
import { slack } from './slack.ts';
import { snmptrap } from './snmptrap/snmptrap.ts';
import { syslog } from './syslog.ts';
import { telegram } from './telegram.ts';
import { webhook } from './webhook.ts';

/** Settings pass their channel's own schema before they reach it: here their type can be let go. */
const listed = <S, M>(channel: Channel<S, M>): Channel => channel as Channel<never> as Channel;

/** Every way out. To add one: src/channels/<name>.ts and one line here. */
export const CHANNELS: readonly Channel[] = [
  listed(email),
  listed(msteamsv2),
  listed(opsgenie),
  listed(pagerduty),
  listed(slack),
  listed(snmptrap),
  listed(syslog),
  listed(telegram),
  listed(webhook),
];
