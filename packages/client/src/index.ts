export { type AddressGuard, type AddressGuardOptions, addressGuard, isAddress } from './address-guard.ts'
export type { Cancellable } from './cancellable.ts'
export { Client } from './client.ts'
export { anonymous, bearer, type Credentials } from './credentials.ts'
export type { Discovery } from './discovery.ts'
export type { Meta } from './envelope.ts'
export { expandTemplate } from './expand-template.ts'
export {
  BadAnswerError,
  NotOfferedError,
  OutcomeUnknownError,
  RpcError,
  TokenUnavailableError,
} from './failure.ts'
export { type GatewayServersOptions, gatewayServers } from './fleet/gateway-servers.ts'
export {
  type Fleet,
  type FleetCallOptions,
  type FleetOptions,
  type FleetTool,
  openFleet,
} from './fleet/open-fleet.ts'
export { listedServers, type ServerPlaces, type ServerSource } from './fleet/server-source.ts'
export type { BreakerState } from './guard.ts'
export type { Instance, InstanceHealth } from './instance.ts'
export { headersOfTool, type List, readPage } from './list.ts'
export { LISTS, type Listed, type ListKind } from './listed.ts'
export type {
  ClientEvent,
  ClientOptions,
  ListenOptions,
  Params,
  RequestOptions,
  Result,
} from './options.ts'
export { type ParamHeader, paramHeaderValues } from './param-headers.ts'
export type { PoolOptions } from './pool.ts'
export { isProgressOf } from './progress-of.ts'
export { Remembered, type RememberedOptions } from './remembered.ts'
export type { RetryOptions } from './retry.ts'
export type { RetryBudgetOptions } from './retry-budget.ts'
export type { Place } from './rotation.ts'
export { awaitTask, callTool, cancelTask, type TaskOptions } from './tasks.ts'
export { TIME_LEFT_META_KEY } from './time-left.ts'
