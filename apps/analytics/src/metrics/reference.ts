import { DIMENSION_NAMES, dimension } from '../dimensions/catalogue.ts'
import { METRICS } from './catalogue.ts'
import type { Metric } from './define-metric.ts'

const UNITS = { money: 'amount', count: 'whole number', decimal: 'number', percent: 'percent' } as const

/** docs/reference/metrics.md, as it follows from what is declared. */
export function metricsReference(): string {
  const dimensions = DIMENSION_NAMES.map((name) => {
    const { title, description } = dimension(name)
    return `- \`${name}\`, ${title}: ${description}`
  })
  return `# Metrics

What [analytics](../../apps/analytics/README.md) can be asked. This page follows from the declarations in
\`apps/analytics/src/metrics\` and is checked by a test; \`vitest run -u\` in \`apps/analytics\` writes it anew.

Every metric can be asked by day, week, month, quarter and year. Amounts are in one currency for each row.

${METRICS.map(section).join('\n')}
## Dimensions

${dimensions.join('\n')}
`
}

function section({ name, title, description, sql, format, unit, dimensions }: Metric): string {
  return `## ${title}

\`${name}\`: ${description}

- Shown as: ${UNITS[format]}${unit ? ` of ${unit}` : ''}
- Computed as: \`${sql}\`
- Dimensions: ${dimensions.map((each) => `\`${each}\``).join(', ')}
`
}
