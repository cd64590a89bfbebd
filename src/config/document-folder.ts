import { TEMPLATE_MAXIMA, type TemplateFile } from '../domain/document/template.ts';
import { defaultTemplates } from './default-documents.ts';
import { readDocumentTemplate } from './document-template.ts';
import { readMarkdownFolder } from './markdown-folder.ts';

/** Templates of one folder; what is beyond is not read. */
const FILES_MAX = 200;

/** Templates of the folder, then those of ours that no file takes the place of. */
export async function templatesIn(folder: string | undefined): Promise<readonly TemplateFile[]> {
  const files = await readMarkdownFolder<TemplateFile>(folder, {
    what: 'template',
    files_max: FILES_MAX,
    chars_max: TEMPLATE_MAXIMA.text_chars_max,
    read: (text, file) => {
      const read = readDocumentTemplate(text, file);
      return 'faults' in read ? { file, faults: read.faults } : { file, template: read };
    },
    nameOf: (one) => ('template' in one ? one.template.name : undefined),
  });
  const names = new Set(files.flatMap((one) => ('template' in one ? [one.template.name] : [])));
  const ours = defaultTemplates().filter(
    (one) => 'template' in one && !names.has(one.template.name),
  );
  return [...files, ...ours];
}
