import { migrateCommand } from '@atoll/database'
import { orFillShop } from '@atoll/scale-data'
import { defineServer } from '@atoll/server-kit'
import { shopImportCommand, shopSeedCommand } from '@atoll/shop-data'
import { migrations } from '../migrations/index.ts'
import { explorer } from './apps/explorer.ts'
import { analytics } from './domain.ts'
import { load } from './import/load.ts'
import { bigShop } from './seed/big-shop.ts'
import { explainSales } from './skills/explain-sales.ts'
import { cohortRetention } from './tools/cohort-retention.ts'
import { comparePeriods } from './tools/compare-periods.ts'
import { customerLifetimeValue } from './tools/customer-lifetime-value.ts'
import { listMetrics } from './tools/list-metrics.ts'
import { queryMetric } from './tools/query-metric.ts'
import { revenueByPeriod } from './tools/revenue-by-period.ts'
import { topProducts } from './tools/top-products.ts'

export const server = defineServer(analytics, {
  instructions:
    'Figures of the company’s sales. Take the tool that fits: revenue_by_period, top_products, ' +
    'customer_lifetime_value, cohort_retention, compare_periods. For everything else list_metrics says which metrics ' +
    'and dimensions there are and which days they cover, and query_metric asks one. Amounts are exact and rounded ' +
    'once, at the end; they are those of orders that were not cancelled, before refunds and without shipping.',
  tools: [
    listMetrics,
    queryMetric,
    revenueByPeriod,
    topProducts,
    customerLifetimeValue,
    cohortRetention,
    comparePeriods,
  ],
  apps: [explorer],
  skills: [explainSales],
  commands: {
    migrate: migrateCommand(migrations, { access: 'read' }),
    seed: orFillShop(shopSeedCommand({ load }), bigShop),
    import: shopImportCommand(load),
  },
})
