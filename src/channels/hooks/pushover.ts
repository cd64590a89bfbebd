import { Type } from 'typebox';
import { durationOf } from '../../net/duration.ts';
import { cutPoints } from '../../net/json.ts';
import {
  fileFor,
  flag,
  httpConfigField,
  plain,
  secretText,
  templated,
} from '../../net/settings.ts';
import { hook } from './hook.ts';

/** In characters, as Pushover counts them. */
export const PUSHOVER_LIMITS = {
  title_chars_max: 250,
  message_chars_max: 1_024,
  url_chars_max: 512,
  url_title_chars_max: 100,
} as const;
const MESSAGES = 'https://api.pushover.net/1/messages.json';
const PRIORITY = '{{ if eq .Status "firing" }}2{{ else }}0{{ end }}';
const own = (name: string) => `{{ template "pushover.default.${name}" . }}`;
const duration = (description: string, value: string) =>
  Type.String({ default: value, maxLength: 64, format: 'duration', description });
const seconds = (text: string): string => String(Math.floor((durationOf(text) ?? 0) / 1000));

export const pushover = hook({
  name: 'pushover',
  summary: 'Pushes to phones through Pushover.',
  sendResolved: true,
  needs: ['user_key', 'token'],
  settings: Type.Object(
    {
      http_config: httpConfigField,
      api_url: plain('Address messages are posted to.', { default: MESSAGES, format: 'url' }),
      user_key: secretText('Key of the user or group.', { template: 'text' }),
      user_key_file: fileFor('key of the user or group; taken as it is, without templates'),
      token: secretText('Token of the application.', { template: 'text' }),
      token_file: fileFor('token of the application; taken as it is, without templates'),
      title: templated('Title.', own('title')),
      message: templated('Text.', own('message')),
      url: templated('Link beside the text.', own('url')),
      url_title: templated('Words of the link.'),
      device: templated('Device to push to; empty: all.'),
      sound: templated('Name of the sound.'),
      priority: templated('-2 to 2; 2 repeats until somebody answers.', PRIORITY),
      retry: duration('With priority 2: how often it is repeated; at least 30s.', '1m'),
      expire: duration('With priority 2: how long it is repeated; at most 3h.', '1h'),
      ttl: duration('When the message goes away by itself; 0s: never.', '0s'),
      html: flag('The text is HTML.'),
      monospace: flag('The text is shown in a font of one width.'),
    },
    { additionalProperties: false },
  ),
  faults: (set) => [
    ...(set.html && set.monospace ? [['monospace', 'not together with html'] as const] : []),
    ...(['retry', 'expire', 'ttl'] as const)
      .filter((key) => durationOf(set[key]) === undefined)
      .map((key) => [key, 'a duration such as 1m is expected'] as const),
  ],
  body({ set, text, html }) {
    const words = set.html ? html(set.message) : text(set.message);
    const ttl = seconds(set.ttl);
    return {
      user: text(set.user_key),
      token: text(set.token),
      fields: {
        title: cutPoints(text(set.title), PUSHOVER_LIMITS.title_chars_max),
        ...(set.html && { html: '1' }),
        ...(set.monospace && { monospace: '1' }),
        // Pushover refuses a message without text.
        message: cutPoints(words, PUSHOVER_LIMITS.message_chars_max).trim() || '(no details)',
        url: cutPoints(text(set.url), PUSHOVER_LIMITS.url_chars_max),
        url_title: cutPoints(text(set.url_title), PUSHOVER_LIMITS.url_title_chars_max),
        priority: text(set.priority),
        retry: seconds(set.retry),
        expire: seconds(set.expire),
        device: text(set.device),
        sound: text(set.sound),
        ...(ttl !== '0' && { ttl }),
      },
    };
  },
  async send(body, on) {
    const token = body.token || (await on.secret('token'));
    const user = body.user || (await on.secret('user_key'));
    on.hide(token);
    on.hide(user);
    return on.postForm(on.set.api_url || MESSAGES, { token, user, ...body.fields });
  },
});
