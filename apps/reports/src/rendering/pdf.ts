import pdfmake from 'pdfmake'
import type { Content as Piece, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js'
import type { Block, Table } from '../blocks.ts'
import type { Content, Section } from '../model.ts'
import { drawChart } from './charts.ts'
import { FONT_FILES } from './pictures.ts'
import { COLOURS, FONT } from './theme.ts'
import { isNumeric, writeCell, writeChange } from './write-cell.ts'

const { text, faint, line } = COLOURS.light
/** Points: A4 without its margins. */
const WIDTH = 515
const FIGURES_IN_A_ROW = 3
const FEW = 4

pdfmake.setFonts({ [FONT]: FONT_FILES })
// What stands in a report is data: nothing in it may make this process read or fetch anything.
pdfmake.setUrlAccessPolicy(() => false)
pdfmake.setLocalAccessPolicy((path: string) => Object.values(FONT_FILES).includes(path))

/** A report as PDF: A4, with its charts as vectors. */
export async function toPdf(content: Content): Promise<Uint8Array> {
  const { title, period, department, generated_at, sections } = content
  const about = `${period.from} to ${period.to}${department === null ? '' : `, ${department}`}`
  const definition: TDocumentDefinitions = {
    pageSize: 'A4',
    pageMargins: [40, 48, 40, 52],
    info: { title: `${title}, ${about}`, creationDate: new Date(generated_at) },
    defaultStyle: { font: FONT, fontSize: 9.5, color: text, lineHeight: 1.15 },
    footer: (page, pages) => ({
      columns: [
        { text: `${title}, ${about}`, color: faint, fontSize: 8 },
        { text: `${page} of ${pages}`, alignment: 'right', color: faint, fontSize: 8 },
      ],
      margin: [40, 16, 40, 0],
    }),
    content: [
      { text: title, fontSize: 22, bold: true },
      {
        text: `${about}. Made ${generated_at.slice(0, 16).replace('T', ' ')} UTC.`,
        color: faint,
        margin: [0, 2, 0, 8],
      },
      ...sections.flatMap(sectionPieces),
    ],
  }
  return await pdfmake.createPdf(definition).getBuffer()
}

function sectionPieces({ title, problem, blocks }: Section): Piece[] {
  const [first, ...rest] =
    problem === null
      ? blocks.map(blockPiece)
      : [{ text: problem, italics: true, color: faint } satisfies Piece]
  const heading: Piece = { text: title, fontSize: 14, bold: true, margin: [0, 14, 0, 6] }
  // A heading never stands alone at the foot of a page.
  return [{ stack: [heading, ...(first ? [first] : [])], unbreakable: isShort(blocks[0]) }, ...rest]
}

function isShort(block: Block | undefined): boolean {
  return block === undefined || block.kind !== 'table' || block.rows.length <= 20
}

function blockPiece(block: Block): Piece {
  if (block.kind === 'note') return { text: block.text, color: faint, margin: [0, 2, 0, 6] }
  if (block.kind === 'chart')
    return { svg: drawChart(block, 'light', FONT), width: WIDTH, margin: [0, 2, 0, 8] }
  if (block.kind === 'table') return tablePiece(block)
  const cells = block.figures.map(
    ({ label, value, unit, change_percent }): TableCell => ({
      stack: [
        { text: label, color: faint, fontSize: 8.5 },
        { text: writeCell(value, unit), fontSize: 14, bold: true },
        change_percent === null ? '' : { text: writeChange(change_percent), color: faint, fontSize: 8.5 },
      ],
      margin: [4, 3, 4, 3],
    }),
  )
  const wide = cells.length === FEW ? FEW / 2 : FIGURES_IN_A_ROW
  const rows: TableCell[][] = []
  for (let at = 0; at < cells.length; at += wide) {
    const row = cells.slice(at, at + wide)
    while (row.length < wide) row.push('')
    rows.push(row)
  }
  const layout = {
    hLineColor: () => line,
    vLineColor: () => line,
    hLineWidth: () => 0.5,
    vLineWidth: () => 0.5,
  }
  return { table: { widths: Array(wide).fill('*'), body: rows }, layout, margin: [0, 0, 0, 8] }
}

function tablePiece({ title, columns, rows }: Table): Piece {
  const alignment = (index: number) => (isNumeric(columns[index]?.unit ?? 'text') ? 'right' : 'left')
  const head = columns.map(({ label }, index) => ({ text: label, bold: true, alignment: alignment(index) }))
  const body = rows.map((row) =>
    row.map((cell, index) => ({
      text: writeCell(cell, columns[index]?.unit ?? 'text'),
      alignment: alignment(index),
      noWrap: alignment(index) === 'right',
    })),
  )
  return {
    stack: [
      { text: title, color: faint, margin: [0, 0, 0, 3] },
      {
        table: {
          headerRows: 1,
          dontBreakRows: true,
          widths: columns.map((_column, index) => (index === 0 ? '*' : 'auto')),
          body: [head, ...body] as TableCell[][],
        },
        fontSize: 8.5,
        layout: { vLineWidth: () => 0, hLineWidth: () => 0.5, hLineColor: () => line },
      },
    ],
    margin: [0, 0, 0, 8],
  }
}
