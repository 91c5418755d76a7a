import { Writable } from 'node:stream'
import { InvalidError } from '@atoll/errors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CommandContext, migrateCommand, ownerCommand } from '../src/index.ts'
import { notes } from './support/notes.ts'
import { type ScratchDatabase, scratchDatabase } from './support/scratch-database.ts'

let scratch: ScratchDatabase
beforeAll(async () => {
  scratch = await scratchDatabase()
})
afterAll(() => scratch.drop())

function context(env: CommandContext['env']): CommandContext & { output(): string } {
  let text = ''
  const stdout = new Writable({
    write(chunk, _, done) {
      text += chunk
      done()
    },
  })
  return { args: [], env, stdout, stderr: stdout, signal: new AbortController().signal, output: () => text }
}

describe('migrate, the command', () => {
  test('says what it applied, and when there is nothing to do', async () => {
    const env = { DATABASE_URL: scratch.appUrl, DATABASE_OWNER_URL: scratch.ownerUrl }
    const [first, second] = [context(env), context(env)]
    await migrateCommand(notes).run(first)
    await migrateCommand(notes).run(second)
    expect(first.output()).toBe('Applied 0001_note\n')
    expect(second.output()).toBe('The schema is up to date\n')
  })

  test.each([
    [{}, 'DATABASE_OWNER_URL'],
    [{ DATABASE_OWNER_URL: 'not a url' }, 'DATABASE_OWNER_URL'],
    [{ DATABASE_OWNER_URL: 'postgres://x@y/z' }, 'DATABASE_URL'],
  ])('with %j asks for %s', async (env, name) => {
    const attempt = migrateCommand(notes).run(context(env))
    await expect(attempt).rejects.toThrow(InvalidError)
    await expect(attempt).rejects.toThrow(`Set ${name} `)
  })
})

test('an owner command gets the URL of the owner', async () => {
  let given = ''
  const command = ownerCommand('Seed', async ({ ownerUrl }) => {
    given = ownerUrl
  })
  await command.run(context({ DATABASE_OWNER_URL: scratch.ownerUrl }))
  expect([command.summary, given]).toEqual(['Seed', scratch.ownerUrl])
})
