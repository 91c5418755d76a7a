import { z } from 'zod'
import { fixture, NO_INPUT, PNG, SCOPES } from './domain.ts'
import { field, form } from './tools/questions.ts'

const common = { title: 'Prompt', description: 'For the conformance suite', scopes: SCOPES } as const

function user(text: string) {
  return { role: 'user', content: { type: 'text', text } } as const
}

export const prompts = [
  fixture.definePrompt({
    ...common,
    name: 'test_simple_prompt',
    arguments: NO_INPUT,
    render: () => [user('This is a simple prompt for testing.')],
  }),
  fixture.definePrompt({
    ...common,
    name: 'test_prompt_with_arguments',
    arguments: z.object({
      arg1: z.string().describe('First test argument'),
      arg2: z.string().describe('Second test argument'),
    }),
    complete: { arg1: ({ value }) => ['paris', 'park', 'party'].filter((word) => word.startsWith(value)) },
    render: ({ args }) => [user(`Prompt with arguments: arg1='${args.arg1}', arg2='${args.arg2}'`)],
  }),
  fixture.definePrompt({
    ...common,
    name: 'test_prompt_with_embedded_resource',
    arguments: z.object({ resourceUri: z.string().describe('URI of the resource to embed') }),
    render: ({ args }) => [
      {
        role: 'user',
        content: {
          type: 'resource',
          resource: {
            uri: args.resourceUri,
            mimeType: 'text/plain',
            text: 'Embedded resource content for testing.',
          },
        },
      },
      user('Please process the embedded resource above.'),
    ],
  }),
  fixture.definePrompt({
    ...common,
    name: 'test_prompt_with_image',
    arguments: NO_INPUT,
    render: () => [
      { role: 'user', content: { type: 'image', data: PNG, mimeType: 'image/png' } },
      user('Please analyze the image above.'),
    ],
  }),
  fixture.definePrompt({
    ...common,
    name: 'test_input_required_result_prompt',
    arguments: NO_INPUT,
    async render({ interaction }) {
      const { user_context } = await interaction.ask({
        user_context: form('What context should the prompt use?', 'context', z.string()),
      })
      return [user(`Prompt with context: ${field(user_context, 'context')}`)]
    },
  }),
]
