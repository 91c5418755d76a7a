import type { InputRequest } from '@atoll/server-kit'
import { z } from 'zod'
import { fixture, NO_INPUT, SCOPES, text } from '../domain.ts'
import { sample, sampledText } from './questions.ts'

const common = { title: 'Sessions', effect: 'read', scopes: SCOPES } as const

/** Any object back: these forms are about their schemas. */
function rawForm(message: string, properties: Record<string, unknown>, required: string[]) {
  const jsonSchema = { type: 'object', properties, required }
  return {
    kind: 'form',
    message,
    schema: z.record(z.string(), z.unknown()),
    jsonSchema,
  } as const satisfies InputRequest
}

function outcome(label: string, answer: { action: string; content?: unknown }) {
  return text(`${label}: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`)
}

export const sessionTools = [
  fixture.defineTool({
    ...common,
    name: 'test_sampling',
    description: 'Asks the client for a completion',
    input: z.object({ prompt: z.string().describe('The prompt to send to the LLM') }),
    async run({ input, interaction }) {
      const { answer } = await interaction.ask({ answer: sample(input.prompt, 100) })
      return text(`LLM response: ${sampledText(answer)}`)
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_elicitation',
    description: 'Asks the person',
    input: z.object({ message: z.string().describe('The message to show the user') }),
    async run({ input, interaction }) {
      const response = { response: { type: 'string', description: "User's response" } }
      const { answer } = await interaction.ask({ answer: rawForm(input.message, response, ['response']) })
      return outcome('User response', answer)
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_elicitation_sep1034_defaults',
    description: 'Asks with default values',
    input: NO_INPUT,
    async run({ interaction }) {
      const properties = {
        name: { type: 'string', description: 'User name', default: 'John Doe' },
        age: { type: 'integer', description: 'User age', default: 30 },
        score: { type: 'number', description: 'User score', default: 95.5 },
        status: {
          type: 'string',
          description: 'User status',
          enum: ['active', 'inactive', 'pending'],
          default: 'active',
        },
        verified: { type: 'boolean', description: 'Verification status', default: true },
      }
      const message = 'Please review and update the form fields with defaults'
      const { answer } = await interaction.ask({ answer: rawForm(message, properties, []) })
      return outcome('Elicitation completed', answer)
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_elicitation_sep1330_enums',
    description: 'Asks with every kind of enum',
    input: NO_INPUT,
    async run({ interaction }) {
      const several = { type: 'array', description: 'Select multiple options', minItems: 1, maxItems: 3 }
      const properties = {
        untitledSingle: {
          type: 'string',
          description: 'Select one option',
          enum: ['option1', 'option2', 'option3'],
        },
        titledSingle: {
          type: 'string',
          description: 'Select one option with titles',
          oneOf: [
            { const: 'value1', title: 'First Option' },
            { const: 'value2', title: 'Second Option' },
            { const: 'value3', title: 'Third Option' },
          ],
        },
        legacyEnum: {
          type: 'string',
          description: 'Select one option (legacy)',
          enum: ['opt1', 'opt2', 'opt3'],
          enumNames: ['Option One', 'Option Two', 'Option Three'],
        },
        untitledMulti: { ...several, items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
        titledMulti: {
          ...several,
          items: {
            anyOf: [
              { const: 'value1', title: 'First Choice' },
              { const: 'value2', title: 'Second Choice' },
              { const: 'value3', title: 'Third Choice' },
            ],
          },
        },
      }
      const message = 'Please select options from the enum fields'
      const { answer } = await interaction.ask({ answer: rawForm(message, properties, []) })
      return outcome('Elicitation completed', answer)
    },
  }),
]
