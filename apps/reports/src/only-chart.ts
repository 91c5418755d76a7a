import type { Content } from './model.ts'

/** A report with nothing in it but one chart; with nothing where it has none of that id. */
export function onlyChart(content: Content, id: string): Content {
  const sections = content.sections.map((section) => ({
    ...section,
    blocks: section.blocks.filter((block) => block.kind === 'chart' && block.id === id).slice(0, 1),
  }))
  return { ...content, sections: sections.filter(({ blocks }) => blocks.length > 0).slice(0, 1) }
}
