import assert from 'node:assert/strict';
import { createServer as plainServer } from 'node:http';
import { createServer } from 'node:https';
import { connect } from 'node:net';
import { test } from 'node:test';
import { CONNECTION_LIMITS } from '../../src/net/connection.ts';
import { type HttpConfig, httpConfigFaults } from '../../src/net/http-config.ts';
import { type HttpRequest, REPLY_BYTES_MAX } from '../../src/net/http-request.ts';
import { REDIRECTS_MAX, sendHttp } from '../../src/net/send-http.ts';
import { CERTIFICATE, KEY } from './certificate.ts';
import { type Answer, type Arrived, answers, farSide, listening } from './far-side.ts';
import { testWorld } from './world.ts';

const post = (url: string): HttpRequest => ({
  method: 'POST',
  url,
  headers: { 'Content-Type': 'application/json' },
  body: '{"a":1}',
});

/** Runs with a far side that is closed afterwards. */
async function against(
  answer: Answer,
  run: (far: Awaited<ReturnType<typeof farSide>>) => Promise<void>,
): Promise<void> {
  const far = await farSide(answer);
  try {
    await run(far);
  } finally {
    await far.close();
  }
}

const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

test('each way to sign in sets its Authorization, with files read at each send', () =>
  against(answers(200), async (far) => {
    const files: Record<string, string> = { '/p': 'one\n', '/t': 'tok\n' };
    const world = testWorld({ files });
    const got = async (config: HttpConfig, url = far.url) => {
      await sendHttp(post(url), config, world);
      return far.arrived.at(-1)?.headers.authorization;
    };
    assert.equal(await got({}), undefined);
    assert.equal(await got({ basic_auth: { username: 'u', password: 'p' } }), basic('u:p'));
    const filed = { basic_auth: { username: 'u', password_file: '/p' } };
    assert.equal(await got(filed), basic('u:one'));
    files['/p'] = 'two';
    assert.equal(await got(filed), basic('u:two'));
    assert.equal(await got({ authorization: { credentials: 'c' } }), 'Bearer c');
    assert.equal(await got({ authorization: { type: 'Token', credentials: 'c' } }), 'Token c');
    assert.equal(await got({ bearer_token_file: '/t' }), 'Bearer tok');
    assert.equal(await got({}, far.url.replace('//', '//u:p%40@')), basic('u:p@'));
  }));

test('http_headers go along, from values, secrets and files', () =>
  against(answers(200), async (far) => {
    const config = { http_headers: { 'X-A': { values: ['1'], secrets: ['2'], files: ['/f'] } } };
    await sendHttp(post(far.url), config, testWorld({ files: { '/f': '3\n' } }));
    assert.equal(far.arrived[0]?.headers['x-a'], '1, 2, 3');
  }));

test('301, 302 and 303 become GET without a body; 307 and 308 keep both', () =>
  against(
    (arrived, response) => {
      const code = Number(arrived.path.slice(1));
      answers(code || 200, '', { Location: '/' })(arrived, response, 0);
    },
    async (far) => {
      for (const code of [301, 302, 303, 307, 308]) {
        const reply = await sendHttp(post(`${far.url}/${code}`), {}, testWorld());
        const { method, body, headers } = far.arrived.at(-1) as Arrived;
        const keeps = code > 303;
        assert.equal(reply.status, 200);
        assert.deepEqual([method, body], keeps ? ['POST', '{"a":1}'] : ['GET', '']);
        assert.equal(headers['content-type'], keeps ? 'application/json' : undefined);
      }
      const kept = await sendHttp(post(`${far.url}/302`), { follow_redirects: false }, testWorld());
      assert.equal(kept.status, 302);
    },
  ));

test('at most ten redirects are followed', () => {
  let left = 0;
  const count: Answer = (arrived, response) => {
    left -= 1;
    answers(left >= 0 ? 307 : 200, '', { Location: '/on' })(arrived, response, 0);
  };
  return against(count, async (far) => {
    left = REDIRECTS_MAX;
    assert.equal((await sendHttp(post(far.url), {}, testWorld())).status, 200);
    left = REDIRECTS_MAX + 1;
    await assert.rejects(sendHttp(post(far.url), {}, testWorld()), /more than 10 redirects/);
  });
});

test('what signs us in is not told to another host a redirect leads to', () =>
  against(answers(200), async (other) =>
    against(
      (arrived, response) => {
        const to = arrived.path === '/same' ? '/end' : `${other.url}/end`;
        answers(arrived.path === '/end' ? 200 : 307, '', { Location: to })(arrived, response, 0);
      },
      async (far) => {
        const http_headers = { 'X-Key': { secrets: ['s'] } };
        const config = { authorization: { credentials: 'c' }, http_headers };
        const request = { ...post(`${far.url}/away`), headers: { Authorization: 'GenieKey k' } };
        await sendHttp(request, config, testWorld());
        await sendHttp(request, {}, testWorld());
        for (const { headers } of other.arrived)
          assert.deepEqual([headers.authorization, headers['x-key']], [undefined, undefined]);
        await sendHttp(post(`${far.url}/same`), config, testWorld());
        const { headers } = far.arrived.at(-1) as Arrived;
        assert.deepEqual([headers.authorization, headers['x-key']], ['Bearer c', 's']);
      },
    ),
  ));

test('only http and https are spoken, also after a redirect', () =>
  against(answers(302, '', { Location: 'file:///etc/passwd' }), async (far) => {
    for (const url of ['file:///etc/passwd', 'ftp://x/', 'no url', far.url])
      await assert.rejects(sendHttp(post(url), {}, testWorld()), /http:\/\/ or|is no URL/);
  }));

test('no more of an answer is read than its maximum', () =>
  against(
    (arrived, response, nth) =>
      answers(200, 'x'.repeat(REPLY_BYTES_MAX + (nth > 1 ? 1 : 0)))(arrived, response, nth),
    async (far) => {
      for (const _ of [1, 2]) {
        const { body } = await sendHttp(post(far.url), {}, testWorld());
        assert.equal(body.length, REPLY_BYTES_MAX);
      }
    },
  ));

test('a connection is used again, and no more are open to a host than its maximum', () => {
  const waiting: (() => void)[] = [];
  const hold: Answer = (arrived, response) => {
    waiting.push(() => answers(200)(arrived, response, 0));
    if (waiting.length === CONNECTION_LIMITS.sockets_per_host_max) release();
    else if (released) waiting.pop()?.();
  };
  let released = false;
  const release = () => {
    released = true;
    for (const go of waiting.splice(0)) go();
  };
  return against(hold, async (far) => {
    const sends = Array.from({ length: CONNECTION_LIMITS.sockets_per_host_max + 4 }, () =>
      sendHttp(post(far.url), {}, testWorld()),
    );
    await Promise.all(sends);
    assert.equal(far.arrived.length, sends.length);
  });
});

async function secure(run: (url: string, port: number) => Promise<void>): Promise<void> {
  const server = createServer({ cert: CERTIFICATE, key: KEY }, (_request, response) => {
    response.end('secure');
  });
  const far = await listening(server, [], 'https');
  try {
    await run(far.url, far.port);
  } finally {
    await far.close();
  }
}

const trusted = { tls_config: { ca: CERTIFICATE, server_name: 'hooks.example.org' } };

test('TLS takes only a certificate it was told to trust, for the name it was told', () =>
  secure(async (url) => {
    const say = (config: HttpConfig) =>
      sendHttp(post(url), config, testWorld({ files: { '/ca': CERTIFICATE } }));
    assert.equal((await say(trusted)).body, 'secure');
    await assert.rejects(say({}), /self-signed/);
    await assert.rejects(say({ tls_config: { ca: CERTIFICATE } }), /127\.0\.0\.1/);
    const filed = { tls_config: { ca_file: '/ca', server_name: 'hooks.example.org' } };
    assert.equal((await say(filed)).body, 'secure');
    assert.equal((await say({ tls_config: { insecure_skip_verify: true } })).body, 'secure');
    const old = { tls_config: { ...trusted.tls_config, max_version: 'TLS11' as const } };
    await assert.rejects(say(old));
  }));

test('a proxy is asked for the whole address, or for a way through to a secure host', () =>
  secure(async (url, port) => {
    const asked: string[] = [];
    const open: { destroy(): void }[] = [];
    const proxy = await farSide(answers(200, 'by proxy'));
    const tunnels = await (() => {
      const server = plainServer();
      server.on('connect', (request, socket) => {
        asked.push(
          `${request.url} ${request.headers['proxy-authorization']} ${request.headers['x-p']}`,
        );
        const through = connect(port, '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          through.pipe(socket).pipe(through);
        });
        through.on('error', () => socket.destroy());
        socket.on('error', () => through.destroy());
        socket.on('close', () => through.destroy());
        open.push(socket);
      });
      return listening(server, [], 'http');
    })();
    try {
      const plain = { proxy_url: proxy.url.replace('//', '//u:p@') };
      const reply = await sendHttp(post('http://hooks.example.org/x?y=1'), plain, testWorld());
      const [got] = proxy.arrived;
      assert.equal(reply.body, 'by proxy');
      assert.deepEqual(
        [got?.path, got?.headers.host, got?.headers['proxy-authorization']],
        ['http://hooks.example.org/x?y=1', 'hooks.example.org', basic('u:p')],
      );
      const secured = {
        ...trusted,
        proxy_url: tunnels.url.replace('//', '//u:p@'),
        proxy_connect_header: { 'X-P': ['1'] },
      };
      assert.equal((await sendHttp(post(url), secured, testWorld())).body, 'secure');
      assert.deepEqual(asked, [`127.0.0.1:${port} ${basic('u:p')} 1`]);
      const refusing = { ...trusted, proxy_url: proxy.url };
      await assert.rejects(sendHttp(post(url), refusing, testWorld()));
    } finally {
      for (const socket of open) socket.destroy();
      await Promise.all([proxy.close(), tunnels.close()]);
    }
  }));

test('no_proxy and the environment say what is reached without the proxy', () =>
  against(answers(200, 'by proxy'), async (proxy) =>
    against(answers(200, 'straight'), async (far) => {
      const via = async (
        config: HttpConfig,
        proxies?: { http: string; https: string; none: string },
      ) => (await sendHttp(post(far.url), config, testWorld(proxies ? { proxies } : {}))).body;
      const { url: proxy_url } = proxy;
      for (const no_proxy of [
        '127.0.0.1',
        '127.0.0.0/8',
        '*',
        `127.0.0.1:${far.port}`,
        ' x , 127.0.0.1',
      ])
        assert.equal(await via({ proxy_url, no_proxy }), 'straight', no_proxy);
      for (const no_proxy of ['', '127.0.0.2', '10.0.0.0/8', '127.0.0.1:1', '0.0.1'])
        assert.equal(await via({ proxy_url, no_proxy }), 'by proxy', no_proxy);
      const proxies = { http: proxy_url, https: '', none: '' };
      // As Go has it, an environment's proxy is never asked for this machine.
      assert.equal(await via({ proxy_from_environment: true }, proxies), 'straight');
    }),
  ));

test('a token is asked for once, kept while it lives, and renewed when it is refused', () => {
  let [good, handed] = ['', 0];
  const both: Answer = ({ path, headers, body }, response) => {
    if (path !== '/token')
      return answers(headers.authorization === `Bearer ${good}` ? 200 : 401)(
        {} as Arrived,
        response,
        0,
      );
    const form = new URLSearchParams(body);
    const isOurs = headers.authorization === basic('id:sec%20ret');
    assert.deepEqual(
      [isOurs, form.get('grant_type'), form.get('scope'), form.get('aud')],
      [true, 'client_credentials', 'a b', 'x'],
    );
    handed += 1;
    good = `t${handed}`;
    answers(200, JSON.stringify({ access_token: good, expires_in: 60 }))(
      {} as Arrived,
      response,
      0,
    );
  };
  return against(both, async (far) => {
    const world = testWorld();
    const oauth2 = {
      client_id: 'id',
      client_secret: 'sec ret',
      token_url: `${far.url}/token`,
      scopes: ['a', 'b'],
      endpoint_params: { aud: 'x' },
    };
    const say = async () => [(await sendHttp(post(far.url), { oauth2 }, world)).status, handed];
    assert.deepEqual(await say(), [200, 1]);
    assert.deepEqual(await say(), [200, 1]);
    world.clock.pass(49_999);
    assert.deepEqual(await say(), [200, 1]);
    world.clock.pass(1); // ten seconds before its end it is too old
    assert.deepEqual(await say(), [200, 2]);
    good = 'withdrawn';
    assert.deepEqual(await say(), [200, 3]);
  });
});

test('settings that contradict each other are faults, with the field', () => {
  const fields = (config: HttpConfig) => httpConfigFaults(config).map(([field]) => field);
  assert.deepEqual(fields({}), []);
  assert.deepEqual(fields({ basic_auth: {}, authorization: {} }), ['http_config']);
  assert.deepEqual(
    fields({
      bearer_token: 'x',
      oauth2: { client_id: 'x', client_secret: 'x', token_url: 'http://x' },
    }),
    ['http_config'],
  );
  assert.deepEqual(fields({ basic_auth: { password: 'x', password_file: 'y' } }), [
    'http_config.basic_auth.password_file',
  ]);
  assert.deepEqual(fields({ authorization: { type: ' Basic' } }), [
    'http_config.authorization.type',
  ]);
  assert.deepEqual(fields({ tls_config: { cert: 'x' } }), ['http_config.tls_config.key']);
  assert.deepEqual(fields({ tls_config: { min_version: 'TLS13', max_version: 'TLS12' } }), [
    'http_config.tls_config.max_version',
  ]);
  assert.deepEqual(fields({ no_proxy: 'x' }), ['http_config.no_proxy']);
  assert.deepEqual(fields({ proxy_url: 'http://x', proxy_from_environment: true }), [
    'http_config.proxy_url',
  ]);
  assert.deepEqual(fields({ http_headers: { Host: { values: ['x'] } } }), [
    'http_config.http_headers.Host',
  ]);
  assert.deepEqual(fields({ oauth2: {} }), [
    'http_config.oauth2.client_id',
    'http_config.oauth2.token_url',
    'http_config.oauth2.client_secret',
  ]);
});
