import { type Static, Type } from 'typebox';

const names = (description: string, list: readonly string[]) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 256 }), {
    maxItems: 32,
    default: [...list],
    description,
  });

/** Every field has a default; the reference page is made from this. */
export const settings = Type.Object({
  resolveTimeoutSeconds: Type.Number({
    minimum: 1,
    maximum: 86_400,
    default: 300,
    description:
      'How long an alert without an end holds unless it is sent again (Alertmanager: resolve_timeout).',
  }),
  classicNames: Type.Boolean({
    default: false,
    description: 'Refuse label names that are not [a-zA-Z_][a-zA-Z0-9_]*, as classic-mode does.',
  }),
  dropLabels: names(
    'Labels taken off before anything else: what tells apart the two halves of a Prometheus pair.',
    [],
  ),
  resourceLabels: names('The first of these labels that is there names the resource.', [
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
  partLabels: names(
    'The first of these that is there and not the resource is its part, after a /.',
    ['interface', 'ifName', 'ifDescr', 'device', 'mountpoint', 'volume', 'disk', 'port'],
  ),
  severityLabels: names('The first of these that is there is read as the severity.', [
    'severity',
    'priority',
  ]),
  severityOtherwise: Type.Union(
    (['critical', 'major', 'minor', 'warning', 'indeterminate'] as const).map((s) =>
      Type.Literal(s),
    ),
    {
      default: 'warning',
      description: 'Severity of an alert without such a label, or with a word that is not known.',
    },
  ),
  textAnnotations: names('The first of these annotations that is there is the text.', [
    'summary',
    'description',
    'message',
  ]),
});

export type AlertmanagerSettings = Static<typeof settings>;
