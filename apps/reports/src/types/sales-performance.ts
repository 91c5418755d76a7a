import { type Block, compared, figure } from '../blocks.ts'
import { bucketsOf, grainOf, periodBefore } from '../period.ts'
import { major, minor } from '../rendering/write-cell.ts'
import { topProducts } from '../sources/analytics.ts'
import { type Sales, sales } from '../sources/orders.ts'
import { type ReportDefinition, section } from './define-type.ts'

export const salesOverview = section({
  id: 'sales',
  title: 'Sales',
  needs: ({ period }) => ({ now: sales(period), before: sales(periodBefore(period)) }),
  build: ({ now, before }) => {
    const statuses = now.byStatus.toSorted((a, b) => b.count - a.count)
    return [
      {
        kind: 'figures',
        figures: [
          compared('Orders', 'count', now.count, before.count),
          ...now.amounts.flatMap((amount) => {
            const earlier = before.amounts.find(({ currency }) => currency === amount.currency) ?? null
            const mean = { minor: Math.round(amount.minor / now.count), currency: amount.currency }
            return [
              compared(`Goods sold (${amount.currency})`, 'money', amount, earlier),
              figure(`Mean order (${amount.currency})`, 'money', mean),
            ]
          }),
        ],
      },
      {
        kind: 'note',
        text: 'Goods as charged, without shipping and before refunds. Cancelled orders are counted.',
      },
      {
        kind: 'chart',
        id: 'orders_by_status',
        title: 'Orders by status',
        shape: 'bar',
        categories: statuses.map(({ status }) => status.replaceAll('_', ' ')),
        category_label: 'Status',
        value_label: 'Orders',
        unit: 'count',
        currency: null,
        series: [{ name: 'Orders', values: statuses.map(({ count }) => count) }],
      },
    ]
  },
})

export const salesOverTime = section({
  id: 'sales_over_time',
  title: 'Sales over time',
  needs: ({ period }) => ({ buckets: bucketsOf(period).map(sales) }),
  build: ({ buckets }, { period }) => {
    const labels = bucketsOf(period).map(({ label }) => label)
    const grain = grainOf(period)
    const currencies = [
      ...new Set(buckets.flatMap(({ amounts }) => amounts.map(({ currency }) => currency))),
    ].sort()
    const sold = ({ amounts }: Sales, currency: string) =>
      amounts.find((amount) => amount.currency === currency)?.minor ?? 0
    return currencies.flatMap((currency): Block[] => [
      {
        kind: 'chart',
        id: `sales_by_${grain}_${currency.toLowerCase()}`,
        title: `Goods sold by ${grain}`,
        shape: 'column',
        categories: labels,
        category_label: grain === 'week' ? 'Week from' : `${grain[0]?.toUpperCase()}${grain.slice(1)}`,
        value_label: 'Goods sold',
        unit: 'money',
        currency,
        series: [
          { name: 'Goods sold', values: buckets.map((bucket) => major(sold(bucket, currency), currency)) },
        ],
      },
      {
        kind: 'table',
        id: `sales_by_${grain}_${currency.toLowerCase()}`,
        title: `By ${grain}`,
        columns: [
          { label: grain === 'week' ? 'Week from' : 'Period', unit: 'text' },
          { label: 'Orders', unit: 'count' },
          { label: 'Goods sold', unit: 'money' },
        ],
        rows: buckets.map((bucket, index) => [
          labels[index] ?? '',
          bucket.count,
          { minor: sold(bucket, currency), currency },
        ]),
      },
    ])
  },
})

export const bestSellers = section({
  id: 'best_sellers',
  title: 'Best sellers',
  needs: ({ period }) => ({ products: topProducts(period, 10) }),
  build: ({ products: { rows } }) => {
    if (rows.length === 0) return [{ kind: 'note', text: 'Nothing was sold in this period.' }]
    const currencies = [...new Set(rows.map(({ currency }) => currency))]
    return currencies.flatMap((currency): Block[] => {
      const own = rows.filter((row) => row.currency === currency)
      const id = `best_sellers_${currency.toLowerCase()}`
      const name = ({ product_name }: (typeof own)[number]) => product_name ?? 'Unknown product'
      return [
        {
          kind: 'chart',
          id,
          title: 'Revenue of the best sellers',
          shape: 'bar',
          categories: own.map(name),
          category_label: 'Product',
          value_label: 'Revenue',
          unit: 'money',
          currency,
          series: [{ name: 'Revenue', values: own.map(({ revenue }) => revenue) }],
        },
        {
          kind: 'table',
          id,
          title: 'Best sellers by revenue',
          columns: [
            { label: 'Product', unit: 'text' },
            { label: 'Category', unit: 'text' },
            { label: 'Revenue', unit: 'money' },
            { label: 'Share', unit: 'percent' },
            { label: 'Units', unit: 'count' },
            { label: 'Orders', unit: 'count' },
          ],
          rows: own.map((row) => [
            name(row),
            row.category,
            { minor: minor(row.revenue, currency), currency },
            row.share,
            row.units,
            row.orders,
          ]),
        },
      ]
    })
  },
})

export const salesPerformance: ReportDefinition = {
  type: 'sales_performance',
  title: 'Sales performance',
  description: 'Orders and goods sold against the period before, by status, over time, and the best sellers',
  byDepartment: false,
  sections: [salesOverview, salesOverTime, bestSellers],
}
