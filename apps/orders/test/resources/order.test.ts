import { alice, bob, mallory } from '@atoll/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { orderOfAlice } from '../alice.ts'
import { type Shops, shops } from '../shops.ts'

const reader = alice('orders:read')
let shop: Shops
beforeAll(async () => {
  shop = await shops()
})
afterAll(() => shop?.close())

const read = (uri: string, as = reader) => shop.server.request('resources/read', { uri }, { as })

test('order://{id} reads as get_order answers', async () => {
  const { id } = await orderOfAlice(shop, 'delivered')
  const { contents } = (await read(`order://${id}`)) as { contents: { text: string; mimeType: string }[] }
  const tool = await shop.server.call('get_order', { id }, { as: reader })
  expect(contents[0]?.mimeType).toBe('application/json')
  expect(JSON.parse(contents[0]?.text ?? '')).toEqual(tool.structuredContent.order)
})

test('lists the caller’s own orders', async () => {
  const list = async (as = reader) =>
    (await shop.server.request('resources/list', {}, { as })).resources as { uri: string; title: string }[]
  const { id, number, ordered_on } = await orderOfAlice(shop, 'pending')
  const mine = await list()
  expect(mine).toHaveLength(13)
  expect(mine).toContainEqual(
    expect.objectContaining({ uri: `order://${id}`, title: `Order ${number} of ${ordered_on}` }),
  )
  const theirs = await list(mallory('orders:read'))
  expect(theirs).toHaveLength(2)
  for (const { uri } of theirs) expect(mine.map((own) => own.uri)).not.toContain(uri)
})

test('is not there for anybody else, and not without orders:read', async () => {
  const { id } = await orderOfAlice(shop, 'delivered')
  for (const as of [bob('orders:read', 'orders:support'), mallory('orders:read', 'orders:support')]) {
    await expect(read(`order://${id}`, as)).rejects.toThrow(/no order|not found/i)
  }
  await expect(read('order://ord_000000000000000000000000')).rejects.toThrow(/no order|not found/i)
  await expect(read(`order://${id}`, alice('orders:write'))).rejects.toThrow(/orders:read/)
})
