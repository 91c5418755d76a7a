import { type LoadShop, shopLoader } from '@atoll/shop-data'
import { applyStaged } from './apply-staged.ts'

/** Load a shop into the star and bring the rollups up to date. */
export const load: LoadShop = shopLoader({ name: 'analytics', apply: applyStaged })
