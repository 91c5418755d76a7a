import { z } from 'zod'
import { fixture, NO_INPUT, SCOPES, text } from '../domain.ts'
import { countRoots, field, form, ROOTS, sample, sampledText } from './questions.ts'

const common = { title: 'Asking', effect: 'read', scopes: SCOPES, input: NO_INPUT } as const

export const askingTools = [
  fixture.defineTool({
    ...common,
    name: 'test_missing_capability',
    description: 'Needs sampling',
    async run({ interaction }) {
      await interaction.ask({ sample_request: sample('Anything', 10) })
      return text('Success')
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_input_required_result_elicitation',
    description: 'Asks for a name',
    async run({ interaction }) {
      const { user_name } = await interaction.ask({
        user_name: form('What is your name?', 'name', z.string()),
      })
      return text(`Hello, ${field(user_name, 'name')}!`)
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_input_required_result_sampling',
    description: 'Asks the model',
    async run({ interaction }) {
      const { sample_request } = await interaction.ask({
        sample_request: sample('What is the capital of France?', 100),
      })
      return text(`Sampling result: ${sampledText(sample_request)}`)
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_input_required_result_list_roots',
    description: 'Asks for the roots',
    async run({ interaction }) {
      const { roots_request } = await interaction.ask({ roots_request: ROOTS })
      return text(`Found ${countRoots(roots_request)} root(s)`)
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_input_required_result_request_state',
    description: 'Asks for a confirmation and keeps state',
    async run({ interaction }) {
      await interaction.ask({ confirm: form('Please confirm', 'ok', z.boolean()) })
      return text('state-ok: requestState validated')
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_input_required_result_multiple_inputs',
    description: 'Asks for three things at once',
    async run({ interaction }) {
      const { user_name, greeting, client_roots } = await interaction.ask({
        user_name: form('What is your name?', 'name', z.string()),
        greeting: sample('Generate a greeting', 50),
        client_roots: ROOTS,
      })
      const name = field(user_name, 'name')
      return text(`Name: ${name}; Greeting: ${sampledText(greeting)}; Roots: ${countRoots(client_roots)}`)
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_input_required_result_multi_round',
    description: 'Asks twice',
    async run({ interaction }) {
      const { step1 } = await interaction.ask({
        step1: form('Step 1: What is your name?', 'name', z.string()),
      })
      const { step2 } = await interaction.ask({
        step2: form('Step 2: What is your favorite color?', 'color', z.string()),
      })
      return text(`Multi-round complete for ${field(step1, 'name')} who likes ${field(step2, 'color')}`)
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_input_required_result_tampered_state',
    description: 'Asks for a confirmation',
    async run({ interaction }) {
      await interaction.ask({ confirm: form('Please confirm', 'ok', z.boolean()) })
      return text('integrity-ok: state verified')
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_input_required_result_capabilities',
    description: 'Asks only what the client can answer',
    async run({ interaction }) {
      const questions = {
        ...(interaction.can('form') && { elicit_input: form('Elicitation input', 'value', z.string()) }),
        ...(interaction.can('sampling') && { sample_input: sample('Sample request', 50) }),
      }
      const answers = await interaction.ask(questions)
      const keys = Object.keys(answers)
      return text(
        keys.length > 0
          ? `capabilities-ok: received ${keys.join(',')}`
          : 'No supported capabilities declared',
      )
    },
  }),
]
