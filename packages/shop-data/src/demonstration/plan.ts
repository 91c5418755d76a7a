import type { ShopOrder } from './shop-order.ts'

/** What a demonstration shop is made of. */
export interface ShopPlan {
  tenant: string
  /** Of the random numbers. */
  seed: number
  currency: string
  /** Category to its products: name, packing, price in minor units. */
  catalogue: Readonly<Record<string, readonly (readonly [name: string, packing: string, price: number])[]>>
  /** Cities with their country, and where the postal code begins. */
  cities: readonly [City, ...City[]]
  carriers: readonly [string, ...string[]]
  /** Customers that people sign in as: token subject to name. */
  people: Readonly<Record<string, string>>
  companies: readonly string[]
  orders: number
  /** Orders that must be there, whatever chance says. */
  certain: readonly Pick<ShopOrder, 'subject' | 'state' | 'age'>[]
}

export type City = readonly [city: string, country: string, postalCode: string]
