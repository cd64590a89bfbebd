import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { millis, seconds } from '../../src/base/time.ts';
import type { UserId } from '../../src/domain/alarm/alarm.ts';
import {
  CONTACT_KINDS,
  type ContactId,
  type ContactKind,
} from '../../src/domain/escalation/page.ts';
import type { Notice } from '../../src/domain/routing/notice.ts';
import { contactWays } from '../../src/wiring/contact-ways.ts';
import { raise } from '../support/happenings.ts';
import { openParts } from '../support/http.ts';
import { ADA, onlyPage, openPaging, paged } from '../support/paging.ts';

const ADDRESSES: Readonly<Record<ContactKind, string>> = {
  email: 'ada@example.org',
  telegram: '-4711',
  ntfy: 'https://ntfy.example.org/{{topic',
  webhook: 'https://hook.example.org/ada?x={{y}}',
};

const GLOBAL = { smtp_from: 'desk@example.org', smtp_smarthost: 'mail.example.org:25' };

async function ways() {
  const parts = await openParts();
  after(() => parts.desk.close());
  const { desk, accounts, people, clock, log } = parts;
  const { id: person } = await accounts.add(
    'self' as UserId,
    { login: 'ada', name: 'Ada', email: '', password: '' },
    'operator',
  );
  for (const kind of CONTACT_KINDS) {
    const contact = `c-${kind}` as ContactId;
    people.setAddress({ id: contact, user: person, kind, address: ADDRESSES[kind] });
    await desk.act(person, { verb: 'contact.set', contact, person, kind, delay: millis(0) });
  }
  const document = {
    global: { ...GLOBAL, telegram_bot_token: { $secret: 's1' } },
    receivers: [],
    templates: [],
  };
  const settings = { sendTimeout: seconds(10), sendsPerWayMax: 4, allowedNetworks: [] };
  const of = contactWays(
    document,
    { desk, accounts, log, clock: clock as never },
    {
      secrets: { get: (ref: string) => (ref === 's1' ? 'bot-token' : undefined) },
      settings: settings as never,
      homeUrl: () => 'https://desk.example.org',
      proxies: { http: '', https: '', none: '' },
      version: '0',
    },
  );
  const messageOf = (kind: ContactKind, notice: Notice): string => {
    const way = of({ receiver: `contact/c-${kind}`, kind, index: 0 });
    assert.ok(way, kind);
    assert.equal(way.world(AbortSignal.timeout(1_000)).trust, 'guarded');
    return JSON.stringify([
      way.settings,
      way.channel.render(notice, way.settings, way.rendering(notice)),
    ]);
  };
  return { messageOf, of, people, desk, person };
}

/** What a real page and a real test say. */
async function notices(): Promise<{ readonly page: Notice; readonly test: Notice }> {
  const d = await openPaging();
  await raise(d, 'web-1');
  assert.equal(paged(d).length, 1);
  const [page] = d.notices;
  await d.desk.act(ADA, { verb: 'contact.test', contact: 'ada-email' as ContactId });
  await d.pump();
  const trial = d.notices.at(-1);
  assert.ok(page && trial && onlyPage(d));
  return { page, test: trial };
}

test('a page says what it is about, why this person, where to answer, by every kind', async () => {
  const { messageOf, people } = await ways();
  const { page } = await notices();
  const proof = people.proof(`answer ${page.page?.id} ${page.page?.person}`);
  for (const kind of CONTACT_KINDS) {
    const said = messageOf(kind, page);
    assert.match(said, /Answer please: Down on web-1/, kind);
    assert.ok(said.includes(`https://desk.example.org/answer/${page.page?.id}/ada/${proof}`), kind);
    assert.match(said, /because you are named by the policy; policy noc/, kind);
    assert.doesNotMatch(said, /FIRING:1/, `${kind}: its own templates failed`);
  }
});

test('a test says that it is one, by every kind', async () => {
  const { messageOf } = await ways();
  const { test: trial } = await notices();
  for (const kind of CONTACT_KINDS) {
    const said = messageOf(kind, trial);
    assert.match(said, /Test: TocsinTest/, kind);
    assert.match(said, /Nothing is wrong/, kind);
    assert.doesNotMatch(said, /FIRING:1|Answer please/, kind);
  }
});

test('many pages in one message: how many, each with its own link, the rest counted', async () => {
  const { messageOf, people } = await ways();
  const { page } = await notices();
  assert.ok(page.page);
  const others = Array.from({ length: 11 }, (_, n) => ({
    id: `pg9.${n}`,
    title: `Down on db-${n}`,
  }));
  const held = { ...page, page: { ...page.page, title: 'Down on web-1', others } };
  const proof = people.proof(`answer pg9.8 ${page.page.person}`);
  for (const kind of CONTACT_KINDS) {
    const said = messageOf(kind, held);
    assert.match(said, /Answer please: 12 pages wait for you/, kind);
    assert.ok(said.includes(`https://desk.example.org/answer/pg9.8/ada/${proof}`), kind);
    assert.doesNotMatch(said, /db-9/, kind);
    assert.match(said, /and 2 more: https:..desk.example.org.pages/, kind);
  }
});

test('a page of a run says which run asks, and leads to it', async () => {
  const { messageOf } = await ways();
  const { page } = await notices();
  assert.ok(page.page);
  const asks = { ...page, page: { ...page.page, run: 'run12' } };
  for (const kind of CONTACT_KINDS) {
    const link = 'The run that asks: https://desk.example.org/runs/run12';
    assert.ok(messageOf(kind, asks).includes(link), kind);
    assert.doesNotMatch(messageOf(kind, page), /The run that asks/, kind);
  }
});

test('a test of an address that is not verified brings its code, and where to enter it', async () => {
  const { messageOf, people } = await ways();
  const { test: trial } = await notices();
  for (const kind of CONTACT_KINDS) {
    people.makeCode(`c-${kind}`);
    const code = people.codeOf(`c-${kind}`);
    const said = messageOf(kind, { ...trial, to: { ...trial.to, receiver: `contact/c-${kind}` } });
    assert.ok(said.includes(`Test: your code is ${code}`), kind);
    assert.match(said, /Nothing is wrong/, kind);
    assert.match(said, /https:..desk\.example\.org.me/, kind);
  }
});

test('a hand-over says who, until when, and leads to the page of who is on call, by every kind', async () => {
  const { messageOf } = await ways();
  const { page } = await notices();
  const none = { lines: [], more: 0 };
  const duty = {
    ...{ schedule: 'noc', person: ADA, is: 'comes' as const, at: page.at, until: undefined },
    ...{ before: [], after: [ADA], pages: none, held: none },
  };
  const { page: _, ...bare } = page;
  for (const kind of CONTACT_KINDS) {
    const said = messageOf(kind, { ...bare, reason: 'hand-over', alerts: [], duty });
    assert.match(said, /You are on call: noc/, kind);
    assert.match(said, /You are on call for noc; no end in sight/, kind);
    assert.match(said, /desk\.example\.org\/oncall/, kind);
    assert.doesNotMatch(said, /FIRING|RESOLVED|Answer please/, kind);
  }
});

test('a hand-over note leads to itself, by every kind', async () => {
  const { messageOf } = await ways();
  const { page } = await notices();
  const shift = { note: 'h7', person: ADA, by: ADA, is: 'handed' as const, alarms: 0 };
  const { page: _, ...bare } = page;
  for (const kind of CONTACT_KINDS) {
    const said = messageOf(kind, { ...bare, reason: 'hand-over', alerts: [], shift });
    assert.match(said, /hands a shift over to you/, kind);
    assert.match(said, /desk\.example\.org\/hand-overs\/h7/, kind);
    assert.doesNotMatch(said, /FIRING|RESOLVED|Answer please/, kind);
  }
});

test('an address is taken as it was written; what it needs besides comes from global', async () => {
  const { messageOf } = await ways();
  const { page } = await notices();
  assert.match(messageOf('email', page), /"to":\["ada@example.org"\]/);
  assert.match(messageOf('email', page), /mail\.example\.org:25/);
  assert.match(messageOf('telegram', page), /"chat_id":-4711/);
  assert.match(messageOf('telegram', page), /bot-token/);
  assert.match(messageOf('ntfy', page), /"topic":"\{\{topic"/);
  assert.match(
    messageOf('webhook', page),
    /"url":"https:\/\/hook\.example\.org\/ada\?x=\{\{y\}\}"/,
  );
});

test('an address that is gone, or a contact of another kind, is no way', async () => {
  const { of, people } = await ways();
  people.dropAddress('c-email');
  assert.equal(of({ receiver: 'contact/c-email', kind: 'email', index: 0 }), undefined);
  assert.equal(of({ receiver: 'contact/c-ntfy', kind: 'email', index: 0 }), undefined);
  assert.equal(of({ receiver: 'contact/nobody', kind: 'ntfy', index: 0 }), undefined);
});
