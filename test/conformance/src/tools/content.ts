import { z } from 'zod'
import { fixture, NO_INPUT, PNG, SCOPES, text, WAV } from '../domain.ts'

const common = { title: 'Content', effect: 'read', scopes: SCOPES, input: NO_INPUT } as const

export const contentTools = [
  fixture.defineTool({
    ...common,
    name: 'test_simple_text',
    description: 'Returns text',
    run: () => text('This is a simple text response for testing.'),
  }),
  fixture.defineTool({
    ...common,
    name: 'test_image_content',
    description: 'Returns an image',
    run: () => [{ type: 'image', data: PNG, mimeType: 'image/png' }],
  }),
  fixture.defineTool({
    ...common,
    name: 'test_audio_content',
    description: 'Returns audio',
    run: () => [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }],
  }),
  fixture.defineTool({
    ...common,
    name: 'test_embedded_resource',
    description: 'Returns an embedded resource',
    run: () => [
      {
        type: 'resource',
        resource: {
          uri: 'test://embedded-resource',
          mimeType: 'text/plain',
          text: 'This is an embedded resource content.',
        },
      },
    ],
  }),
  fixture.defineTool({
    ...common,
    name: 'test_multiple_content_types',
    description: 'Returns text, an image and a resource',
    run: () => [
      { type: 'text', text: 'Multiple content types test:' },
      { type: 'image', data: PNG, mimeType: 'image/png' },
      {
        type: 'resource',
        resource: {
          uri: 'test://mixed-content-resource',
          mimeType: 'application/json',
          text: JSON.stringify({ test: 'data', value: 123 }),
        },
      },
    ],
  }),
  fixture.defineTool({
    ...common,
    name: 'test_error_handling',
    description: 'Always fails',
    run: () => {
      throw new Error('This tool intentionally returns an error for testing')
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'json_schema_2020_12_tool',
    description: 'Lists a schema with the whole vocabulary of JSON Schema 2020-12',
    input: z.object({
      name: z.string().optional(),
      address: z.object({ street: z.string().optional(), city: z.string().optional() }).optional(),
      contactMethod: z.enum(['phone', 'email']).optional(),
      phone: z.string().optional(),
      email: z.string().optional(),
    }),
    inputJsonSchema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      $defs: {
        address: {
          $anchor: 'addressDef',
          type: 'object',
          properties: { street: { type: 'string' }, city: { type: 'string' } },
        },
      },
      properties: {
        name: { type: 'string' },
        address: { $ref: '#/$defs/address' },
        contactMethod: { type: 'string', enum: ['phone', 'email'] },
        phone: { type: 'string' },
        email: { type: 'string' },
      },
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { required: ['phone'] },
      else: { required: ['email'] },
      additionalProperties: false,
    },
    run: ({ input }) => text(`JSON Schema 2020-12 tool called with: ${JSON.stringify(input)}`),
  }),
  fixture.defineTool({
    ...common,
    name: 'test_x_mcp_header',
    description: 'Mirrors arguments into headers',
    input: z.object({
      region: z.string().describe('Mirrored into Mcp-Param-Region'),
      query: z.string().optional(),
      priority: z.number().int().optional().describe('Mirrored into Mcp-Param-Priority'),
      verbose: z.boolean().optional().describe('Mirrored into Mcp-Param-Verbose'),
    }),
    headers: { region: 'Region', priority: 'Priority', verbose: 'Verbose' },
    run: ({ input }) => text(`region=${input.region}`),
  }),
]
