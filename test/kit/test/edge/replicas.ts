import { type Authenticator, createAuthenticator } from '@atoll/auth'
import { createHost, createRuntime } from '@atoll/server-kit'
import { createTelemetry } from '@atoll/telemetry'
import { onTestFinished } from 'vitest'
import { machineServer, newMachine } from '../fixture.ts'

const TOKEN = 'token-of-alice'

/** Instances of one server that share nothing but a secret, as replicas without Redis do. */
export async function replicas(
  count: number,
): Promise<((body: object, headers: object) => Promise<Response>)[]> {
  const authenticator = createAuthenticator({
    resource: 'http://127.0.0.1/mcp',
    issuers: [],
    staticTokens: [{ token: TOKEN, subject: 'alice', tenant: 'acme', scopes: ['machine:use'] }],
    scopesSupported: [],
  })
  return Promise.all(Array.from({ length: count }, () => replica(authenticator)))
}

async function replica(authenticator: Authenticator) {
  const telemetry = createTelemetry({
    service: 'test',
    version: '1',
    env: { LOG_LEVEL: 'silent' },
    output: 2,
  })
  const audit = { record() {}, dropped: 0, flush: async () => {}, close: async () => {} }
  const runtime = createRuntime(machineServer, {
    config: { STATE_SECRET: 'the secret that all replicas share' },
    telemetry,
    audit,
    connect: async () => ({ deps: newMachine() }),
  })
  const app = createHost({ ...runtime, telemetry, authenticator })
  await runtime.start()
  const mcp = `${await app.listen({ host: '127.0.0.1', port: 0 })}/mcp`
  onTestFinished(async () => {
    await app.close()
    await runtime.close()
  })
  return (body: object, headers: object) =>
    fetch(mcp, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { ...headers, authorization: `Bearer ${TOKEN}` },
    })
}
