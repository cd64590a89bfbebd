import { Type } from 'typebox';
import type { ChannelKind } from '../../src/config/schema.ts';
import { httpConfigField } from '../../src/net/settings.ts';

const text = (marks: object = {}) => Type.String({ default: '', description: 'A text.', ...marks });

/** Ways out for tests of the configuration: every mark a setting can have, and nothing to send. */
export const KINDS: readonly ChannelKind[] = [
  {
    name: 'slack',
    summary: 'Chat.',
    sendResolved: false,
    settings: Type.Object({
      api_url: text({ secret: true, format: 'url', global: 'slack_api_url' }),
      api_url_file: text({ global: 'slack_api_url_file' }),
      app_token: text({ secret: true, global: 'slack_app_token', globalUnless: ['api_url'] }),
      title: text({ template: 'text', default: 'a title' }),
      fields: Type.Array(Type.Object({ title: Type.String(), short: Type.Boolean() }), {
        default: [],
        description: 'Fields.',
      }),
    }),
    globals: Type.Object({
      slack_api_url: text({ secret: true, format: 'url' }),
      slack_api_url_file: text(),
      slack_app_token: text({ secret: true }),
    }),
    faults: (set) => {
      const {
        api_url: url,
        api_url_file: file,
        fields,
      } = set as {
        api_url: string;
        api_url_file: string;
        fields: readonly { title: string }[];
      };
      const bare = fields.findIndex((field) => field.title === '');
      return [
        ...(url || file ? [] : [['api_url', 'one of api_url and api_url_file is needed'] as const]),
        ...(bare < 0 ? [] : [[`fields[${bare}].title`, 'is needed'] as const]),
      ];
    },
  },
  {
    name: 'webhook',
    summary: 'Posts.',
    sendResolved: true,
    settings: Type.Object({
      http_config: httpConfigField,
      url: Type.String({ description: 'Where to.', format: 'url', secret: true }),
      max_alerts: Type.Integer({ default: 0, minimum: 0, maximum: 10, description: 'How many.' }),
      timeout: text({ default: '0s', format: 'duration' }),
      proxy: text({ format: 'url' }),
      mode: Type.Enum(['fast', 'slow'], { default: 'fast', description: 'How.' }),
      ratio: Type.Number({ default: 0.5, description: 'A number.' }),
      payload: Type.Unknown({ default: null, description: 'Anything.' }),
      headers: Type.Record(Type.String(), Type.String({ secret: true }), {
        default: {},
        maxProperties: 2,
        description: 'Headers.',
      }),
      target: Type.Union([Type.String(), Type.Object({ id: Type.Integer() })], {
        default: '',
        description: 'Two shapes.',
      }),
      own: text({ ours: true }),
    }),
  },
  {
    name: 'trap',
    summary: 'Ours alone.',
    sendResolved: true,
    settings: Type.Object({ host: Type.String({ description: 'Where to.' }) }),
  },
];
