import { ConflictError, InvalidError, NotFoundError } from '@atoll/errors'
import { reports } from '../domain.ts'
import { ReportId } from '../model.ts'
import { Format, MIME_TYPES } from '../rendering/format.ts'
import { visibleTo } from '../rules.ts'
import { DELEGATES } from '../shown.ts'

const LISTING = ['report://{id}']

export const report = reports.defineResource({
  uri: 'report://{id}{?format}',
  name: 'report',
  title: 'Report',
  description: 'One of the caller’s own reports as json (unless told otherwise), md, html, csv or pdf.',
  mimeType: 'application/json',
  scopes: ['reports:read'],
  delegates: [...DELEGATES],
  limits: { timeout: '30s' },
  // What is ready never changes; what is not is an error, and errors are not kept.
  cache: { ttl: '10m', shared: 'principal', tags: ['report'] },
  async read({ params, deps, principal, signal }) {
    const format = formatOf(params.format)
    const { data: id } = ReportId.safeParse(params.id)
    const found = id && (await deps.reports.find(principal, id, { signal }))
    if (!found) throw new NotFoundError('report', params.id)
    if (!found.content) throw new ConflictError(`The report is ${found.status}, so there is nothing to read.`)
    const content = visibleTo(principal, found.content)
    if (format === 'json') return { json: content }
    const rendered = await deps.renderer.render(content, format, { signal })
    const mimeType = MIME_TYPES[format]
    return typeof rendered === 'string' ? { text: rendered, mimeType } : { blob: rendered, mimeType }
  },
  async list({ deps, principal, signal, cursor }) {
    const after = cursor === undefined ? undefined : deps.cursors.open(principal, LISTING, cursor)
    const page = await deps.reports.list(principal, { status: 'ready', limit: 50, after }, { signal })
    return {
      items: page.items.map(({ id, title, period, department }) => ({
        uri: `report://${id}`,
        name: id,
        title: `${title}, ${period.from} to ${period.to}`,
        ...(department !== null && { description: department }),
        mimeType: 'application/json',
      })),
      ...(page.last && { nextCursor: deps.cursors.seal(principal, LISTING, page.last) }),
    }
  },
  complete: { format: ({ value }) => Format.options.filter((format) => format.startsWith(value)) },
})

/** Throws InvalidError, which names the formats there are. */
function formatOf(given: string): Format {
  if (given === '') return 'json'
  const { data } = Format.safeParse(given)
  if (data) return data
  throw new InvalidError(`There is no format "${given.slice(0, 20)}". Formats: ${Format.options.join(', ')}.`)
}
