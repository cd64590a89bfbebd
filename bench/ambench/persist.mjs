#!/usr/bin/env node
// What survives a stop and a restart on the same data directory?
//   node persist.mjs [--cmd "..."] [--name label]
// Cases: kill -9 at once, SIGTERM, and kill -9 after a periodic snapshot.
import { parseArgs } from 'node:util';
import { bodies } from './alerts.mjs';
import { startHook } from './hook.mjs';
import { postAll, request, sleep } from './http.mjs';
import { config, DEFAULT_CMD, startServer } from './server.mjs';

const { values: o } = parseArgs({
  options: {
    cmd: { type: 'string', default: DEFAULT_CMD },
    name: { type: 'string', default: 'server' },
    'snapshot-flag': { type: 'string', default: '--data.maintenance-interval=2s' }, // makes periodic snapshots frequent
  },
});
const ALERTS = 100,
  SILENCES = 3;

const state = async (url) => ({
  alerts: (await request(url, '/api/v2/alerts')).json().length,
  silences: (await request(url, '/api/v2/silences'))
    .json()
    .filter((s) => s.status.state === 'active').length,
});

for (const [name, sig, extra] of [
  ['kill -9 at once', 'SIGKILL', ''],
  ['SIGTERM', 'SIGTERM', ''],
  ['kill -9 after a snapshot', 'SIGKILL', ` ${o['snapshot-flag']}`],
]) {
  const hook = await startHook();
  const conf = config({
    hookPort: hook.port,
    groupWait: '1s',
    groupInterval: '1s',
    repeatInterval: '4h',
  });
  let srv = await startServer({ cmd: o.cmd + extra, conf });
  try {
    for (let i = 0; i < SILENCES; i++) {
      await request(srv.url, '/api/v2/silences', {
        method: 'POST',
        json: {
          matchers: [{ name: 'instance', value: `silenced-${i}`, isRegex: false }],
          startsAt: new Date().toISOString(),
          endsAt: new Date(Date.now() + 3600_000).toISOString(),
          createdBy: 'ambench',
          comment: 'persist',
        },
      });
    }
    const list = bodies(ALERTS, 50, { startsAt: new Date() }); // the same bytes are sent again after the restart
    await postAll(srv.url, '/api/v2/alerts', list, 1);
    await sleep(6000); // group_wait passed, everything notified, and at least two snapshot intervals
    const before = { ...(await state(srv.url)), notifiedAlerts: hook.alerts, posts: hook.posts };
    const { dir, port } = srv;
    await srv.kill(sig);
    hook.alerts = hook.posts = 0;
    srv = await startServer({ cmd: o.cmd, conf, dir, port });
    const after = await state(srv.url);
    await postAll(srv.url, '/api/v2/alerts', list, 1);
    await sleep(4000);
    console.log(
      JSON.stringify({
        name: o.name,
        case: name,
        before,
        afterRestart: { ...after, readyMs: Math.round(srv.readyMs) },
        duplicateNotificationsAfterResend: hook.alerts,
      }),
    );
  } finally {
    await srv.stop();
    await hook.close();
  }
}
