import { readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readinessOf } from '../src/process/readiness.ts'
import { ask, pidAt } from './support/ask.ts'
import { openPlace, type Place, type Running } from './support/command.ts'
import { processesOf, untilGone } from './support/processes.ts'

const READY = 'Ctrl-C stops all of it.'

describe('a running fleet', () => {
  let place: Place
  let fleet: Running

  beforeAll(async () => {
    place = await openPlace('plain')
    fleet = place.spawn(['start'])
    await fleet.prints(READY)
  })
  afterAll(() => place[Symbol.asyncDispose]())

  test('shows each step, each server and its state', () => {
    expect(fleet.output()).toContain(`✔ Started beta on port ${place.ports.beta}`)
    expect(fleet.output()).toMatch(new RegExp(`gateway +http://127.0.0.1:${place.ports.gateway}/mcp +ready`))
    expect(fleet.output()).toMatch(new RegExp(`beta +http://127.0.0.1:${place.ports.beta}/mcp +ready`))
  })

  test('prints a client configuration that can be pasted, a token and a command to try', async () => {
    const json = /^\{\n[\s\S]*?^\}/m.exec(fleet.output())?.[0] ?? ''
    const { mcpServers } = JSON.parse(json)
    const { token, gateway } = await place.fleet()
    expect(mcpServers.atoll).toEqual({
      type: 'http',
      url: gateway.mcp,
      headers: { Authorization: `Bearer ${token}` },
    })
    expect(fleet.output()).toContain(`\n${token}\n`)
    expect(fleet.output()).toContain('for 12 hours: until ')
    expect(fleet.output()).toMatch(/Try it +\S.* tools\n/)
  })

  test('writes fleet.json and secrets for their owner only', async () => {
    for (const name of ['fleet.json', 'secrets.json', 'issuer/development-key.json']) {
      expect((await stat(join(place.home, name))).mode & 0o777).toBe(0o600)
    }
    const found = await place.fleet()
    expect(found).toMatchObject({ tenant: 'acme', subject: 'alice', scopes: ['beta:read', 'gateway:read'] })
    expect(found.gateway.url).toBe(`http://127.0.0.1:${place.ports.gateway}`)
    expect(found.servers.beta?.mcp).toBe(`http://127.0.0.1:${place.ports.beta}/mcp`)
  })

  test('gives the gateway and each server a token of its own', async () => {
    const { token, servers, gateway } = await place.fleet()
    expect(decodeJwt(token)).toMatchObject({
      aud: gateway.mcp,
      scope: 'beta:read gateway:read',
      tenant: 'acme',
    })
    expect(decodeJwt(servers.beta?.token ?? '')).toMatchObject({ aud: servers.beta?.mcp, scope: 'beta:read' })
  })

  test('refuses a second start in one sentence', async () => {
    const { code, stdout, stderr } = await place.run(['start'])
    expect(stderr).toBe(
      `The fleet is already running (gateway at http://127.0.0.1:${place.ports.gateway}): Ctrl-C where it runs, or \`kill ${fleet.pid}\`, stops it.\n`,
    )
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })

  test('shows the warnings of a server on the console, and keeps its whole log', async () => {
    await ask(place.ports.beta, '/warn')
    await fleet.prints('beta  warning  beta is worried')
    expect(await readFile(join(place.home, 'logs', 'beta.log'), 'utf8')).toContain('beta listens')
    expect(fleet.output()).not.toContain('beta listens')
  })

  test('starts a server again that died, and shows its last words', async () => {
    const pid = await pidAt(place.ports.beta)
    await ask(place.ports.beta, '/crash')
    await fleet.prints('beta  stopped unexpectedly (exit code 9)')
    await fleet.prints('    beta: the end is near')
    await fleet.prints('beta  is ready again')
    expect(await pidAt(place.ports.beta)).not.toBe(pid)
  })

  test('is what status shows', async () => {
    const { code, stdout } = await place.run(['status', '--json'])
    const found = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(found).toMatchObject({ running: true, pid: fleet.pid, postgres: { state: 'stopped' } })
    expect(found.servers).toMatchObject([
      { name: 'gateway', state: 'ready', pid: await pidAt(place.ports.gateway) },
      { name: 'beta', state: 'ready', pid: await pidAt(place.ports.beta) },
    ])
  })
})

test('Ctrl-C stops all of it', async () => {
  await using place = await openPlace('plain')
  const fleet = place.spawn(['start'])
  await fleet.prints(READY)
  const pids = await Promise.all([pidAt(place.ports.beta), pidAt(place.ports.gateway)])
  fleet.child.kill('SIGINT')
  expect((await fleet.finished).code).toBe(0)
  expect(fleet.output()).toMatch(/Stopped\.\n$/)
  await Promise.all(pids.map(untilGone))
  expect(await processesOf(place.home)).toEqual([])
  await expect(place.fleet()).rejects.toThrow('ENOENT')
  expect((await place.run(['status'])).code).toBe(3)
})

test('Ctrl-C does not wait for a server that never gets ready', async () => {
  await using place = await openPlace('plain')
  const fleet = place.spawn(['start'], { FIXTURE_APP: 'beta', FIXTURE_MANNER: 'never-ready' })
  await fleet.prints('Starting beta')
  await expect
    .poll(() => readinessOf(`http://127.0.0.1:${place.ports.beta}`), { timeout: 20_000 })
    .toEqual({
      ready: false,
      why: 'broken: disk it does not spin',
    })
  fleet.child.kill('SIGINT')
  expect(await fleet.finished).toMatchObject({ code: 0, stdout: expect.not.stringContaining('SERVER') })
  expect(await processesOf(place.home)).toEqual([])
})

test('a start after kill -9 of the launcher ends the servers that live on', async () => {
  await using place = await openPlace('plain')
  const first = place.spawn(['start'])
  await first.prints(READY)
  const left = (await processesOf(place.home)).filter((pid) => pid !== first.pid)
  first.child.kill('SIGKILL')
  await first.finished
  expect(left).toHaveLength(2)

  const second = place.spawn(['start'])
  await second.prints(READY)
  expect(second.output()).toContain('Ended what an earlier, killed run left behind')
  expect((await processesOf(place.home)).filter((pid) => left.includes(pid))).toEqual([])
  expect(left).not.toContain(await pidAt(place.ports.beta))
})

test('names the program that holds a port, and the variable that moves the server', async () => {
  await using place = await openPlace('plain')
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(place.ports.beta, '127.0.0.1', resolve))
  const { code, stderr } = await place.run(['start'])
  other.close()
  expect(code).toBe(1)
  expect(stderr).toContain(`Port ${place.ports.beta}, which beta needs, is taken by `)
  expect(stderr).toContain(`(process ${process.pid}): stop it, or move beta with ATOLL_PORT_BETA=`)
  expect(stderr.trim().split('\n')).toHaveLength(1)
})

test('gives up on a server that cannot start, with its last words; the others go on', async () => {
  await using place = await openPlace('plain')
  const fleet = place.spawn(['start'], { FIXTURE_APP: 'beta', FIXTURE_MANNER: 'fails' })
  await fleet.prints(READY)
  expect(fleet.output()).toMatch(/beta +http\S+ +not ready/)
  expect(fleet.output()).toContain('    beta has no key\n    Error: beta cannot start')
  await fleet.prints('failed several times in a row and stays stopped')
  expect(await readinessOf(`http://127.0.0.1:${place.ports.gateway}`)).toEqual({ ready: true })
})

test('a second Ctrl-C ends a server that does not want to', async () => {
  await using place = await openPlace('plain')
  const fleet = place.spawn(['start'], { FIXTURE_APP: 'beta', FIXTURE_MANNER: 'stubborn' })
  await fleet.prints(READY)
  fleet.child.kill('SIGINT')
  const log = join(place.home, 'logs', 'beta.log')
  await expect.poll(() => readFile(log, 'utf8'), { timeout: 20_000 }).toContain('beta was asked to stop')
  expect(await readinessOf(`http://127.0.0.1:${place.ports.beta}`)).toEqual({ ready: true })
  // One press arrives more than once within moments; a later one means it.
  const pressAgain = async () => {
    fleet.child.kill('SIGINT')
    return await processesOf(place.home)
  }
  await expect.poll(pressAgain, { timeout: 8_000, interval: 300 }).toEqual([])
  expect((await fleet.finished).code).toBe(0)
})

test.each([
  [{ ATOLL_PORT_BETA: 'many' }, 2, 'ATOLL_PORT_BETA must be a port between 1 and 65535, not "many".'],
  [{ ATOLL_PORT_BETA: '4000', ATOLL_PORT_GATEWAY: '4000' }, 2, 'both want port 4000'],
  [{ NODE_ENV: 'production' }, 1, 'This is the development fleet'],
  [{ ATOLL_HOME: join(import.meta.filename, 'home') }, 1, 'is not a folder: move that file away'],
])('refuses %o in one sentence', async (env, exitCode, sentence) => {
  await using place = await openPlace('plain')
  const { code, stderr } = await place.run(['start'], { env })
  expect(stderr).toContain(sentence)
  expect(stderr.trim().split('\n')).toHaveLength(1)
  expect(code).toBe(exitCode)
})
