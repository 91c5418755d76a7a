import type { Command } from '@atoll/database'
import { orFillShop } from '@atoll/scale-data'
import { shopSeedCommand } from '@atoll/shop-data'
import { bigShop } from './big-shop.ts'
import { seed } from './seed.ts'

/** `seed`: two demonstration shops, or with `--orders COUNT` one of that size. */
export const seedCommand: Command = orFillShop(shopSeedCommand(seed), bigShop)
