/** What a mapping may say, in the order people write it. The reference page is made from this. */
export const MAPPING_FIELDS = {
  name: {
    takes: 'text',
    says: 'What people call it: told where something could not be read.',
  },
  door: {
    takes: 'name or list of names',
    says: 'Only what came to `/in/<door>`. Without it: whatever came in anywhere.',
  },
  match: {
    takes: 'matchers',
    says:
      'Only bodies whose fields fit: `{kind="till", "shop.id"=~"[0-9]+"}`. Names are paths; what ' +
      'is not there is empty, an object is `{}` and a list `[]`.',
  },
  ignore: {
    takes: '`true`',
    says: 'Such a body becomes nothing, and is not kept either. Nothing else is needed then.',
  },
  json: {
    takes: 'path or list of paths',
    says: 'A text at this place is JSON itself: it is read in place, before all that follows.',
  },
  items: {
    takes: 'path with `[]`',
    says: 'Each of these becomes an event: `alerts[]`. Without it: the body itself.',
  },
  state: {
    takes: '`raise`, `clear`, `ignore`: matchers',
    says:
      'When an item raises, clears, or is nothing. Looked at in the order ignore, clear, raise; ' +
      'an item that fits none is not understood. No `raise`: whatever does not clear. No ' +
      '`clear`: nothing clears, and a person closes these alarms, unless there is a `lease` or ' +
      '`until`.',
  },
  resource: {
    takes: 'value',
    says: 'What is wrong: the device, service or data set. Needed.',
  },
  type: { takes: 'value', says: 'What is wrong with it. Needed.' },
  qualifier: {
    takes: 'value',
    says: 'Tells apart alarms of one type on one resource.',
  },
  severity: {
    takes: 'value, or `from`, `words`, `otherwise`',
    says:
      'A word for it; the usual ones are known. `words` says what the sender’s own mean: ' +
      '`{p1: critical, "2": minor}`. `otherwise`, for any other: `warning` unless it says more.',
  },
  text: { takes: 'value', says: 'One line for a person; the type where there is none.' },
  labels: {
    takes: 'names with values',
    says: 'Labels by name: `{shop: shop.id, site: =north}`.',
  },
  labels_from: {
    takes: 'path or list of paths',
    says:
      'Every plain member of these objects becomes a label; so does each pair of a list such as ' +
      '`[{"name": "site", "value": "nbg"}]` or `[["site", "nbg"]]`.',
  },
  annotations: {
    takes: 'names with values',
    says: 'The same for annotations: words for people, never for routing.',
  },
  annotations_from: { takes: 'path or list of paths', says: 'As `labels_from`.' },
  link: { takes: 'value', says: 'Where the sender shows more: an http or https address.' },
  at: {
    takes: 'value',
    says: 'When it was reported, by the sender’s clock. Leave it out when the sender says nothing.',
  },
  since: { takes: 'value', says: 'When the trouble began.' },
  until: { takes: 'value', says: 'The alarm clears then, unless it is sent again.' },
  lease: {
    takes: 'length',
    says: 'The alarm clears unless it is sent again within this: `10m`, `2h`, `1d`.',
  },
} as const satisfies Readonly<Record<string, { readonly takes: string; readonly says: string }>>;

export type MappingField = keyof typeof MAPPING_FIELDS;

export const STATE_FIELDS = ['raise', 'clear', 'ignore'] as const;
export const SEVERITY_FIELDS = ['from', 'words', 'otherwise'] as const;
