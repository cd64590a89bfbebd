import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { cut } from '../../base/text.ts';
import { cutBytes } from '../../net/cut-bytes.ts';
import type { HttpReply } from '../../net/http-request.ts';
import { cutPoints } from '../../net/json.ts';
import { answered, judge, laterFor } from '../../net/judge.ts';
import { SendFault } from '../../net/send-fault.ts';
import { flag, httpConfigField, plain, secretText, templated } from '../../net/settings.ts';
import { formOf, hook, type Wire } from './hook.ts';
import { type Credentials, signed } from './sigv4.ts';

export const SNS_LIMITS = {
  message_bytes_max: 256 * 1024,
  sms_chars_max: 1_600,
  subject_chars_max: 100,
  attributes_max: 100,
} as const;

const settings = Type.Object(
  {
    http_config: httpConfigField,
    api_url: templated('Address of SNS; empty: the region’s own.', '', { format: 'url' }),
    sigv4: Type.Object(
      {
        region: plain('Region; empty: the one in the ARN.'),
        access_key: secretText('Id of the access key.'),
        secret_key: secretText('Secret access key.'),
        profile: plain('Accepted for compatibility: profiles are not read.'),
        role_arn: plain('Role to assume.'),
        external_id: plain('External id, with role_arn.'),
        use_fips_sts_endpoint: flag('Assume the role at the FIPS endpoint.'),
      },
      { default: {}, additionalProperties: false, description: 'How requests are signed.' },
    ),
    topic_arn: templated('Topic to publish to.'),
    phone_number: templated('Phone to send an SMS to.'),
    target_arn: templated('Endpoint of a device.'),
    subject: templated('Subject, for mail.', '{{ template "sns.default.subject" . }}'),
    message: templated('Text.', '{{ template "sns.default.message" . }}'),
    attributes: Type.Record(Type.String(), Type.String({ template: 'text' }), {
      default: {},
      maxProperties: SNS_LIMITS.attributes_max,
      description: 'Message attributes.',
    }),
    use_aws_http_client: flag('Accepted for compatibility.'),
  },
  { additionalProperties: false },
);

export const sns = hook({
  name: 'sns',
  summary: 'Publishes through Amazon SNS: to a topic, a phone or a device.',
  sendResolved: true,
  needs: [],
  settings,
  faults(set) {
    const targets = [set.topic_arn, set.phone_number, set.target_arn].filter(Boolean);
    const { access_key, secret_key } = set.sigv4;
    return [
      ...(targets.length === 1
        ? []
        : [['topic_arn', 'exactly one of topic_arn, phone_number and target_arn'] as const]),
      ...((access_key === '') === (secret_key === '')
        ? []
        : [['sigv4.secret_key', 'access_key and secret_key go together'] as const]),
    ];
  },
  body({ set, text, notice }) {
    const topic = text(set.topic_arn);
    const phone = text(set.phone_number);
    const target = text(set.target_arn);
    const whole = text(set.message);
    const message = phone
      ? cutPoints(whole, SNS_LIMITS.sms_chars_max)
      : cutBytes(whole, SNS_LIMITS.message_bytes_max);
    const attributes = Object.entries(set.attributes).map(([name, value]) => [
      text(name),
      text(value),
    ]);
    if (message !== whole) attributes.push(['truncated', 'true']);
    const subject = cut(
      text(set.subject)
        .replace(/\p{Cc}+/gu, ' ')
        .trim(),
      SNS_LIMITS.subject_chars_max,
    );
    const group = createHash('sha256').update(notice.groupKey).digest('hex');
    const delivery = createHash('sha256').update(`${notice.id} ${notice.at}`).digest('hex');
    return {
      api: text(set.api_url),
      fields: {
        Action: 'Publish',
        Version: '2010-03-31',
        ...(topic && { TopicArn: topic }),
        ...(phone && { PhoneNumber: phone }),
        ...(target && { TargetArn: target }),
        // A FIFO topic drops what has the same id: a repeat of ours has, a later notice has not.
        ...(topic.endsWith('.fifo') && {
          MessageDeduplicationId: delivery,
          MessageGroupId: group,
        }),
        Message: message,
        ...(subject && { Subject: subject }),
        ...Object.fromEntries(
          attributes.flatMap(([name = '', value = ''], i) => {
            const at = `MessageAttributes.entry.${i + 1}`;
            return [
              [`${at}.Name`, name],
              [`${at}.Value.DataType`, 'String'],
              [`${at}.Value.StringValue`, value],
            ];
          }),
        ),
      } as Record<string, string>,
    };
  },
  async send({ api, fields }, on) {
    const arn = fields.TopicArn ?? fields.TargetArn ?? '';
    const region = on.set.sigv4.region || arn.split(':')[3] || '';
    if (!/^[a-z0-9-]+$/.test(region)) throw new SendFault('sigv4.region is needed', true);
    const credentials = await credentialsFor(region, on);
    return post(
      api || `https://sns.${region}.amazonaws.com/`,
      fields,
      'sns',
      region,
      credentials,
      on,
    );
  },
  verdict(reply, now) {
    const words = /<Message>([^<]*)</.exec(reply.body)?.[1] ?? reply.body;
    const common = judge(reply, now);
    if (common.is !== 'never') return common;
    const busy = /<Code>(Throttl|RequestExpired)/.test(reply.body);
    return busy ? laterFor(reply, now, words) : { is: 'never', why: answered(reply, words) };
  },
});

type Spoken = Wire<{ readonly sigv4: Readonly<Record<string, string | boolean>> }>;
const FORM = 'application/x-www-form-urlencoded';

function post(
  address: string,
  fields: Readonly<Record<string, string>>,
  service: string,
  region: string,
  credentials: Credentials,
  on: Spoken,
): Promise<HttpReply> {
  if (!URL.canParse(address)) throw new SendFault('the address is no URL', true);
  const url = new URL(address);
  const now = on.world.clock.now();
  const headers = signed(url, formOf(fields), FORM, service, region, credentials, now);
  return on.postForm(url.href, fields, headers);
}

/** Our own keys, or those of the role that they may assume. */
async function credentialsFor(region: string, on: Spoken): Promise<Credentials> {
  const { sigv4 } = on.set;
  const keys = { accessKey: String(sigv4.access_key), secretKey: String(sigv4.secret_key) };
  if (!keys.accessKey || !keys.secretKey)
    throw new SendFault(
      'sigv4.access_key and secret_key are needed: no other source is read',
      true,
    );
  if (!sigv4.role_arn) return keys;
  const name = sigv4.use_fips_sts_endpoint ? 'sts-fips' : 'sts';
  const fields = {
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: String(sigv4.role_arn),
    RoleSessionName: 'tocsin',
    ...(sigv4.external_id ? { ExternalId: String(sigv4.external_id) } : {}),
  };
  const address = `https://${name}.${region}.amazonaws.com/`;
  const reply = await post(address, fields, 'sts', region, keys, on);
  const part = (tag: string) =>
    new Map([...reply.body.matchAll(/<(\w+)>([^<]*)</g)].map(([, k, v]) => [k, v])).get(tag);
  const [accessKey, secretKey, token] = ['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map(
    part,
  );
  if (!accessKey || !secretKey || !token)
    throw new SendFault(
      `the role cannot be assumed: ${answered(reply, part('Message') ?? 'no keys in the answer')}`,
      judge(reply, on.world.clock.now()).is === 'never',
    );
  for (const secret of [secretKey, token]) on.hide(secret);
  return { accessKey, secretKey, token };
}
