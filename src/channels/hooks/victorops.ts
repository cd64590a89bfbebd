import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { cutPoints } from '../../net/json.ts';
import { fileFor, httpConfigField, plain, secretText, templated } from '../../net/settings.ts';
import { encoded, hook } from './hook.ts';

export const STATE_MESSAGE_CHARS_MAX = 20_480;
const ALERT = 'https://alert.victorops.com/integrations/generic/20131114/alert/';
const FIELDS_MAX = 100;
const RESERVED = (
  'routing_key message_type state_message entity_display_name monitoring_tool entity_id ' +
  'entity_state'
).split(' ');
const own = (name: string) => `{{ template "victorops.default.${name}" . }}`;

export const victorops = hook({
  name: 'victorops',
  summary: 'Triggers and recovers incidents at Splunk On-Call (VictorOps).',
  sendResolved: true,
  needs: ['routing_key', 'api_key'],
  settings: Type.Object(
    {
      http_config: httpConfigField,
      api_key: secretText('Key of the REST integration.', { global: 'victorops_api_key' }),
      api_key_file: fileFor('key', { global: 'victorops_api_key_file' }),
      api_url: plain('Address alerts are posted below.', {
        global: 'victorops_api_url',
        format: 'url',
      }),
      routing_key: secretText('Routes the alert to a team.', { template: 'text' }),
      message_type: templated('CRITICAL, WARNING or INFO while it fires.', 'CRITICAL'),
      state_message: templated('Text of the alert.', own('state_message')),
      entity_display_name: templated('Title of the alert.', own('entity_display_name')),
      monitoring_tool: templated('Name of who tells.', own('monitoring_tool')),
      custom_fields: Type.Record(Type.String(), Type.String({ template: 'text' }), {
        default: {},
        maxProperties: FIELDS_MAX,
        description: 'Further fields.',
      }),
    },
    { additionalProperties: false },
  ),
  globals: Type.Object({
    victorops_api_key: secretText('Key of the VictorOps REST integration.'),
    victorops_api_key_file: fileFor('VictorOps key'),
    victorops_api_url: plain('Address VictorOps alerts are posted below.', {
      default: ALERT,
      format: 'url',
    }),
  }),
  faults: ({ custom_fields }) =>
    Object.keys(custom_fields)
      .filter((name) => RESERVED.includes(name))
      .map((name) => [`custom_fields.${name}`, 'has a setting of its own']),
  body({ set, text, data, notice }) {
    const asked = text(set.message_type);
    const firing = ['CRITICAL', 'WARNING', 'INFO'].includes(asked) ? asked : 'CRITICAL';
    const custom = Object.entries(set.custom_fields).map(([name, value]) => [name, text(value)]);
    return {
      routingKey: text(set.routing_key),
      fields: {
        message_type: data.Status === 'firing' ? firing : 'RECOVERY',
        entity_id: createHash('sha256').update(notice.groupKey).digest('hex'),
        entity_display_name: text(set.entity_display_name),
        state_message: cutPoints(text(set.state_message), STATE_MESSAGE_CHARS_MAX),
        monitoring_tool: text(set.monitoring_tool),
        ...Object.fromEntries(custom),
      },
    };
  },
  async send({ routingKey, fields }, on) {
    const key = await on.secret('api_key');
    return on.postJson(`${on.set.api_url || ALERT}${encoded(key)}/${encoded(routingKey)}`, fields);
  },
});
