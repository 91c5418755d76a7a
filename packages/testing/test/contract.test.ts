import { NotFoundError } from '@atoll/errors'
import { defineDomain, defineServer, memoryTasks } from '@atoll/server-kit'
import { z } from 'zod'
import { contractSuite } from '../src/index.ts'

interface Notes {
  find(principal: { tenant: string }, id: string): Promise<string | undefined>
  remove(principal: { tenant: string }, id: string): Promise<boolean>
}

const notes = defineDomain({
  name: 'notes',
  scopes: { read: 'Read your notes', write: 'Remove your notes' },
  config: z.object({}),
  connect: async () => ({ deps: { notes: memoryNotes(), tasks: memoryTasks() } }),
  tasks: ({ tasks }) => tasks,
})

const id = z.string().describe('The id of the note')

const getNote = notes.defineTool({
  name: 'get_note',
  title: 'Get a note',
  description: 'Read one of your notes by its id.',
  effect: 'read',
  scopes: ['notes:read'],
  cache: { ttl: '30s', shared: 'principal', tags: ['note'] },
  input: z.object({ id }),
  output: z.object({ text: z.string() }),
  async run({ input, deps, principal }) {
    const text = await deps.notes.find(principal, input.id)
    if (text === undefined) throw new NotFoundError('note', input.id)
    return { text }
  },
})

const removeNote = notes.defineTool({
  name: 'remove_note',
  title: 'Remove a note',
  description: 'Remove one of your notes for good, after you agreed.',
  effect: 'destroy',
  scopes: ['notes:read', 'notes:write'],
  clears: ['note'],
  input: z.object({ id, confirm: z.boolean().optional().describe('Whether you agree') }),
  output: z.object({ removed: z.boolean() }),
  async run({ input, deps, principal, interaction }) {
    await interaction.confirm(`Remove the note ${input.id}?`, input.confirm)
    return { removed: await deps.notes.remove(principal, input.id) }
  },
})

const printNotes = notes.defineTool({
  name: 'print_notes',
  title: 'Print your notes',
  description: 'Print all of your notes, which takes as long as the printer does.',
  effect: 'write',
  scopes: ['notes:read'],
  input: z.object({}),
  output: z.object({ pages: z.number() }),
  task: { later: () => ({ pages: 0 }) },
  run: ({ deps, principal }) =>
    deps.tasks.begin(principal, 'print_notes', ({ signal }) => {
      const { promise, reject } = Promise.withResolvers<never>()
      signal.addEventListener('abort', () => reject(signal.reason), { once: true })
      return promise
    }),
})

function memoryNotes(): Notes {
  const texts = new Map([['acme/n1', 'the plans of acme']])
  return {
    find: async ({ tenant }, noteId) => texts.get(`${tenant}/${noteId}`),
    remove: async ({ tenant }, noteId) => texts.has(`${tenant}/${noteId}`),
  }
}

contractSuite({
  server: defineServer(notes, { instructions: 'Notes.', tools: [removeNote, getNote, printNotes] }),
  async start() {
    const tasks = memoryTasks()
    return { deps: { notes: memoryNotes(), tasks }, close: () => tasks.close() }
  },
  owner: { subject: 'alice', scopes: ['notes:read', 'notes:write'] },
  examples: { get_note: { id: 'n1' }, remove_note: { id: 'n1' }, print_notes: {} },
  secrets: ['the plans of acme'],
})
