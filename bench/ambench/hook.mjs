// A webhook receiver that remembers when each alert was notified.
import http from 'node:http';

export async function startHook(port = 0) {
  const hook = { posts: 0, alerts: 0, payloads: [], keep: 0, onAlert: null };
  const server = http.createServer((req, res) => {
    const at = performance.now();
    const chunks = [];
    req.on('data', (d) => chunks.push(d));
    req.on('end', () => {
      res.end();
      hook.posts++;
      const p = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      hook.alerts += p.alerts.length;
      if (hook.payloads.length < hook.keep) hook.payloads.push(p);
      if (hook.onAlert) for (const a of p.alerts) hook.onAlert(a, at, p);
    });
  });
  server.keepAliveTimeout = 120_000;
  await new Promise((r) => server.listen(port, '127.0.0.1', r));
  hook.port = server.address().port;
  hook.close = () => {
    server.closeAllConnections();
    return new Promise((r) => server.close(r));
  };
  return hook;
}
