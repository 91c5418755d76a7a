import { InvalidError, NotFoundError } from '@atoll/errors'
import { z } from 'zod'
import { reports } from '../domain.ts'
import { ReportId } from '../model.ts'
import { onlyChart } from '../only-chart.ts'
import { visibleTo } from '../rules.ts'
import { DELEGATES } from '../shown.ts'

const How = z.object({
  as: z.enum(['', 'svg', 'png']).transform((as) => as || 'svg'),
  theme: z.enum(['', 'light', 'dark']).transform((theme) => theme || 'light'),
})

export const chart = reports.defineResource({
  uri: 'report://{id}/charts/{chart}{?as,theme}',
  name: 'chart',
  title: 'Chart of a report',
  description:
    'One chart of one of the caller’s own reports, by its id: as svg (unless told otherwise) or png, light or dark.',
  mimeType: 'image/svg+xml',
  scopes: ['reports:read'],
  delegates: [...DELEGATES],
  limits: { timeout: '30s' },
  cache: { ttl: '10m', shared: 'principal', tags: ['report'] },
  async read({ params, deps, principal, signal }) {
    const { data: how } = How.safeParse(params)
    if (!how) throw new InvalidError('A chart is svg or png (as), light or dark (theme).')
    const { data: id } = ReportId.safeParse(params.id)
    const found = id && (await deps.reports.find(principal, id, { signal }))
    const content = found?.content && onlyChart(visibleTo(principal, found.content), params.chart)
    const { as, theme } = how
    const [picture] = content ? await deps.renderer.charts(content, { as, theme }, { signal }) : []
    if (!picture) throw new NotFoundError('chart', params.chart)
    const { data } = picture
    return typeof data === 'string' ? { text: data } : { blob: data, mimeType: 'image/png' }
  },
})
