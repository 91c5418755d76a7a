import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InvalidError } from '@atoll/errors'
import { describe, expect, test } from 'vitest'
import { parseServers } from '../src/config.ts'

const HR = { name: 'hr', url: 'http://127.0.0.1:3001/mcp' }

const USUAL = { maxCallsPerInstance: 256, maxAnswer: 5 * 1024 * 1024, hedge: true }

function parse(servers: unknown) {
  return parseServers({ GATEWAY_SERVERS: JSON.stringify(servers) })
}

describe('the list of servers', () => {
  test('is read from the environment, deadlines in their units', () => {
    const entry = {
      name: 'knowledge-base',
      url: 'https://kb.internal/mcp',
      timeout: '500ms',
      callTimeout: '1.5m',
    }
    expect(parse([HR, entry])).toEqual([
      { ...HR, names: 'prefixed', streams: 500, timeout: 2000, callTimeout: 60_000, ...USUAL },
      { ...entry, names: 'prefixed', streams: 500, timeout: 500, callTimeout: 90_000, ...USUAL },
    ])
  })

  test('says how calls are bounded, and what happens when there is no answer', () => {
    const entry = {
      ...HR,
      maxCalls: 80,
      maxCallsPerInstance: 20,
      maxAnswer: '512kb',
      hedge: false,
      staleIfError: '5m',
    }
    expect(parse([entry])).toMatchObject([{ ...entry, maxAnswer: 512 * 1024, staleIfError: 300_000 }])
  })

  test('is read from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-'))
    try {
      const file = join(folder, 'servers.json')
      writeFileSync(file, JSON.stringify([HR]))
      expect(parseServers({ GATEWAY_SERVERS_FILE: file })).toMatchObject([HR])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test.each([
    ['nothing at all', {}, 'GATEWAY_SERVERS is not set'],
    ['both', { GATEWAY_SERVERS: '[]', GATEWAY_SERVERS_FILE: 'x' }, 'not both'],
    ['no JSON', { GATEWAY_SERVERS: 'hr=http://x' }, 'GATEWAY_SERVERS is not JSON'],
    ['a file that is not there', { GATEWAY_SERVERS_FILE: '/nowhere/servers.json' }, 'cannot be read'],
  ])('is refused when it is %s', (_, env, message) => {
    expect(() => parseServers(env)).toThrow(InvalidError)
    expect(() => parseServers(env)).toThrow(message)
  })

  test.each([
    ['a name with an underscore', { ...HR, name: 'h_r' }, 'entry 2, name, must be lower-case words'],
    ['a name with two hyphens', { ...HR, name: 'h--r' }, 'entry 2, name,'],
    ['a name that /ready has another use for', { ...HR, name: 'identity' }, 'entry 2, name, is what /ready'],
    ['the name of what is audited', { ...HR, name: 'audit' }, 'entry 2, name, is what /ready'],
    ['the name of a file of rules', { ...HR, name: 'protection' }, 'entry 2, name, is what /ready'],
    ['a long name', { ...HR, name: 'a'.repeat(15) }, 'at most 14 characters'],
    ['no web address', { ...HR, url: 'file:///etc/passwd' }, 'entry 2, url, must be an http or https URL'],
    [
      'a password in the address',
      { ...HR, url: 'http://me:secret@host/mcp' },
      'must not hold a user or password',
    ],
    ['a time without a unit', { ...HR, timeout: '2' }, 'entry 2, timeout, must be a time with its unit'],
    [
      'no place to be found at',
      { name: 'x' },
      'entry 2, url, is missing: give url, urls, dns, kubernetes or register',
    ],
    ['both url and urls', { ...HR, urls: [HR.url] }, 'entry 2, urls, and url must not both be given'],
    ['several instances and no audience', { name: 'x', urls: [HR.url] }, 'entry 2, audience, must be given'],
    ['no instance', { name: 'x', urls: [], audience: HR.url }, 'must name at least one URL'],
    [
      'a secret that is not hashed',
      { ...HR, register: { urls: [HR.url], secret: 'x' } },
      'register.secret, must be',
    ],
    [
      'a registration from anywhere',
      { ...HR, register: { urls: ['http://*/mcp'], secret: `sha256:${'0'.repeat(64)}` } },
      'entry 2, register.urls.0, must be an http or https URL in which * is',
    ],
    ['a huge answer', { ...HR, maxAnswer: '65mb' }, 'entry 2, maxAnswer, must be at most "64mb"'],
    ['a size without a unit', { ...HR, maxAnswer: '5' }, 'maxAnswer, must be a size with its unit'],
    ['stale answers of yesterday', { ...HR, staleIfError: '90m' }, 'staleIfError, must be at most "60m"'],
    ['no calls at all', { ...HR, maxCalls: 0 }, 'entry 2, maxCalls,'],
    ['a misspelt key', { ...HR, timeuot: '2s' }, 'timeuot'],
    ['a way to be called that there is not', { ...HR, names: 'short' }, 'entry 2, names,'],
    ['the same name twice', { ...HR, name: 'one' }, 'two servers of one name'],
  ])('is refused with %s, saying where', (_, entry, message) => {
    expect(() => parse([{ ...HR, name: 'one' }, entry])).toThrow(message)
  })

  test('lets one server keep its own names, and refuses two', () => {
    const plain = { ...HR, names: 'plain' }
    expect(parse([plain, { ...HR, name: 'one' }])).toMatchObject([{ names: 'plain' }, { names: 'prefixed' }])
    expect(() => parse([plain, { ...plain, name: 'one' }])).toThrow('only one may keep its own')
  })

  test('is never quoted where it may hold a secret', () => {
    expect(() => parse([{ ...HR, url: 'http://me:hunter2@host/mcp' }])).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})
