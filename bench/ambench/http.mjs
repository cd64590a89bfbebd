// A minimal keep-alive HTTP/1.1 client for load: one request in flight per
// connection, request head and body written in one go. It costs far less CPU
// than node:http, so that on a 2-core machine the server stays the bottleneck.
// GETs, where latency and large bodies matter, use plain node:http.
import http from 'node:http';
import net from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const CHUNKED_END = Buffer.from('0\r\n\r\n');

class Connection {
  constructor(url) {
    this.socket = net.connect({ host: url.hostname, port: Number(url.port) || 80, noDelay: true });
    this.buf = Buffer.alloc(0);
    this.socket.on('data', (d) => {
      this.buf = this.buf.length ? Buffer.concat([this.buf, d]) : d;
      this.#pump();
    });
    this.socket.on('error', (e) => this.#fail(e));
    this.socket.on('close', () => this.#fail(new Error('connection closed')));
  }
  send(head, body) {
    return new Promise((resolve, reject) => {
      this.pending = { resolve, reject };
      this.socket.cork();
      this.socket.write(head);
      this.socket.write(body);
      this.socket.uncork();
    });
  }
  close() {
    this.pending = null;
    this.socket.destroy();
  }
  #fail(e) {
    const p = this.pending;
    this.pending = null;
    p?.reject(e);
  }
  #pump() {
    const headEnd = this.buf.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.buf.toString('latin1', 0, headEnd);
    const status = Number(head.slice(9, 12));
    const bodyStart = headEnd + 4;
    let end;
    if (/\r\ntransfer-encoding: *chunked/i.test(head)) {
      const z = this.buf.indexOf(CHUNKED_END, bodyStart);
      if (z < 0) return;
      end = z + CHUNKED_END.length;
    } else {
      end = bodyStart + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    }
    if (this.buf.length < end) return;
    const text = status >= 300 ? this.buf.toString('utf8', bodyStart, end) : '';
    this.buf = this.buf.subarray(end);
    const p = this.pending;
    this.pending = null;
    p?.resolve({ status, text });
  }
}

/** POST every body over `conns` connections; returns wall time, per-request latencies, error counts. */
export async function postAll(target, path, list, conns) {
  const url = new URL(target);
  const prefix = url.pathname.replace(/\/$/, '');
  const heads = new Map(); // body length -> request head
  const headFor = (n) => {
    let h = heads.get(n);
    if (!h) {
      h = Buffer.from(
        `POST ${prefix}${path} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Type: application/json\r\nContent-Length: ${n}\r\n\r\n`,
      );
      heads.set(n, h);
    }
    return h;
  };
  const pool = Array.from({ length: Math.min(conns, list.length) }, () => new Connection(url));
  const latencies = new Float64Array(list.length);
  const errors = {};
  let next = 0;
  const t0 = performance.now();
  await Promise.all(
    pool.map(async (c) => {
      while (next < list.length) {
        const i = next++;
        const s = performance.now();
        const r = await c.send(headFor(list[i].length), list[i]);
        latencies[i] = performance.now() - s;
        if (r.status >= 300)
          errors[`${r.status} ${r.text.slice(0, 120)}`] =
            (errors[`${r.status} ${r.text.slice(0, 120)}`] ?? 0) + 1;
      }
    }),
  );
  const ms = performance.now() - t0;
  for (const c of pool) c.close();
  return { ms, latencies, errors };
}

/** One request; resolves with status, body, byte count, time to first byte and total time. */
export function request(target, path, { method = 'GET', json } = {}) {
  const url = new URL(target.replace(/\/$/, '') + path);
  const body = json === undefined ? undefined : JSON.stringify(json);
  return new Promise((resolve, reject) => {
    const t0 = performance.now();
    const req = http.request(
      url,
      {
        method,
        agent: false,
        headers: body
          ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
          : {},
      },
      (res) => {
        const chunks = [];
        let ttfb = 0;
        res.once('data', () => {
          ttfb = performance.now() - t0;
        });
        res.on('data', (d) => chunks.push(d));
        res.on('end', () => {
          const ms = performance.now() - t0;
          const buf = Buffer.concat(chunks);
          resolve({
            status: res.statusCode,
            ms,
            ttfb: ttfb || ms,
            bytes: buf.length,
            text: () => buf.toString('utf8'),
            json: () => JSON.parse(buf.toString('utf8')),
          });
        });
        res.on('error', reject);
      },
    );
    req.on('error', reject);
    req.end(body);
  });
}

export const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
/** Like sleep, but does not keep the process alive: for the losing side of a race. */
export const deadline = (ms, value) => new Promise((r) => setTimeout(r, ms, value).unref());
export const quantile = (xs, q) => {
  const s = Float64Array.from(xs).sort();
  return s[Math.min(s.length - 1, Math.floor(q * s.length))];
};
export const median = (xs) => {
  const s = [...xs].sort((a, b) => a - b);
  const m = s.length >> 1;
  return s.length % 2 ? s[m] : (s[m - 1] + s[m]) / 2;
};
