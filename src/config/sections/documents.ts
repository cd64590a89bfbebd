import { resolve } from 'node:path';
import { type Static, Type } from 'typebox';
import { text } from './fields.ts';
import type { Section } from './section.ts';

const settings = Type.Object(
  { folder: text('The folder with templates of documents, one Markdown file each.') },
  {
    additionalProperties: false,
    description:
      'Documents: reviews, hand-overs and what else is written from templates. Without a folder ' +
      'there are the two of ours.',
    ours: true,
  },
);

export const documents: Section = {
  name: 'documents',
  schema: settings,
  finish: (value, folder) => {
    const given = value as Static<typeof settings>;
    return { ...given, folder: resolve(folder, given.folder) };
  },
};
