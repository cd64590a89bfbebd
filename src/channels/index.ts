import type { Channel } from '../ports/channel.ts';
import { email } from './email/email.ts';
import { discord } from './hooks/discord.ts';
import { incidentio } from './hooks/incidentio.ts';
import { jira } from './hooks/jira.ts';
import { mattermost } from './hooks/mattermost.ts';
import { msteams } from './hooks/msteams.ts';
import { ntfy } from './hooks/ntfy.ts';
import { pushover } from './hooks/pushover.ts';
import { rocketchat } from './hooks/rocketchat.ts';
import { sns } from './hooks/sns.ts';
import { victorops } from './hooks/victorops.ts';
import { webex } from './hooks/webex.ts';
import { wechat } from './hooks/wechat.ts';
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
  listed(discord),
  listed(email),
  listed(incidentio),
  listed(jira),
  listed(mattermost),
  listed(msteams),
  listed(msteamsv2),
  listed(ntfy),
  listed(opsgenie),
  listed(pagerduty),
  listed(pushover),
  listed(rocketchat),
  listed(slack),
  listed(snmptrap),
  listed(sns),
  listed(syslog),
  listed(telegram),
  listed(victorops),
  listed(webex),
  listed(webhook),
  listed(wechat),
];
