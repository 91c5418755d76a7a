import { type Random, seededRandom } from '@atoll/scale-data'
import { minorDigits } from '../currency.ts'
import type { Rows } from '../files/staging.ts'
import { searchable } from '../searchable.ts'
import type { ShopPlan } from './plan.ts'
import type { ShopOrder, State } from './shop-order.ts'

/** The demonstration ends here, so that every run makes the same orders. */
const LAST_DAY = Date.parse('2026-11-15')
const DAY = 24 * 60 * 60 * 1000
const OLDEST = 640

export interface Shop {
  customers: Rows['customers'][]
  products: Rows['products'][]
  orders: Rows['orders'][]
  order_lines: Rows['order_lines'][]
  /** Numbers of orders by what happens to them after loading. */
  refunded: string[]
  partially_refunded: string[]
  cancelled: string[]
}

export function generate(plan: ShopPlan): Shop {
  const random = seededRandom(plan.seed)
  const customers = makeCustomers(plan, random)
  const products = makeProducts(plan, random)
  const shop: Shop = {
    customers,
    products,
    orders: [],
    order_lines: [],
    refunded: [],
    partially_refunded: [],
    cancelled: [],
  }
  const bySubject = new Map(customers.map((customer) => [customer.subject, customer]))
  for (const order of makeOrders(plan, customers, random)) {
    const customer = bySubject.get(order.subject)
    if (!customer) throw new TypeError(`The plan of ${plan.tenant} has no customer ${order.subject}`)
    shop.orders.push(toRow(order, customer, plan, random))
    shop.order_lines.push(...makeLines(order, products, random))
    if (order.state in shop)
      shop[order.state as 'refunded' | 'partially_refunded' | 'cancelled'].push(order.number)
  }
  return shop
}

function makeCustomers(plan: ShopPlan, random: Random): Rows['customers'][] {
  const people = Object.entries(plan.people).map(([subject, name]) => ({ subject, name, company: false }))
  const companies = plan.companies.map((name) => ({ subject: undefined, name, company: true }))
  return [...people, ...companies].map(({ subject, name, company }, index) => {
    const id = `C-${String(index + 1).padStart(4, '0')}`
    const [city, country, code] = random.pick(plan.cities)
    const mailbox = searchable(name).replace(/[^a-z]+/g, '.')
    return {
      id,
      subject: subject ?? id,
      name,
      contact_name: company ? null : name,
      email: `${mailbox}@example.com`,
      phone: `555-01${random.between(10, 99)}`,
      address: `${random.between(1, 240)} ${random.pick(['Mill Lane', 'Station Road', 'Harbour Street', 'Elm Avenue'])}`,
      city,
      region: null,
      postal_code: `${code}${random.between(10, 99)}`,
      country,
    }
  })
}

function makeProducts({ catalogue, currency }: ShopPlan, random: Random): Rows['products'][] {
  const entries = Object.entries(catalogue).flatMap(([category, items]) =>
    items.map((item) => [category, item] as const),
  )
  return entries.map(([category, [name, packing, price]], index) => ({
    id: `P-${String(index + 1).padStart(3, '0')}`,
    name,
    search_text: searchable(`${name} ${category}`),
    category,
    quantity_per_unit: packing,
    unit_price_minor: price,
    currency,
    units_in_stock: random.between(0, 120),
    discontinued: index % 13 === 12,
  }))
}

function makeOrders(plan: ShopPlan, customers: Rows['customers'][], random: Random): ShopOrder[] {
  const certain = plan.certain.map((order) => ({ ...order }))
  // People have the orders of the plan, so that what a tutorial says about alice stays true.
  const companies = customers.filter(({ id, subject }) => id === subject)
  const likely = Array.from({ length: plan.orders }, () => {
    const age = random.between(0, OLDEST)
    const { subject } = companies[random.between(0, companies.length - 1)] ?? { subject: '' }
    return { subject, age, state: stateAt(age, random) }
  })
  return [...certain, ...likely]
    .sort((a, b) => b.age - a.age)
    .map((order, index) => ({ ...order, number: String(50_001 + index) }))
}

function stateAt(age: number, random: Random): State {
  if (random.chance(0.05)) return 'cancelled'
  if (age < 3) return random.pick(['pending', 'pending', 'processing'])
  if (age < 7) return random.pick(['processing', 'shipped'])
  if (age < 14) return random.pick(['shipped', 'delivered'])
  if (random.chance(0.03)) return 'partially_refunded'
  return random.chance(0.03) ? 'refunded' : 'delivered'
}

function toRow(
  { number, state, age }: ShopOrder,
  customer: Rows['customers'],
  plan: ShopPlan,
  random: Random,
): Rows['orders'] {
  const shipped = ['shipped', 'delivered', 'partially_refunded', 'refunded'].includes(state)
  const delivered = shipped && state !== 'shipped'
  const shippedAge = age - random.between(1, 3)
  return {
    number,
    customer_id: customer.id,
    status: delivered ? 'delivered' : (state as 'pending' | 'processing' | 'shipped' | 'cancelled'),
    ordered_on: dayAt(age),
    required_on: dayAt(age - 14),
    shipped_on: shipped ? dayAt(shippedAge) : null,
    delivered_on: delivered ? dayAt(shippedAge - random.between(1, 3)) : null,
    carrier: shipped ? random.pick(plan.carriers) : null,
    tracking_number: shipped ? `TRK${random.between(100_000_000, 999_999_999)}` : null,
    ship_name: customer.name,
    ship_address: customer.address,
    ship_city: customer.city,
    ship_region: customer.region,
    ship_postal_code: customer.postal_code,
    ship_country: customer.country,
    currency: plan.currency,
    minor_digits: minorDigits(plan.currency),
    shipping_minor: random.pick([0, 495, 895, 1250]),
  }
}

function makeLines(
  { number }: ShopOrder,
  products: Rows['products'][],
  random: Random,
): Rows['order_lines'][] {
  const first = random.between(0, products.length - 1)
  return Array.from({ length: random.between(2, 5) }, (_, index) => {
    const product = products[(first + index * 7) % products.length]
    return {
      order_number: number,
      line: index + 1,
      product_id: product?.id ?? '',
      unit_price: ((product?.unit_price_minor ?? 0) / 100).toFixed(2),
      quantity: random.pick([1, 1, 2, 3, 5, 10]),
      discount_bp: random.pick([0, 0, 0, 500, 1000, 1500]),
    }
  })
}

function dayAt(age: number): string {
  return new Date(LAST_DAY - age * DAY).toISOString().slice(0, 10)
}
