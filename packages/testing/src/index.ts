export { amongMany } from './among-many.ts'
export type { Connect } from './connect.ts'
export { contractSuite } from './contract/contract-suite.ts'
export { type HttpFixture, httpFixture } from './contract/http-fixture.ts'
export { modernRequest } from './contract/requests.ts'
export type { ContractSubject } from './contract/subject.ts'
export { type CountingProxy, countingProxy } from './counting-proxy.ts'
export { type KeptPlans, keptPlans } from './kept-plans.ts'
export { exportNorthwind, NORTHWIND_SQL } from './northwind.ts'
export { type NorthwindRow, northwindRows } from './northwind-rows.ts'
export { type Planned, plansOf } from './plans.ts'
export { plansWithin } from './plans-within.ts'
export { alice, bob, mallory, principal } from './principals.ts'
export { type TestDatabase, testDatabase } from './test-database.ts'
export {
  type CallOptions,
  type InputRequest,
  type TestServer,
  type ToolResult,
  testServer,
} from './test-server.ts'
