import { newDocument, openCopy } from '../document/files.ts';
import { currentLanguage } from '../i18n/i18n.ts';
import { projectIn, type Template } from './templates.ts';

/** Opens a copy of a template, or a new project where it is the empty one. */
export const openTemplate = (template: Template): Promise<boolean> =>
  template.document.nodes.length === 0 ? newDocument() : openCopy(projectIn(currentLanguage(), template));
