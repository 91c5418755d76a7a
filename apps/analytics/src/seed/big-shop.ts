import type { ShopFill } from '@atoll/scale-data'

/** How a shop of any size gets into the star; its rollups are made of the facts at the end. */
export const bigShop: ShopFill = {
  name: 'analytics',
  tables: ['sales', 'sales_orders', 'customers', 'products', 'regions'],

  async clear(client, tenant) {
    for (const table of ['sales', 'sales_orders', 'customers', 'products', 'regions']) {
      await client.query(`delete from ${table} where tenant = $1`, [tenant])
    }
  },

  async catalogue(client, tenant) {
    await client.query(
      'insert into customers (tenant, id, name) select $1, id, name from made_customers order by no',
      [tenant],
    )
    await client.query(
      'insert into products (tenant, id, name, category) select $1, id, name, category from made_products order by no',
      [tenant],
    )
    await client.query(
      `insert into regions (tenant, id, country, city)
      select $1, row_number() over (order by country, city), country, city
      from (select distinct country, city from made_customers) places`,
      [tenant],
    )
  },

  async orders(client, tenant) {
    await client.query(
      `insert into sales_orders (tenant, number, day, customer_id, region_id, currency, cancelled, shipping, units,
        gross, revenue)
      select $1, o.number, o.ordered_on, o.customer_id, r.id, o.currency, o.status = 'cancelled',
        trim_scale(o.shipping_minor / 10::numeric ^ o.minor_digits), s.units, s.gross, s.revenue
      from made_orders o
      join regions r on r.tenant = $1 and r.country = o.ship_country and r.city = o.ship_city
      join (
        select n, sum(quantity) as units, sum(trim_scale(${PRICE} * quantity)) as gross,
          sum(line_revenue(${PRICE}, quantity, discount_bp)) as revenue
        from made_lines l group by n
      ) s using (n)
      order by n`,
      [tenant],
    )
    await client.query(
      `insert into sales (tenant, order_number, line, day, customer_id, product_id, region_id, currency, cancelled,
        unit_price, quantity, discount_bp)
      select $1, o.number, l.line, o.ordered_on, o.customer_id, l.product_id, r.id, o.currency,
        o.status = 'cancelled', ${PRICE}, l.quantity, l.discount_bp
      from made_lines l
      join made_orders o using (n)
      join regions r on r.tenant = $1 and r.country = o.ship_country and r.city = o.ship_city
      order by n, line`,
      [tenant],
    )
  },

  async finish(client, tenant) {
    await client.query('select rebuild_rollups($1)', [tenant])
  },
}

const PRICE = 'trim_scale(unit_price_minor / 10::numeric ^ l.minor_digits)'
