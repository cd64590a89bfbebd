import { type Static, Type } from 'typebox';
import type { LabelRules } from '../../domain/alarm/relabel.ts';

const names = (description: string, list: readonly string[]) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
    maxItems: 32,
    default: [...list],
    description,
  });

/** Every field has a default; the reference page is made from this. */
export const settings = Type.Object(
  {
    resolve_timeout_seconds: Type.Number({
      minimum: 1,
      maximum: 86_400,
      default: 300,
      description: 'How long an alert without an end holds unless sent again (resolve_timeout).',
    }),
    classic_names: Type.Boolean({
      default: false,
      description: 'Refuse label names that are not [a-zA-Z_][a-zA-Z0-9_]*, as classic-mode does.',
    }),
    drop_labels: names(
      'Labels taken off before anything else: what tells apart the halves of a Prometheus pair.',
      [],
    ),
    resource_labels: names('The first of these labels that is there names the resource.', [
      'instance',
      'host',
      'hostname',
      'node',
      'device',
      'pod',
      'service',
      'job',
      'cluster',
      'namespace',
      'site',
    ]),
    part_labels: names(
      'The first of these that is there and not the resource is its part, after a /.',
      ['interface', 'ifName', 'ifDescr', 'device', 'mountpoint', 'volume', 'disk', 'port'],
    ),
    severity_labels: names('The first of these that is there is read as the severity.', [
      'severity',
      'priority',
    ]),
    severity_otherwise: Type.Enum(['critical', 'major', 'minor', 'warning', 'indeterminate'], {
      default: 'warning',
      description: 'Severity of an alert without such a label, or with a word that is not known.',
    }),
    text_annotations: names('The first of these annotations that is there is the text.', [
      'summary',
      'description',
      'message',
    ]),
  },
  { additionalProperties: false },
);

/** With what the desk's rules for labels do to an alert before its key is made of them. */
export type AlertmanagerSettings = Static<typeof settings> & { readonly labelRules?: LabelRules };
