import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../src/host/config.ts'
import { registrationOf } from '../src/host/registration.ts'

const REGISTRY_URL = ['http://127.0.0.1:3000/register']
const REGISTRY_SECRET = 'x'.repeat(32)
const HERE = { HOST: '127.0.0.1', PORT: 3001, REGISTRY_URL: [] }
const logger = { info() {}, warn() {} } as never
const about = { server: 'orders', path: '/mcp', logger }

describe('registration, as the environment has it', () => {
  test('is none where nothing is said of it', () => {
    expect(registrationOf(HERE, about)).toBeUndefined()
    expect(registrationOf({ ...HERE, INSTANCE_URL: 'http://10.0.0.1:3001/mcp' }, about)).toBeUndefined()
  })

  test('is there where it is whole', () => {
    expect(registrationOf({ ...HERE, REGISTRY_URL, REGISTRY_SECRET }, about)).toBeDefined()
  })

  test.each([
    ['no secret', { ...HERE, REGISTRY_URL }, 'are needed together'],
    ['no URL', { ...HERE, REGISTRY_SECRET }, 'are needed together'],
    [
      'an address that means all',
      { ...HERE, HOST: '0.0.0.0', REGISTRY_URL, REGISTRY_SECRET },
      'INSTANCE_URL',
    ],
    ['a port yet to be chosen', { ...HERE, PORT: 0, REGISTRY_URL, REGISTRY_SECRET }, 'INSTANCE_URL'],
  ])('is refused with %s', (_, config, message) => {
    expect(() => registrationOf(config, about)).toThrow(ConfigError)
    expect(() => registrationOf(config, about)).toThrow(message)
  })

  test.each([
    ['10.0.0.7', 'http://10.0.0.7:3001/mcp'],
    ['fd00:10:244:0:0:0:0:7', 'http://[fd00:10:244::7]:3001/mcp'],
    ['hr-0.hr', 'http://hr-0.hr:3001/mcp'],
  ])('of an instance at %s says that it is at %s', async (INSTANCE_HOST, url) => {
    const told = Promise.withResolvers<{ url: string }>()
    const gateway = createServer(async (request, response) => {
      told.resolve(JSON.parse(await text(request)))
      response.end('{}')
    }).listen(0, '127.0.0.1')
    await once(gateway, 'listening')
    const { port } = gateway.address() as AddressInfo
    const registration = registrationOf(
      { ...HERE, HOST: '::', INSTANCE_HOST, REGISTRY_URL: [`http://127.0.0.1:${port}`], REGISTRY_SECRET },
      about,
    )
    registration?.start()
    expect(await told.promise).toMatchObject({ url })
    await registration?.leave()
    gateway.close()
  })

  test('says that it stops again and again, for as long as it is still there', async () => {
    const told: { state: string; instance: string }[] = []
    const gateway = createServer(async (request, response) => {
      told.push(JSON.parse(await text(request)))
      response.end(JSON.stringify({ heartbeatMs: 10 }))
    }).listen(0, '127.0.0.1')
    await once(gateway, 'listening')
    const { port } = gateway.address() as AddressInfo
    const registration = registrationOf(
      { ...HERE, REGISTRY_URL: [`http://127.0.0.1:${port}`], REGISTRY_SECRET },
      about,
    )
    registration?.start()
    await expect.poll(() => told.length).toBeGreaterThan(1)
    await registration?.leave()
    const goodbyes = () => told.filter(({ state }) => state === 'draining').length
    await expect.poll(goodbyes).toBeGreaterThan(3)
    expect(told.at(-1)?.state).toBe('draining')
    expect(new Set(told.map(({ instance }) => instance)).size).toBe(1)
    registration?.close()
    gateway.close()
  })

  test('is whole with INSTANCE_URL where the process listens everywhere', () => {
    const config = { ...HERE, HOST: '0.0.0.0', REGISTRY_URL, REGISTRY_SECRET }
    expect(registrationOf({ ...config, INSTANCE_URL: 'http://10.0.0.1:3001/mcp' }, about)).toBeDefined()
  })
})
