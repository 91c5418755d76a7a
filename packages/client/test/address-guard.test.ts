import { UnavailableError } from '@atoll/errors'
import { describe, expect, test } from 'vitest'
import { ForbiddenAddressError, guardedLookup } from '../src/guarded-lookup.ts'
import { addressGuard, Client } from '../src/index.ts'
import { createPool } from '../src/pool.ts'
import { badServer } from './servers/bad.ts'

const hostOf = (url: string) => new URL(url).hostname

describe('an address', () => {
  test.each([
    ...['http://127.0.0.1/', 'http://127.9.9.9/', 'http://[::1]/', 'http://0.0.0.0/', 'http://[::]/'],
    ...['http://10.1.2.3/', 'http://172.16.0.1/', 'http://192.168.1.1/', 'http://100.64.0.1/'],
    ...['http://169.254.169.254/', 'http://[fe80::1]/', 'http://[fd00::1]/', 'http://[fc00::1]/'],
    // The same in other words: decimal, octal, hexadecimal, short, full-width.
    ...['http://2130706433/', 'http://0177.0.0.1/', 'http://0x7f.1/', 'http://127.1/', 'http://①②⑦.0.0.1/'],
    // IPv4 within IPv6: mapped, compatible, translated, 6to4, Teredo.
    ...['http://[::ffff:127.0.0.1]/', 'http://[::ffff:a9fe:a9fe]/', 'http://[::127.0.0.1]/'],
    ...['http://[64:ff9b::7f00:1]/', 'http://[2002:7f00:1::]/', 'http://[2001::1]/'],
    ...['http://[fec0::1]/', 'http://[100::1]/', 'http://[ff02::1]/', 'http://[5f00::1]/'],
    ...['http://224.0.0.1/', 'http://255.255.255.255/', 'http://198.18.0.1/', 'http://240.0.0.1/'],
    // Where clouds keep credentials.
    ...['http://100.100.100.200/', 'http://168.63.129.16/', 'http://192.0.0.192/', 'http://[fd00:ec2::254]/'],
  ])('like that of %s is not connected to unless it is configured', (url) => {
    const guard = addressGuard({ networks: [] })
    expect(guard.mayName(hostOf(url))).toBe(false)
    expect(guard.mayLeadTo(hostOf(url))).toBe(false)
  })

  test.each(['http://8.8.8.8/', 'http://[2606:4700::1111]/', 'http://1.1.1.1/'])(
    'like that of %s is anybody’s',
    (url) => {
      expect(addressGuard({ networks: [] }).mayLeadTo(hostOf(url))).toBe(true)
    },
  )

  test('of an allowed network may be led to, in any form, and no other', () => {
    const guard = addressGuard({ networks: ['10.1.0.0/16', 'fd12::/16', '192.168.1.7'] })
    for (const address of ['10.1.2.3', '::ffff:10.1.2.3', 'fd12::9', '192.168.1.7'])
      expect(guard.mayLeadTo(address), address).toBe(true)
    for (const address of ['10.2.0.1', '::ffff:10.2.0.1', 'fd13::9', '192.168.1.8', 'example.com', ''])
      expect(guard.mayLeadTo(address), address).toBe(false)
  })

  test('at which clouds keep credentials is in no network, and only taken where it is written down', () => {
    const everything = addressGuard({ networks: ['0.0.0.0/0', '::/0'] })
    for (const address of ['169.254.169.254', '::ffff:169.254.169.254', 'fd00:ec2::254', 'fe80::1'])
      expect(everything.mayLeadTo(address), address).toBe(false)
    const written = addressGuard({ networks: [], named: ['169.254.169.254', '[::1]', 'hr.internal'] })
    expect(written.mayName('169.254.169.254')).toBe(true)
    expect(written.mayName('[0:0:0:0:0:0:0:1]')).toBe(true)
    expect(written.mayLeadTo('169.254.169.254')).toBe(false)
    expect(written.mayName('169.254.169.253')).toBe(false)
  })

  test.each([
    // 169.254.169.254 within IPv6: translated, translated at home under prefixes of any length, 6to4, compatible.
    ...['64:ff9b::a9fe:a9fe', '64:ff9b:1::a9fe:a9fe', '64:ff9b:1:a9fe:a9:fe00::', '64:ff9b:1:a9:fe:a9fe::'],
    ...['64:ff9b:1:0:a9:fea9:fe00:0', '2002:a9fe:a9fe::1', '::169.254.169.254', '::ffff:0:a9fe:a9fe'],
    // 168.63.129.16 and 100.100.100.200, which a translator does forward.
    ...['64:ff9b::a83f:8110', '64:ff9b::6464:64c8'],
    ...['fd00:c1::a9fe:a9fe', 'fd00:42::42'],
  ])('like %s, which leads to where clouds keep credentials, is in no network', (address) => {
    for (const network of ['::/0', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', 'fd00::/8'])
      expect(addressGuard({ networks: [network] }).mayLeadTo(address), network).toBe(false)
  })

  test('that is translated may be led to in an allowed network where it stands for any other', () => {
    const guard = addressGuard({ networks: ['64:ff9b::/96', '2002::/16'] })
    for (const address of ['64:ff9b::a01:203', '2002:a01:203::1'])
      expect(guard.mayLeadTo(address), address).toBe(true)
  })

  test.each(['10.0.0.0/33', 'internal', '10.0.0.0/8,fd00::/8', ''])('%j is no network', (network) => {
    expect(() => addressGuard({ networks: [network] })).toThrow(TypeError)
  })
})

describe('a name', () => {
  type Answer = { address: string; family: number }[]
  const lookedUp = (answers: Answer[], all = true) => {
    const lookup = guardedLookup(addressGuard({ networks: [] }), (_host, _options, done) =>
      done(null, answers.shift() ?? []),
    )
    return new Promise((resolve) => {
      lookup('hr.example', { all }, (error, address) => resolve(error ?? address))
    })
  }
  const outside = { address: '8.8.8.8', family: 4 }
  const inside = { address: '127.0.0.1', family: 4 }

  test('leads to what was looked at and nothing else', async () => {
    expect(await lookedUp([[inside, outside]])).toEqual([outside])
    expect(await lookedUp([[inside, outside]], false)).toBe('8.8.8.8')
    expect(await lookedUp([[inside]])).toBeInstanceOf(ForbiddenAddressError)
    expect(await lookedUp([[]])).toBeInstanceOf(ForbiddenAddressError)
  })

  test('is resolved and looked at for every connection, so that an answer that changes leads nowhere', async () => {
    const answers = [[outside], [inside]]
    expect(await lookedUp(answers)).toEqual([outside])
    expect(await lookedUp(answers)).toBeInstanceOf(ForbiddenAddressError)
  })
})

describe('a client with a guard', () => {
  test('takes an address that was written down, and not what a name leads to', async () => {
    const server = await badServer()
    const { port } = new URL(server.url)
    const open = (host: string, networks: string[]) =>
      new Client({
        url: `http://${host}:${port}/mcp`,
        name: 'hr',
        retry: { attempts: 1 },
        pool: { guard: addressGuard({ networks, named: ['127.0.0.1'] }) },
      })
    const ask = async (client: Client) => {
      try {
        return await client.request('tools/call', { name: 'echo' })
      } finally {
        await client.close()
      }
    }
    expect(await ask(open('127.0.0.1', []))).toMatchObject({ content: [{ text: 'well done' }] })
    expect(await ask(open('localhost', ['127.0.0.0/8', '::1']))).toMatchObject({ resultType: 'complete' })
    const before = server.connections()
    for (const host of ['localhost', '127.0.0.2', '[::ffff:127.0.0.2]', '2130706434']) {
      const error = await ask(open(host, [])).catch((thrown) => thrown)
      expect(error, host).toBeInstanceOf(UnavailableError)
      expect(causesOf(error), host).toContainEqual(expect.any(ForbiddenAddressError))
    }
    expect(server.connections()).toBe(before)
  })

  test('says in the cause, and not to strangers, what is wrong', async () => {
    const guard = addressGuard({ networks: [] })
    const pool = createPool(new URL('http://localhost:9'), { guard })
    const failed = pool.request({ path: '/', method: 'GET' })
    await expect(failed).rejects.toThrow(/localhost leads to .*127\.0\.0\.1.* may not be connected to/)
    await pool.close()
  })
})

function causesOf(error: unknown): unknown[] {
  return error instanceof Error ? [error, ...causesOf(error.cause)] : []
}
