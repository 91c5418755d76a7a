import type { Block, Chart, Table } from '../blocks.ts'
import type { Content, Section } from '../model.ts'
import { drawChart } from './charts.ts'
import { tableOfChart } from './table-of-chart.ts'
import { COLOURS, type Theme } from './theme.ts'
import { isNumeric, writeCell, writeChange } from './write-cell.ts'

/** A report as one page that needs nothing from anywhere and may run nothing. */
export function toHtml(content: Content): string {
  const { title, period, department, generated_at, sections } = content
  const about = `${period.from} to ${period.to}${department === null ? '' : `, ${department}`}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(`${title}, ${about}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>${escapeHtml(title)}</h1><p>${escapeHtml(about)}. Made ${generated_at.slice(0, 16).replace('T', ' ')} UTC.</p></header>
<main>
${sections.map(sectionHtml).join('\n')}
</main>
</body>
</html>
`
}

function sectionHtml({ id, title, problem, blocks }: Section): string {
  const body =
    problem === null ? blocks.map(blockHtml).join('\n') : `<p class="problem">${escapeHtml(problem)}</p>`
  return `<section aria-labelledby="${escapeHtml(id)}"><h2 id="${escapeHtml(id)}">${escapeHtml(title)}</h2>\n${body}</section>`
}

function blockHtml(block: Block): string {
  if (block.kind === 'note') return `<p class="note">${escapeHtml(block.text)}</p>`
  if (block.kind === 'table') return tableHtml(block)
  if (block.kind === 'chart') return chartHtml(block)
  const figures = block.figures.map(({ label, value, unit, change_percent }) => {
    const change =
      change_percent === null ? '' : `<span class="change">${escapeHtml(writeChange(change_percent))}</span>`
    return `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(writeCell(value, unit))}${change}</dd></div>`
  })
  return `<dl class="figures">${figures.join('')}</dl>`
}

function chartHtml(chart: Chart): string {
  const source = (theme: Theme) =>
    `data:image/svg+xml;base64,${Buffer.from(drawChart(chart, theme)).toString('base64')}`
  return `<figure><picture><source media="(prefers-color-scheme: dark)" srcset="${source('dark')}">
<img src="${source('light')}" alt="${escapeHtml(chart.title)}"></picture>
<details><summary>Figures</summary>${tableHtml(tableOfChart(chart))}</details></figure>`
}

function tableHtml({ title, columns, rows }: Table): string {
  const tag = (index: number) => (isNumeric(columns[index]?.unit ?? 'text') ? ' class="number"' : '')
  const head = columns.map(({ label }, index) => `<th scope="col"${tag(index)}>${escapeHtml(label)}</th>`)
  const lines = rows.map((row) => {
    const cells = row.map((cell, index) => {
      const text = escapeHtml(writeCell(cell, columns[index]?.unit ?? 'text'))
      return index === 0 ? `<th scope="row">${text}</th>` : `<td${tag(index)}>${text}</td>`
    })
    return `<tr>${cells.join('')}</tr>`
  })
  return `<div class="wide"><table><caption>${escapeHtml(title)}</caption><thead><tr>${head.join('')}</tr></thead>
<tbody>${lines.join('\n')}</tbody></table></div>`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

const colours = (theme: Theme) => {
  const { ground, text, faint, line } = COLOURS[theme]
  return `--ground:${ground};--text:${text};--faint:${faint};--line:${line};`
}

const STYLE = `
:root{${colours('light')}}
@media (prefers-color-scheme: dark){:root{${colours('dark')}}}
body{margin:0 auto;max-width:60rem;padding:2rem 1.25rem 4rem;background:var(--ground);color:var(--text);
font:16px/1.5 Roboto,system-ui,sans-serif}
h1{font-size:1.9rem;margin:0}h2{font-size:1.3rem;margin:2.5rem 0 1rem;border-bottom:1px solid var(--line);padding-bottom:.3rem}
header p,.note,caption,summary,dt{color:var(--faint)}header p{margin:.25rem 0}
.problem{border-left:4px solid #c2540a;padding:.5rem 1rem;margin:0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(11.5rem,1fr));gap:1rem;margin:0 0 1rem}
.figures div{border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem}
dd{margin:0;font-size:1.2rem;font-weight:600;font-variant-numeric:tabular-nums}
.change{display:block;font-size:.85rem;font-weight:400;color:var(--faint)}
figure{margin:1rem 0}img{display:block;max-width:100%;height:auto;border:1px solid var(--line);border-radius:.5rem}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem;font-variant-numeric:tabular-nums}
caption{text-align:left;padding:.25rem 0}th,td{padding:.35rem .6rem;border-bottom:1px solid var(--line);text-align:left}
th[scope=row]{font-weight:400}.number{text-align:right;white-space:nowrap}
`
