/** Where a seeded order has got to; the refunds come after loading. */
export type State =
  | 'pending'
  | 'processing'
  | 'shipped'
  | 'delivered'
  | 'cancelled'
  | 'partially_refunded'
  | 'refunded'

export interface ShopOrder {
  number: string
  subject: string
  state: State
  /** Days before the last day of the demonstration. */
  age: number
}
