import { expect, test } from 'vitest'
import { ConfigError } from '../src/host/config.ts'
import { delegationOf } from '../src/host/delegation.ts'

const all = {
  DELEGATION_TOKEN_URL: 'http://127.0.0.1:3000/token',
  DELEGATION_CLIENT_ID: 'reports',
  DELEGATION_CLIENT_SECRET: 'a secret that is as long as it has to be',
}

test('a server acts for its callers where it is told everything that takes, or nothing', () => {
  expect(delegationOf(all)).toMatchObject({ exchange: expect.any(Function) })
  expect(delegationOf({})).toBeUndefined()
  for (const name of Object.keys(all)) {
    expect(() => delegationOf({ ...all, [name]: undefined })).toThrow(ConfigError)
  }
})
