export { alice, bob, mallory, principal } from './principals.ts'
export { type TestDatabase, testDatabase } from './test-database.ts'
export {
  type CallOptions,
  type InputRequest,
  type TestServer,
  type ToolResult,
  testServer,
} from './test-server.ts'
