import { InsufficientScopeError } from '@atoll/errors'
import { alice, mallory } from '@atoll/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Product } from '../../src/model.ts'
import { type Shops, shops, textOf } from '../shops.ts'

const reader = alice('orders:read')
let shop: Shops
beforeAll(async () => {
  shop = await shops()
})
afterAll(() => shop?.close())

describe('get_product', () => {
  const call = (args: Record<string, unknown>, as = reader) => shop.server.call('get_product', args, { as })

  test('shows price, packing and stock', async () => {
    expect((await call({ id: 'P-001' })).structuredContent.product).toEqual({
      id: 'P-001',
      name: 'Standing Desk Alto',
      category: 'Desks',
      quantity_per_unit: '140 x 70 cm, oak',
      unit_price: { minor: 54_900, currency: 'USD', text: '549.00 USD' },
      units_in_stock: expect.any(Number),
      discontinued: expect.any(Boolean),
    })
  })

  test('refuses a caller without orders:read', async () => {
    await expect(call({ id: 'P-001' }, alice('orders:write'))).rejects.toBeInstanceOf(InsufficientScopeError)
  })

  test('refuses bad input and names the argument', async () => {
    expect(textOf(await call({ id: '' }))).toMatch(/^INVALID: .*\bid\b/)
  })

  test('says that a product does not exist', async () => {
    expect(textOf(await call({ id: 'P-999' }))).toBe(
      'NOT_FOUND: There is no product "P-999" that you can see.',
    )
  })

  test('shows another tenant its own product of that id', async () => {
    const { product } = (await call({ id: 'P-001' }, mallory('orders:read'))).structuredContent
    expect(product).toMatchObject({ name: 'Spade Klassik', unit_price: { currency: 'EUR' } })
  })
})

describe('search_products', () => {
  const call = (args: Record<string, unknown>, as = reader) =>
    shop.server.call('search_products', args, { as })
  const names = async (args: Record<string, unknown>, as = reader): Promise<string[]> =>
    (await call({ include_discontinued: true, ...args }, as)).structuredContent.products.map(
      ({ name }: Product) => name,
    )

  test('finds all words in any order, inside words, without accents and case', async () => {
    expect(await names({ query: 'ALTO desk' })).toEqual(['Standing Desk Alto', 'Standing Desk Alto Wide'])
    expect(await names({ query: 'ecriture' })).toEqual(['Fountain Pen Écriture'])
    expect(await names({ query: 'FILTER CAFÉ' })).toEqual(['Café Filter Papers'])
  })

  test('takes the wildcards of LIKE for what they are', async () => {
    expect(await names({ query: '%' })).toEqual([])
    expect(await names({ query: '_' })).toEqual([])
  })

  test('keeps to a category, in any case', async () => {
    expect(await names({ category: 'lighting' })).toEqual([
      'Clip Light',
      'Daylight Panel',
      'Desk Lamp Solo',
      'Floor Lamp Duo',
    ])
  })

  test('leaves out what is no longer sold, unless asked', async () => {
    const sold = (await call({ limit: 100 })).structuredContent.products as Product[]
    const all = (await call({ limit: 100, include_discontinued: true })).structuredContent
      .products as Product[]
    expect(all).toHaveLength(40)
    expect(sold).toEqual(all.filter(({ discontinued }) => !discontinued))
    expect(sold.length).toBeLessThan(all.length)
  })

  test('visits every product once', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const { structuredContent } = await call({ limit: 7, ...(cursor && { cursor }) })
      seen.push(...structuredContent.products.map(({ name }: Product) => name))
      cursor = structuredContent.next_cursor
    } while (cursor)
    expect(seen).toEqual(await names({ limit: 100, include_discontinued: false }))
  })

  test('refuses a caller without orders:read', async () => {
    await expect(call({}, alice('hr:read'))).rejects.toBeInstanceOf(InsufficientScopeError)
  })

  test.each([
    [{ query: 'x'.repeat(101) }, 'query'],
    [{ limit: 101 }, 'limit'],
    [{ include_discontinued: 'yes' }, 'include_discontinued'],
  ])('refuses %j and names the argument', async (args, name) => {
    expect(textOf(await call(args))).toContain(name)
  })

  test('answers an empty page when nothing matches', async () => {
    expect((await call({ query: 'zyzzyva' })).structuredContent).toEqual({ products: [] })
  })

  test('answers each tenant from its own catalogue', async () => {
    expect(await names({ query: 'desk' }, mallory('orders:read'))).toEqual([])
    expect(await names({ query: 'spade' }, mallory('orders:read'))).toEqual(['Spade Klassik'])
  })
})
