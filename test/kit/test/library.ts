import { defineDomain, defineServer } from '@atoll/server-kit'
import { z } from 'zod'

/** A domain with documents that not everybody in the tenant may know of. */
export const library = defineDomain({
  name: 'library',
  scopes: { read: 'Read documents', secret: 'Read secret ones too' },
  config: z.object({}),
  audience: z.object({ scope: z.string() }),
  admits({ scopes }, { scope }) {
    if (scope === 'broken') throw new Error('This rule does not work')
    return scopes.has(scope)
  },
  connect: async () => ({ deps: {} }),
})

const shelf = { audience: { scope: 'library:secret' } }

const change = library.defineTool({
  name: 'change_document',
  title: 'Change a document',
  description: 'Says that a secret document changed, then that one for all did.',
  effect: 'write',
  scopes: ['library:read'],
  input: z.object({}),
  output: z.object({}),
  run({ changed }) {
    changed.resource('library://a', shelf)
    changed.resourceList(shelf)
    changed.resource('library://b')
    return {}
  },
})

const document = library.defineResource({
  uri: 'library://{id}',
  name: 'document',
  title: 'Document',
  description: 'One document',
  mimeType: 'application/json',
  scopes: ['library:read'],
  optionalScopes: ['library:secret'],
  meta: { ttlMs: 60_000 },
  read: ({ params }) => ({ json: { id: params.id }, meta: { ttlMs: 60_000, cacheScope: 'public' } }),
})

export const libraryServer = defineServer(library, {
  instructions: 'A library.',
  tools: [change],
  resources: [document],
})
