import { Type } from 'typebox';
import { cutPoints, withoutEmpty } from '../../net/json.ts';
import { fileFor, flag, httpConfigField, secretText, templated } from '../../net/settings.ts';
import { hook } from './hook.ts';

/** In characters, as Mattermost counts them. */
export const MATTERMOST_TEXT_CHARS_MAX = 16_383;
const LIST_MAX = 100;
const own = (name: string) => `{{ template "mattermost.default.${name}" . }}`;

const field = Type.Object(
  {
    title: templated('Heading of the field.'),
    value: templated('What stands below it.'),
    short: Type.Optional(Type.Boolean({ description: 'Beside others.' })),
  },
  { additionalProperties: false },
);

/** Names of an attachment's texts, in the order they are sent. */
const PARTS = (
  'fallback color pretext text author_name author_link author_icon title title_link thumb_url ' +
  'footer footer_icon image_url'
).split(' ');

const part = (defaults: boolean) => {
  const text = (what: string, name = '') => templated(what, defaults && name ? own(name) : '');
  return {
    fallback: text('Text where attachments are not shown.', 'fallback'),
    color: text('Colour of the bar beside it.', 'color'),
    pretext: text('Text above it.'),
    text: text('Text; Markdown.', 'text'),
    author_name: text('Name of an author.'),
    author_link: text('Link of the author.'),
    author_icon: text('Picture of the author.'),
    title: text('Title.', 'title'),
    title_link: text('Link of the title.', 'titlelink'),
    fields: Type.Array(field, { default: [], maxItems: LIST_MAX, description: 'Fields.' }),
    thumb_url: text('Small picture.'),
    footer: text('Text below it.'),
    footer_icon: text('Picture beside that.'),
    image_url: text('Picture.'),
  };
};

type Part = Readonly<Record<string, unknown>>;

const attachment = (given: Part, text: (template: string) => string) => {
  const fields = given.fields as readonly { title: string; value: string; short?: boolean }[];
  return withoutEmpty({
    ...Object.fromEntries(
      PARTS.map((name) => [
        name,
        cutPoints(text(String(given[name] ?? '')), MATTERMOST_TEXT_CHARS_MAX),
      ]),
    ),
    fields: fields.map(({ title, value, short }) => ({
      ...withoutEmpty({ title: text(title), value: text(value) }),
      ...(short !== undefined && { short }),
    })),
  });
};

export const mattermost = hook({
  name: 'mattermost',
  summary: 'Posts to a Mattermost channel through an incoming webhook.',
  sendResolved: true,
  needs: ['webhook_url'],
  settings: Type.Object(
    {
      http_config: httpConfigField,
      webhook_url: secretText('Address of the incoming webhook.', {
        format: 'url',
        global: 'mattermost_webhook_url',
      }),
      webhook_url_file: fileFor('webhook’s address', { global: 'mattermost_webhook_url_file' }),
      channel: templated('Channel to post to, if not the webhook’s own.'),
      username: templated('Name to post as.', own('username')),
      icon_url: templated('Picture to post with.'),
      icon_emoji: templated('Emoji to post with; wins over the picture.'),
      ...part(true),
      attachments: Type.Array(Type.Object(part(false), { additionalProperties: false }), {
        default: [],
        maxItems: LIST_MAX,
        description: 'Old way: attachments of your own.',
      }),
      type: templated('Type of the post; begins with custom_.'),
      props: Type.Optional(
        Type.Object(
          { card: templated('Text in the side bar.') },
          { additionalProperties: false, description: 'More about the post.' },
        ),
      ),
      priority: Type.Optional(
        Type.Object(
          {
            priority: templated('urgent, important or standard.'),
            requested_ack: flag('Ask to be acknowledged; not with standard.'),
            persistent_notifications: flag('Notify until acknowledged; only with urgent.'),
          },
          { additionalProperties: false, description: 'Priority of the post.' },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  globals: Type.Object({
    mattermost_webhook_url: secretText('Address of Mattermost’s webhook.'),
    mattermost_webhook_url_file: fileFor('address of Mattermost’s webhook'),
  }),
  body({ set, text }) {
    const many = set.attachments.length > 0;
    const card = text(set.props?.card ?? '');
    const head = {
      text: many ? cutPoints(text(set.text), MATTERMOST_TEXT_CHARS_MAX) : '',
      channel: text(set.channel),
      username: text(set.username),
      icon_url: text(set.icon_url),
      icon_emoji: text(set.icon_emoji),
    };
    const attachments = many
      ? set.attachments.map((one) => attachment(one, text))
      : [attachment(set, text)];
    const asked = text(set.priority?.priority ?? '').toLowerCase();
    return {
      ...withoutEmpty(head),
      attachments,
      ...withoutEmpty({ type: text(set.type) }),
      ...(card !== '' && { props: { card } }),
      ...(set.priority && asked !== '' && { priority: priorityOf(asked, set.priority) }),
    };
  },
  send: async (body, on) => on.postJson(await on.secret('webhook_url'), body),
});

function priorityOf(
  asked: string,
  given: { readonly requested_ack: boolean; readonly persistent_notifications: boolean },
) {
  const priority = ['urgent', 'important'].includes(asked) ? asked : 'standard';
  return {
    priority,
    ...withoutEmpty({
      requested_ack: given.requested_ack && priority !== 'standard',
      persistent_notifications: given.persistent_notifications && priority === 'urgent',
    }),
  };
}
