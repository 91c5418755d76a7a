export { type FillOptions, fillOptions } from './fill-options.ts'
export { type Fill, fillTenant, type Step } from './fill-tenant.ts'
export { type ShopFill, shopFillCommand } from './shop/fill-command.ts'
