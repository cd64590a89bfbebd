import { ack } from './ack.ts';
import { actions } from './actions.ts';
import { alarmRules } from './alarm-rules.ts';
import { alarms } from './alarms.ts';
import { apply } from './apply.ts';
import { backup } from './backup.ts';
import { caution } from './caution.ts';
import { check } from './check.ts';
import { checks } from './checks.ts';
import { close } from './close.ts';
import type { Command } from './command.ts';
import { comment } from './comment.ts';
import { compare } from './compare.ts';
import { completion } from './completion.ts';
import { contacts } from './contacts.ts';
import { decide } from './decide.ts';
import { demo } from './demo.ts';
import { documents } from './documents.ts';
import { explain } from './explain.ts';
import { handovers } from './handovers.ts';
import { heatMap } from './heat-map.ts';
import { incidents } from './incidents.ts';
import { inventory } from './inventory.ts';
import { kpis } from './kpis.ts';
import { labels } from './labels.ts';
import { maintenance } from './maintenance.ts';
import { mcp } from './mcp.ts';
import { mib } from './mib.ts';
import { notify } from './notify.ts';
import { oncall, schedules } from './on-call.ts';
import { override } from './override.ts';
import { pages } from './pages.ts';
import { plan } from './plan.ts';
import { recall } from './recall.ts';
import { reload } from './reload.ts';
import { restore } from './restore.ts';
import { revisions } from './revisions.ts';
import { routes } from './routes.ts';
import { rules } from './rules.ts';
import { runbooks, runs } from './runs.ts';
import { send } from './send.ts';
import { serve } from './serve.ts';
import { shelve } from './shelve.ts';
import { show } from './show.ts';
import { silence } from './silence.ts';
import { slos } from './slos.ts';
import { sources } from './sources.ts';
import { status } from './status.ts';
import { swaps } from './swaps.ts';
import { template } from './template.ts';
import { tokens } from './tokens.ts';
import { types } from './types.ts';
import { unshelve } from './unshelve.ts';
import { users } from './users.ts';
import { version } from './version.ts';
import { views } from './views.ts';
import { why } from './why.ts';

/** Every command there is, in the order the help shows. To add one: a file and a line here. */
export const COMMANDS: readonly Command[] = [
  serve,
  demo,
  alarms,
  show,
  why,
  send,
  ack,
  close,
  shelve,
  unshelve,
  comment,
  recall,
  decide,
  incidents,
  actions,
  caution,
  silence,
  sources,
  oncall,
  schedules,
  override,
  swaps,
  handovers,
  maintenance,
  alarmRules,
  routes,
  notify,
  checks,
  kpis,
  slos,
  heatMap,
  pages,
  contacts,
  views,
  runbooks,
  runs,
  documents,
  inventory,
  labels,
  types,
  compare,
  users,
  tokens,
  status,
  backup,
  restore,
  check,
  plan,
  apply,
  revisions,
  reload,
  rules,
  template,
  mib,
  mcp,
  explain,
  completion(() => COMMANDS),
  version,
];
