import type { Block, Table } from '../blocks.ts'
import type { Content, Section } from '../model.ts'
import { tableOfChart } from './table-of-chart.ts'
import { isNumeric, writeCell, writeChange } from './write-cell.ts'

/** A report as Markdown; a chart is the table of its values. */
export function toMarkdown(content: Content): string {
  const { title, period, department, generated_at, sections } = content
  const about = department === null ? '' : `, ${inline(department)}`
  const head = [
    `# ${inline(title)}`,
    `${period.from} to ${period.to}${about}. Made ${generated_at.slice(0, 16).replace('T', ' ')} UTC.`,
  ]
  return `${[...head, ...sections.flatMap(sectionLines)].join('\n\n')}\n`
}

function sectionLines({ title, problem, blocks }: Section): string[] {
  const heading = `## ${inline(title)}`
  if (problem !== null) return [heading, `> ${inline(problem)}`]
  return [heading, ...blocks.map(blockLines)]
}

function blockLines(block: Block): string {
  if (block.kind === 'note') return inline(block.text)
  if (block.kind === 'table') return tableLines(block)
  if (block.kind === 'chart') return tableLines(tableOfChart(block))
  return block.figures
    .map(({ label, value, unit, change_percent }) => {
      const change = change_percent === null ? '' : ` (${writeChange(change_percent)})`
      return `- ${inline(label)}: **${inline(writeCell(value, unit))}**${change}`
    })
    .join('\n')
}

function tableLines({ title, columns, rows }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    `**${inline(title)}**`,
    '',
    line(columns.map(({ label }) => inline(label))),
    line(columns.map(({ unit }) => (isNumeric(unit) ? '---:' : '---'))),
    ...rows.map((row) =>
      line(row.map((cell, index) => inline(writeCell(cell, columns[index]?.unit ?? 'text')))),
    ),
  ].join('\n')
}

/** Names come from other systems: on one line, and without meaning to Markdown or HTML. */
function inline(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#~&!]/g, '\\$&')
}
