import type { TemplateFile } from './tree.ts';
export const DEFAULT_TEMPLATES: readonly TemplateFile[] = [];
