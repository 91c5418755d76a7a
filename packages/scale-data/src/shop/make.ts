import type pg from 'pg'
import { numberArray, pick, textArray } from '../chance.ts'
import {
  ADJECTIVES,
  CARRIERS,
  CATEGORIES,
  CITIES,
  COMPANY_ENDS,
  COMPANY_NAMES,
  NOUNS,
  STREETS,
} from './words.ts'

export interface ShopSize {
  /** In all. */
  orders: number
  seed: number
}

/** The demonstration ends here too, so that every run makes the same orders. */
const LAST_DAY = '2026-11-15'
const DAYS = 1826
const PRODUCTS = 1000
const CURRENCY = 'EUR'
const MINOR_DIGITS = 2

/** Customers that people sign in as are the first ones, who order most. */
const PEOPLE = ['alice', 'bob', 'carol']

/**
 * Make `made_customers` and `made_products`, temporary tables of the transaction. A hundred orders a customer, at most
 * 100,000 customers; 1,000 products.
 */
export async function makeCatalogue(client: pg.ClientBase, { orders, seed }: ShopSize): Promise<void> {
  const customers = customersOf(orders)
  await client.query(`
    create temporary table made_customers on commit drop as
    select no, 'C-' || lpad(no::text, 6, '0') as id,
      coalesce((${textArray(PEOPLE)})[no], 'C-' || lpad(no::text, 6, '0')) as subject,
      ${pick(COMPANY_NAMES, 0)} || ' ' || ${pick(COMPANY_ENDS, 8)} || ' ' || no as name,
      (1 + (h >> 16 & 255))::text || ' ' || ${pick(STREETS, 24)} as address,
      ${pick(
        CITIES.map(([city]) => city),
        32,
      )} as city,
      ${pick(
        CITIES.map(([, country]) => country),
        32,
      )} as country,
      lpad((h >> 40 & 65535)::text, 5, '0') as postal_code
    from (select no, hashint8extended(no, ${seed} + 1000000000) as h from generate_series(1, ${customers}) no) numbered`)
  await client.query(`
    create temporary table made_products on commit drop as
    select no, 'P-' || lpad(no::text, 4, '0') as id,
      ${pick(ADJECTIVES, 0)} || ' ' || ${pick(NOUNS, 8)} || ' ' || no as name,
      ${pick(CATEGORIES, 16)} as category, (195 + (h >> 24 & 16383) * 5)::bigint as unit_price_minor,
      '${CURRENCY}' as currency, (h >> 40 & 255)::integer as units_in_stock, no % 13 = 0 as discontinued
    from (select no, hashint8extended(no, ${seed} + 2000000000) as h from generate_series(1, ${PRODUCTS}) no) numbered`)
  await client.query('analyze made_customers, made_products')
}

/**
 * Make `made_orders` and `made_lines` anew: the orders from number `first` to `last`, which come one after the other
 * in time. Some customers and products are ordered far more often than others; 2.6 lines an order.
 */
export async function makeOrders(
  client: pg.ClientBase,
  { first, last, orders, seed }: ShopSize & { first: number; last: number },
): Promise<void> {
  const customers = customersOf(orders)
  await client.query(`
    drop table if exists made_orders, made_lines;
    create temporary table made_orders on commit drop as
    with numbered as (
      select n, hashint8extended(n, ${seed}) as h from generate_series(${first}::bigint, ${last}) n
    ),
    drawn as (
      select n, h, ${LAST_DAY_SQL} - (${DAYS - 1} - ((n - 1) * ${DAYS} / ${orders})::integer) as ordered_on,
        1 + ((h & 1048575) * (h & 1048575) * ${customers} >> 40) as customer_no, h >> 20 & 1023 as luck
      from numbered
    ),
    placed as (
      select *, ${LAST_DAY_SQL} - ordered_on as age, 1 + (h >> 36 & 1)::integer as shipping_days,
        (${numberArray([1, 1, 2, 2, 2, 3, 3, 3, 4, 5])})[1 + (h >> 44 & 1023) % 10] as line_count
      from drawn
    ),
    settled as (
      select *, case
        when luck < 51 then 'cancelled'
        when age < 3 then case when luck < 700 then 'pending' else 'processing' end
        when age < 7 then case when luck < 512 then 'processing' else 'shipped' end
        when age < 14 then case when luck < 512 then 'shipped' else 'delivered' end
        when luck > 1013 then 'refunded'
        when luck > 1003 and line_count > 1 then 'partially_refunded'
        else 'delivered' end as status
      from placed
    )
    select n, (100000000 + n)::text as number, customer_no, c.id as customer_id, c.subject, s.status, s.ordered_on,
      s.ordered_on + 14 as required_on,
      case when is_shipped then s.ordered_on + shipping_days end as shipped_on,
      case when is_delivered then s.ordered_on + shipping_days + 1 + (h >> 38 & 1)::integer end as delivered_on,
      case when is_shipped then ${pick(CARRIERS, 40)} end as carrier,
      case when is_shipped then 'TRK' || (100000000 + (h >> 28 & 134217727)) end as tracking_number,
      c.name as ship_name, c.address as ship_address, c.city as ship_city, c.postal_code as ship_postal_code,
      c.country as ship_country, '${CURRENCY}' as currency, ${MINOR_DIGITS} as minor_digits, (${numberArray([0, 495, 895, 1250])})[1 + (h >> 34 & 3)] as shipping_minor, line_count
    from settled s
    join made_customers c on c.no = s.customer_no,
    lateral (select status in ('shipped', 'delivered', 'partially_refunded', 'refunded') as is_shipped,
      status in ('delivered', 'partially_refunded', 'refunded') as is_delivered) as now
    order by n;
    create temporary table made_lines on commit drop as
    select l.n, l.number, l.line, p.id as product_id, p.unit_price_minor, ${MINOR_DIGITS} as minor_digits,
      1 + (h >> 32 & 7)::integer * (h >> 36 & 1)::integer as quantity,
      (${numberArray([0, 0, 0, 0, 0, 500, 1000, 1500])})[1 + (h >> 40 & 7)] as discount_bp
    from (
      select n, number, line, hashint8extended(n * 8 + line, ${seed} + 3000000000) as h
      from made_orders, generate_series(1, line_count) as line
    ) l
    join made_products p on p.no = 1 + ((h & 65535) * (h & 65535) * ${PRODUCTS} >> 32);
    analyze made_orders, made_lines`)
}

function customersOf(orders: number): number {
  return Math.min(100_000, Math.max(10, Math.ceil(orders / 100)))
}

const LAST_DAY_SQL = `date '${LAST_DAY}'`
