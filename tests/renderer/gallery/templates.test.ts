import { describe, expect, it } from 'vitest';
import { projectIn, templates } from '../../../renderer/gallery/templates.ts';

describe('a template that is opened in Chinese', () => {
  it.each(templates.map((template) => [template.id, template] as const))(
    'calls everything of %s by Chinese words',
    (_, template) => {
      const { name, blocks } = projectIn('zh', template);
      expect(name).toBe(template.title.zh);
      // What has the same name in both languages is called by signs and names alone.
      for (const { name: block } of blocks) expect(block).toMatch(/\p{Script=Han}/u);
      expect(projectIn('en', template)).toEqual({ ...template.document, name: template.title.en });
    },
  );
});
