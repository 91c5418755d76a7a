import { afterAll, beforeAll, describe } from 'vitest'
import { type TestServer, testServer } from '../test-server.ts'
import { appContract } from './apps.ts'
import { callContract } from './calls.ts'
import { definitionContract } from './definitions.ts'
import { type HttpFixture, httpFixture } from './http-fixture.ts'
import { protocolContract } from './protocol.ts'
import { skillContract } from './skills.ts'
import type { ContractSubject } from './subject.ts'
import { taskContract } from './tasks.ts'

/** What every server has to keep, whatever its domain. Call it from a test file of the app. */
export function contractSuite<Name extends string, Deps>(subject: ContractSubject<Name, Deps>): void {
  describe(`contract of ${subject.server.domain.name}`, () => {
    let started: Awaited<ReturnType<typeof subject.start>> | undefined
    let server: TestServer | undefined
    let http: HttpFixture | undefined

    beforeAll(async () => {
      started = await subject.start()
      server = await testServer(subject.server, { deps: started.deps, exchange: started.exchange })
      http = await httpFixture(subject.server, started.deps)
    })
    afterAll(async () => {
      await http?.close()
      await server?.close()
      await started?.close()
    })

    definitionContract(subject.server, () => present(server))
    callContract(subject, () => present(server))
    taskContract(subject, () => present(server))
    appContract(
      subject,
      () => present(server),
      () => present(http),
    )
    skillContract(
      subject,
      () => present(server),
      () => present(http),
    )
    protocolContract(subject, () => present(http))
  })
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The server under contract did not start')
  return value
}
