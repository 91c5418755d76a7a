export type { Connect } from './connect.ts'
export { contractSuite } from './contract/contract-suite.ts'
export { type HttpFixture, httpFixture } from './contract/http-fixture.ts'
export { modernRequest } from './contract/requests.ts'
export type { ContractSubject } from './contract/subject.ts'
export { type CountingProxy, countingProxy } from './counting-proxy.ts'
export { exportNorthwind, NORTHWIND_SQL } from './northwind.ts'
export { type PlanFiles, planFiles } from './plan-files.ts'
export { accessPaths, type Planned, plansOf } from './plans.ts'
export { alice, bob, mallory, principal } from './principals.ts'
export { type TestDatabase, testDatabase } from './test-database.ts'
export {
  type CallOptions,
  type InputRequest,
  type TestServer,
  type ToolResult,
  testServer,
} from './test-server.ts'
