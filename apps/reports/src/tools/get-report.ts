import { NotFoundError } from '@atoll/errors'
import { type ContentBlock, rich } from '@atoll/server-kit'
import { z } from 'zod'
import { viewer } from '../apps/viewer.ts'
import { reports } from '../domain.ts'
import { ReportId } from '../model.ts'
import { Format, MIME_TYPES } from '../rendering/format.ts'
import { DELEGATES, ShownReport, shown } from '../shown.ts'

export const getReport = reports.defineTool({
  name: 'get_report',
  title: 'Get a report',
  description:
    'One of the caller’s own reports: its progress, and when it is ready its sections with figures, tables and charts. ' +
    'Charts come as pictures when asked for. The same as Markdown, HTML, CSV or PDF: the resource report://{id}{?format}. ' +
    'To find one, use list_my_reports.',
  effect: 'read',
  scopes: ['reports:read'],
  delegates: [...DELEGATES],
  limits: { timeout: '30s' },
  app: viewer,
  input: z.object({
    id: ReportId,
    charts: z
      .enum(['none', 'svg', 'png'])
      .default('none')
      .describe('Also the charts as pictures: svg for programs and hosts that show it, png for everybody'),
    theme: z.enum(['light', 'dark']).default('light').describe('Colours of the pictures'),
  }),
  output: ShownReport,
  async run({ input, deps, principal, signal }) {
    const { id, charts, theme } = input
    const found = await deps.reports.find(principal, id, { signal })
    if (!found) throw new NotFoundError('report', id)
    const answer = shown(principal, found)
    if (!answer.content) return answer
    const pictures =
      charts === 'none' ? [] : await deps.renderer.charts(answer.content, { as: charts, theme }, { signal })
    const blocks = pictures.map(({ chart, data }): ContentBlock => {
      if (typeof data !== 'string') {
        return { type: 'image', data: Buffer.from(data).toString('base64'), mimeType: 'image/png' }
      }
      const uri = `report://${id}/charts/${chart}?theme=${theme}`
      return { type: 'resource', resource: { uri, mimeType: 'image/svg+xml', text: data } }
    })
    return rich(answer, [...blocks, ...links(id)])
  },
})

function links(id: ReportId): ContentBlock[] {
  return Format.options
    .filter((format) => format !== 'json')
    .map((format) => ({
      type: 'resource_link',
      uri: `report://${id}?format=${format}`,
      name: `${id}.${format}`,
      mimeType: MIME_TYPES[format],
    }))
}
