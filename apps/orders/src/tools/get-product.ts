import { NotFoundError } from '@atoll/errors'
import { z } from 'zod'
import { orders } from '../domain.ts'
import { Product, ProductId } from '../model.ts'

export const getProduct = orders.defineTool({
  name: 'get_product',
  title: 'Get a product',
  description:
    'Look up one product by its id: price today, stock, packing. Order lines carry product ids. ' +
    'To find a product by name, use search_products.',
  effect: 'read',
  scopes: ['orders:read'],
  data: 'internal',
  cache: { ttl: '1m', shared: 'tenant', tags: ['product'] },
  input: z.object({ id: ProductId }),
  output: z.strictObject({ product: Product }),
  async run({ input, deps, principal, signal }) {
    const product = await deps.products.find(principal, input.id, { signal })
    if (!product) throw new NotFoundError('product', input.id)
    return { product }
  },
})
