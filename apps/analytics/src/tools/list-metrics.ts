import { z } from 'zod'
import { DIMENSION_NAMES, dimension } from '../dimensions/catalogue.ts'
import { analytics } from '../domain.ts'
import { METRICS } from '../metrics/catalogue.ts'
import { Grain } from '../model.ts'
import { CACHED } from './cached.ts'

export const listMetrics = analytics.defineTool({
  name: 'list_metrics',
  title: 'List metrics',
  description:
    'List the metrics with what they count and by which dimensions, and which days there are figures for. ' +
    'To ask one, use query_metric.',
  effect: 'read',
  scopes: ['analytics:read'],
  cache: CACHED,
  input: z.object({}),
  output: z.strictObject({
    metrics: z.array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        description: z.string(),
        format: z.enum(['money', 'count', 'decimal', 'percent']),
        unit: z.string().optional(),
        dimensions: z.array(z.string()).describe('What query_metric can group and filter it by'),
      }),
    ),
    dimensions: z.array(z.strictObject({ name: z.string(), title: z.string(), description: z.string() })),
    grains: z.array(Grain).describe('Periods that every metric can be asked by'),
    figures: z
      .strictObject({
        first_day: z.iso.date().nullable(),
        last_day: z.iso.date().nullable(),
        orders: z.int(),
        currencies: z.array(z.string()),
        loaded_at: z.iso.datetime().nullable().describe('When the last import was'),
      })
      .describe('What there are figures for; null where nothing was imported yet'),
  }),
  async run({ deps, principal, signal }) {
    return {
      metrics: METRICS.map(({ name, title, description, format, unit, dimensions }) => ({
        name,
        title,
        description,
        format,
        ...(unit && { unit }),
        dimensions: [...dimensions],
      })),
      dimensions: DIMENSION_NAMES.map((name) => {
        const { title, description } = dimension(name)
        return { name, title, description }
      }),
      grains: [...Grain.options],
      figures: await deps.coverage.find(principal, { signal }),
    }
  },
})
