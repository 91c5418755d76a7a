import { parentPort } from 'node:worker_threads'
import type { Chart } from '../blocks.ts'
import { drawChart } from './charts.ts'
import { toCsv } from './csv.ts'
import { toHtml } from './html.ts'
import { toMarkdown } from './markdown.ts'
import { type Answer, type ChartPicture, type Question, READY, type Task } from './messages.ts'
import { toPdf } from './pdf.ts'
import { toPng } from './pictures.ts'

parentPort?.on('message', async (question: Question) => {
  parentPort?.postMessage(await answer(question))
})
parentPort?.postMessage(READY)

async function answer({ id, ...task }: Question): Promise<Answer> {
  try {
    return { id, rendered: await render(task) }
  } catch (error) {
    return { id, failure: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

function render(task: Task): Promise<Uint8Array> | string | ChartPicture[] {
  if (task.kind === 'charts') return pictures(task)
  const { content, format } = task
  if (format === 'pdf') return toPdf(content)
  if (format === 'html') return toHtml(content)
  return format === 'csv' ? toCsv(content) : toMarkdown(content)
}

function pictures({ content, as, theme }: Task & { kind: 'charts' }): ChartPicture[] {
  const charts = content.sections.flatMap(({ blocks }) =>
    blocks.filter((block): block is Chart => block.kind === 'chart'),
  )
  return charts.map((chart) => {
    const svg = drawChart(chart, theme)
    return { chart: chart.id, data: as === 'svg' ? svg : toPng(svg) }
  })
}
