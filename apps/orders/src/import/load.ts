import { type LoadShop, shopLoader } from '@atoll/shop-data'
import { applyStaged } from './apply-staged.ts'
import { CHECKS } from './checks.ts'
import { keyStaged } from './key-staged.ts'

export const load: LoadShop = shopLoader({
  name: 'orders',
  checks: CHECKS,
  prepare: keyStaged,
  apply: applyStaged,
})
