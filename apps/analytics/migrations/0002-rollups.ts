import { isolate } from './isolate.ts'

interface Rollup {
  /** By what, beside tenant and currency, a row is unique. */
  by: readonly Column[]
  /** `line` rollups lack what only a whole order has. */
  of: 'order' | 'line'
  /** With the first and last day of what was not cancelled. */
  days?: true
}
type Column = keyof typeof COLUMNS

const COLUMNS = {
  day: 'day date NOT NULL',
  month: 'month date NOT NULL',
  year: 'year date NOT NULL',
  category: 'category text',
  product_id: 'product_id text COLLATE "C" NOT NULL',
  region_id: 'region_id integer NOT NULL',
  customer_id: 'customer_id text COLLATE "C" NOT NULL',
}

const ROLLUPS: Readonly<Record<string, Rollup>> = {
  sales_daily: { by: ['day'], of: 'order' },
  sales_daily_category: { by: ['day', 'category'], of: 'line' },
  sales_daily_product: { by: ['day', 'product_id'], of: 'line' },
  sales_daily_region: { by: ['day', 'region_id'], of: 'order' },
  sales_monthly_region_category: { by: ['month', 'region_id', 'category'], of: 'line' },
  sales_monthly_product: { by: ['month', 'product_id'], of: 'line' },
  sales_yearly_customer: { by: ['year', 'customer_id'], of: 'order', days: true },
  sales_customer: { by: ['customer_id'], of: 'order', days: true },
}

/** Of the measures of orders, in the order of their columns. */
const SUMS = `sum(orders)::bigint, sum(units)::bigint, sum(gross), sum(revenue), sum(shipping),
    sum(cancelled_orders)::bigint, sum(cancelled_revenue)`

/**
 * Sums of sales, exact and unrounded, so that no question has to read all facts. What was cancelled counts in its own
 * columns only. Those by product and category count an order once for each of them.
 */
export const rollups = {
  up: `
${Object.entries(ROLLUPS)
  .map(([name, rollup]) => table(name, rollup))
  .join('\n')}

-- How many customers whose first order was in one month (cohort) ordered in another.
CREATE TABLE sales_cohorts (
  tenant text COLLATE "C" NOT NULL CHECK (tenant <> ''),
  cohort date NOT NULL,
  month date NOT NULL,
  customers bigint NOT NULL,
  PRIMARY KEY (tenant, cohort, month)
);
${isolate('sales_cohorts')}

-- Facts in the shape of rollups.
CREATE VIEW order_figures WITH (security_invoker = true) AS
SELECT tenant, number AS order_number, day, customer_id, region_id, currency,
  CASE WHEN cancelled THEN 0 ELSE 1 END AS orders,
  CASE WHEN cancelled THEN 0 ELSE units END AS units,
  CASE WHEN cancelled THEN 0 ELSE gross END AS gross,
  CASE WHEN cancelled THEN 0 ELSE revenue END AS revenue,
  CASE WHEN cancelled THEN 0 ELSE shipping END AS shipping,
  CASE WHEN cancelled THEN 1 ELSE 0 END AS cancelled_orders,
  CASE WHEN cancelled THEN revenue ELSE 0 END AS cancelled_revenue
FROM sales_orders;
CREATE VIEW line_figures WITH (security_invoker = true) AS
SELECT tenant, order_number, day, customer_id, product_id, region_id, currency, quantity AS units, gross, revenue
FROM sales WHERE NOT cancelled;

-- Add one to a tenant's revision: what was answered before is out of date.
CREATE FUNCTION advance_revision(of_tenant text) RETURNS void LANGUAGE sql
  BEGIN ATOMIC
    INSERT INTO loads (tenant, revision, loaded_at) VALUES (of_tenant, 1, now())
    ON CONFLICT (tenant) DO UPDATE SET revision = loads.revision + 1, loaded_at = now();
  END;

-- Make a tenant's rollups anew from its facts: of the months from from_day to to_day (and what goes beyond them follows), or of all without them.
-- For the owner, in the transaction that changed the facts. Also advances the revision.
CREATE FUNCTION rebuild_rollups(of_tenant text, from_day date DEFAULT NULL, to_day date DEFAULT NULL)
  RETURNS void LANGUAGE plpgsql
  SET work_mem = '128MB'
AS $$
DECLARE
  since date := coalesce(date_trunc('month', from_day::timestamp)::date, '-infinity');
  until date := coalesce((date_trunc('month', to_day::timestamp) + interval '1 month')::date, 'infinity');
  since_year date := coalesce(date_trunc('year', from_day::timestamp)::date, '-infinity');
  until_year date := coalesce((date_trunc('year', to_day::timestamp) + interval '1 year')::date, 'infinity');
BEGIN
  IF of_tenant IS DISTINCT FROM current_setting('app.tenant', true) THEN
    RAISE EXCEPTION 'app.tenant is not %', of_tenant;
  END IF;

  INSERT INTO dates (day)
  SELECT unnest(ARRAY[day, date_trunc('month', day::timestamp)::date]) FROM (
    SELECT DISTINCT day FROM sales_orders WHERE tenant = of_tenant AND day >= since AND day < until
  ) days ON CONFLICT DO NOTHING;

  DELETE FROM sales_daily_region WHERE tenant = of_tenant AND day >= since AND day < until;
  INSERT INTO sales_daily_region
  SELECT of_tenant, day, region_id, currency, ${SUMS}
  FROM order_figures
  WHERE tenant = of_tenant AND day >= since AND day < until
  GROUP BY day, region_id, currency ORDER BY day;

  DELETE FROM sales_daily WHERE tenant = of_tenant AND day >= since AND day < until;
  INSERT INTO sales_daily
  SELECT of_tenant, day, currency, ${SUMS}
  FROM sales_daily_region
  WHERE tenant = of_tenant AND day >= since AND day < until
  GROUP BY day, currency ORDER BY day;

  DELETE FROM sales_yearly_customer WHERE tenant = of_tenant AND year >= since_year AND year < until_year;
  INSERT INTO sales_yearly_customer
  SELECT of_tenant, date_trunc('year', day::timestamp)::date AS year, customer_id, currency, ${SUMS},
    min(day) FILTER (WHERE orders > 0), max(day) FILTER (WHERE orders > 0)
  FROM order_figures
  WHERE tenant = of_tenant AND day >= since_year AND day < until_year
  GROUP BY 2, customer_id, currency ORDER BY 2, customer_id;

  -- An order counts once for each of its products and categories: on the first of their lines.
  CREATE TEMPORARY TABLE rebuilt ON COMMIT DROP AS
  SELECT GROUPING(product_id) = 0 AS by_product, day, product_id, month, region_id, category, currency,
    count(*) FILTER (WHERE of_product = 1) AS orders, count(*) FILTER (WHERE of_category = 1) AS category_orders,
    sum(units)::bigint AS units, sum(gross) AS gross, sum(revenue) AS revenue
  FROM (
    SELECT f.*, date_trunc('month', f.day::timestamp)::date AS month, p.category,
      row_number() OVER (PARTITION BY f.order_number, f.product_id) AS of_product,
      row_number() OVER (PARTITION BY f.order_number, p.category) AS of_category
    FROM line_figures f JOIN products p ON p.tenant = of_tenant AND p.id = f.product_id
    WHERE f.tenant = of_tenant AND f.day >= since AND f.day < until
  ) lines
  GROUP BY GROUPING SETS ((day, product_id, category, currency), (month, region_id, category, currency));

  DELETE FROM sales_daily_product WHERE tenant = of_tenant AND day >= since AND day < until;
  INSERT INTO sales_daily_product
  SELECT of_tenant, day, product_id, currency, orders, units, gross, revenue
  FROM rebuilt WHERE by_product ORDER BY day, product_id;

  DELETE FROM sales_daily_category WHERE tenant = of_tenant AND day >= since AND day < until;
  INSERT INTO sales_daily_category
  SELECT of_tenant, day, category, currency, sum(category_orders), sum(units), sum(gross), sum(revenue)
  FROM rebuilt WHERE by_product GROUP BY day, category, currency ORDER BY day;

  DELETE FROM sales_monthly_product WHERE tenant = of_tenant AND month >= since AND month < until;
  INSERT INTO sales_monthly_product
  SELECT of_tenant, date_trunc('month', day::timestamp)::date, product_id, currency,
    sum(orders), sum(units), sum(gross), sum(revenue)
  FROM rebuilt WHERE by_product GROUP BY 2, product_id, currency ORDER BY 2;

  DELETE FROM sales_monthly_region_category WHERE tenant = of_tenant AND month >= since AND month < until;
  INSERT INTO sales_monthly_region_category
  SELECT of_tenant, month, region_id, category, currency, category_orders, units, gross, revenue
  FROM rebuilt WHERE NOT by_product ORDER BY month;
  DROP TABLE rebuilt;

  -- What spans all years follows from the years.
  DELETE FROM sales_customer WHERE tenant = of_tenant;
  INSERT INTO sales_customer
  SELECT of_tenant, customer_id, currency, ${SUMS}, min(first_day), max(last_day)
  FROM sales_yearly_customer WHERE tenant = of_tenant GROUP BY customer_id, currency ORDER BY customer_id;

  -- Whoever came before these months is in the cohort as before; what changed is which of them came in later months.
  DELETE FROM sales_cohorts WHERE tenant = of_tenant AND month >= since;
  INSERT INTO sales_cohorts
  SELECT of_tenant, c.cohort, m.month, count(*)
  FROM (
    SELECT DISTINCT date_trunc('month', day::timestamp)::date AS month, customer_id FROM sales_orders
    WHERE tenant = of_tenant AND NOT cancelled AND day >= since
  ) m JOIN (
    SELECT customer_id, date_trunc('month', min(first_day)::timestamp)::date AS cohort FROM sales_customer
    WHERE tenant = of_tenant AND orders > 0 GROUP BY customer_id
  ) c USING (customer_id)
  GROUP BY c.cohort, m.month;

  ANALYZE ${Object.keys(ROLLUPS).join(', ')}, sales_cohorts, dates;
  PERFORM advance_revision(of_tenant);
END
$$;
REVOKE EXECUTE ON FUNCTION rebuild_rollups, advance_revision FROM PUBLIC;
`,
}

function table(name: string, { by, of, days }: Rollup): string {
  const columns = [
    'tenant text COLLATE "C" NOT NULL CHECK (tenant <> \'\')',
    ...by.map((column) => COLUMNS[column]),
    'currency text COLLATE "C" NOT NULL',
    'orders bigint NOT NULL',
    'units bigint NOT NULL',
    'gross numeric NOT NULL',
    'revenue numeric NOT NULL',
    ...(of === 'order'
      ? [
          'shipping numeric NOT NULL',
          'cancelled_orders bigint NOT NULL',
          'cancelled_revenue numeric NOT NULL',
        ]
      : []),
    ...(days ? ['first_day date', 'last_day date'] : []),
    `UNIQUE NULLS NOT DISTINCT (tenant, ${by.join(', ')}, currency)`,
  ]
  return `CREATE TABLE ${name} (\n  ${columns.join(',\n  ')}\n);\n${isolate(name)}`
}
