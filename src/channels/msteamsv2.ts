import { type Static, Type } from 'typebox';
import { cut } from '../base/text.ts';
import { millis } from '../base/time.ts';
import type { HttpReply } from '../net/http-request.ts';
import { jsonRequest } from '../net/json.ts';
import { judge, laterFor, neverFor } from '../net/judge.ts';
import {
  eitherFault,
  fileFor,
  httpConfigField,
  httpFaults,
  needed,
  secretText,
  templated,
} from '../net/settings.ts';
import { talk } from '../net/talk.ts';
import type { Channel, NoticeData, SendResult } from '../ports/channel.ts';

/** Teams refuses larger messages; the text is cut to fit. */
export const CARD_BYTES_MAX = 28_000;

const settings = Type.Object(
  {
    http_config: httpConfigField,
    webhook_url: secretText('Address of the workflow that posts to a channel or chat.', {
      format: 'url',
    }),
    webhook_url_file: fileFor('workflow’s address'),
    title: templated('Heading of the card.', '{{ template "msteamsv2.default.title" . }}'),
    text: templated(
      'Text of the card; Teams’ Markdown.',
      '{{ template "msteamsv2.default.text" . }}',
    ),
  },
  { additionalProperties: false },
);
type TeamsSettings = Static<typeof settings>;

export interface TeamsMessage {
  readonly id: string;
  readonly body: string;
}

export const msteamsv2: Channel<TeamsSettings, TeamsMessage> = {
  name: 'msteamsv2',
  summary: 'Posts an adaptive card to Microsoft Teams through a workflow.',
  tried: 'recorded bodies',
  settings,
  sendResolved: true,
  faults: (set) => [
    ...eitherFault(set, 'webhook_url', 'webhook_url_file', true),
    ...httpFaults(set),
  ],
  render: (notice, set, rendering) => ({
    id: notice.id,
    body: fitting(rendering.text(set.title), rendering.text(set.text), rendering.data.Status),
  }),
  send: (message, set, world) =>
    talk(settings, set, world, millis(0), async ({ world: own, tell }) => {
      const url = await needed('webhook_url', set.webhook_url, set.webhook_url_file, own);
      const reply = await tell(jsonRequest('POST', url, message.body, message.id));
      return verdict(reply, own.clock.now());
    }),
};

/** The longest beginning of the text with which the message may be sent. */
function fitting(title: string, text: string, status: NoticeData['Status']): string {
  const bytes = (body: string) => Buffer.byteLength(body);
  const bodyWith = (chars: number) => JSON.stringify(card(short, cut(text, chars), status));
  const short = cut(title, CARD_BYTES_MAX / 20); // at six bytes a character, a third of it
  if (text.length <= CARD_BYTES_MAX && bytes(bodyWith(text.length)) <= CARD_BYTES_MAX)
    return bodyWith(text.length);
  let [fits, over] = [1, Math.min(text.length, CARD_BYTES_MAX)];
  while (over - fits > 1) {
    const half = (fits + over) >> 1;
    if (bytes(bodyWith(half)) <= CARD_BYTES_MAX) fits = half;
    else over = half;
  }
  return bodyWith(fits);
}

const card = (title: string, text: string, status: NoticeData['Status']) => ({
  type: 'message',
  attachments: [
    {
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.2',
        body: [
          {
            type: 'TextBlock',
            text: title,
            weight: 'Bolder',
            size: 'Medium',
            wrap: true,
            style: 'heading',
            color: status === 'firing' ? 'Attention' : 'Good',
          },
          { type: 'TextBlock', text, wrap: true },
        ],
        msteams: { width: 'full' },
      },
    },
  ],
});

/** Connectors answer 200 and tell in the text what the service behind them said. */
function verdict(reply: HttpReply, now: Parameters<typeof judge>[1]): SendResult {
  const common = judge(reply, now);
  const [, code] = /endpoint returned HTTP error (\d{3})/.exec(reply.body) ?? [];
  if (common.is !== 'sent' || code === undefined) return common;
  const passing = code === '429' || Number(code) >= 500;
  return passing ? laterFor(reply, now) : neverFor(reply);
}
