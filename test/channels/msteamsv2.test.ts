import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARD_BYTES_MAX, msteamsv2 } from '../../src/channels/msteamsv2.ts';
import { exchanged, FIRING, RESOLVED, settingsOf } from './exact.ts';
import { answers } from './far-side.ts';
import { plainRendering } from './notices.ts';

const given = (url: string) => ({ webhook_url: `${url}/workflows/x?sig=y`, text: '{{ .Text }}' });

test('the body is a message with one adaptive card; its heading is red, then green', async () => {
  const { result, arrived } = await exchanged(msteamsv2, given, FIRING, answers(202));
  assert.equal(result.is, 'sent');
  assert.equal(arrived[0]?.path, '/workflows/x?sig=y');
  assert.equal(
    arrived[0]?.body,
    '{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive",' +
      '"contentUrl":null,"content":{"$schema":"http://adaptivecards.io/schemas/adaptive-card.json",' +
      '"type":"AdaptiveCard","version":"1.2","body":[{"type":"TextBlock",' +
      '"text":"msteamsv2.default.title of ops","weight":"Bolder","size":"Medium","wrap":true,' +
      '"style":"heading","color":"Attention"},{"type":"TextBlock","text":"db1 is down",' +
      '"wrap":true}],"msteams":{"width":"full"}}}]}',
  );
  const over = await exchanged(msteamsv2, given, RESOLVED, answers(202));
  assert.match(over.arrived[0]?.body ?? '', /"color":"Good"/);
});

test('2.4 a card is cut to what Teams takes, and fills it', () => {
  const bytes = (text: string, title = 't') => {
    const set = { webhook_url: 'http://x', text, title };
    const { body } = msteamsv2.render(
      FIRING,
      settingsOf(msteamsv2.settings, set),
      plainRendering(FIRING),
    );
    return Buffer.byteLength(body);
  };
  const frame = bytes('');
  assert.equal(bytes('x'.repeat(CARD_BYTES_MAX - frame)), CARD_BYTES_MAX);
  for (const text of ['x', '🔥', '\u0000', '"'].map((one) => one.repeat(CARD_BYTES_MAX))) {
    const size = bytes(text);
    assert.ok(size <= CARD_BYTES_MAX && size > CARD_BYTES_MAX - 12, `${size}`);
  }
  assert.ok(bytes('x'.repeat(90_000), '\u0000'.repeat(90_000)) <= CARD_BYTES_MAX);
});

test('an error that comes with status 200 is one', async () => {
  const said = async (body: string) =>
    (await exchanged(msteamsv2, given, FIRING, answers(200, body))).result.is;
  assert.equal(await said('1'), 'sent');
  assert.equal(
    await said('Microsoft Teams endpoint returned HTTP error 429 with ContextId x'),
    'later',
  );
  assert.equal(
    await said('Microsoft Teams endpoint returned HTTP error 403 with ContextId x'),
    'never',
  );
});
