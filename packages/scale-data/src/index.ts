export { numberArray, pick, textArray } from './chance.ts'
export { type FillOptions, fillOptions } from './fill-options.ts'
export { type Fill, fillTenant, type Step } from './fill-tenant.ts'
export { orFillShop, type ShopFill } from './shop/fill-command.ts'
