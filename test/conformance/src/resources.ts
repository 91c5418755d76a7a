import { fixture, PNG, SCOPES } from './domain.ts'

const common = { scopes: SCOPES, description: 'For the conformance suite' } as const

export const resources = [
  fixture.defineResource({
    ...common,
    uri: 'test://static-text',
    name: 'static-text',
    title: 'Static text',
    mimeType: 'text/plain',
    read: () => ({ text: 'This is the content of the static text resource.' }),
  }),
  fixture.defineResource({
    ...common,
    uri: 'test://static-binary',
    name: 'static-binary',
    title: 'Static binary',
    mimeType: 'image/png',
    read: () => ({ blob: Buffer.from(PNG, 'base64') }),
  }),
  fixture.defineResource({
    ...common,
    uri: 'test://template/{id}/data',
    name: 'template',
    title: 'Template',
    mimeType: 'application/json',
    read: ({ params }) => ({
      json: { id: params.id, templateTest: true, data: `Data for ID: ${params.id}` },
    }),
  }),
  fixture.defineResource({
    ...common,
    uri: 'test://watched-resource',
    name: 'watched-resource',
    title: 'Watched',
    mimeType: 'text/plain',
    read: () => ({ text: 'Watched resource content' }),
  }),
]
