import { NotFoundError } from '@atoll/errors'
import { orders } from '../domain.ts'

const LISTING = ['order://{id}']

export const order = orders.defineResource({
  uri: 'order://{id}',
  name: 'order',
  title: 'Order',
  description: 'One of the signed-in customer’s own orders, as get_order returns it.',
  mimeType: 'application/json',
  scopes: ['orders:read'],
  cache: { ttl: '30s', shared: 'principal', tags: ['order'] },
  async read({ params, deps, principal, signal }) {
    const found = await deps.orders.find(principal, params.id, { signal })
    if (!found) throw new NotFoundError('order', params.id)
    return { json: found }
  },
  async list({ deps, principal, signal, cursor }) {
    const after = cursor === undefined ? undefined : deps.cursors.open(principal, LISTING, cursor)
    const page = await deps.orders.list(principal, {}, { limit: 50, after }, { signal })
    return {
      items: page.items.map(({ id, number, ordered_on, status, total }) => ({
        uri: `order://${id}`,
        name: number,
        title: `Order ${number} of ${ordered_on}`,
        description: `${status}, ${total.text}`,
        mimeType: 'application/json',
      })),
      ...(page.last && { nextCursor: deps.cursors.seal(principal, LISTING, page.last) }),
    }
  },
})
