import { setTimeout as sleep } from 'node:timers/promises'
import { UnavailableError } from '@atoll/errors'
import { type OpenTask, ProtocolError } from '@atoll/server-kit'
import { z } from 'zod'
import { fixture, NO_INPUT, SCOPES, text } from '../domain.ts'
import { field, form } from './questions.ts'

const common = { title: 'Tasks', effect: 'write', scopes: SCOPES, input: NO_INPUT } as const
const task = { later: ({ id }: OpenTask) => text(`Still working on ${id}`) }

export const taskTools = [
  fixture.defineTool({
    ...common,
    name: 'greet',
    description: 'Answers at once',
    input: z.object({ name: z.string() }),
    run: ({ input }) => text(`Hello, ${input.name}!`),
  }),
  fixture.defineTool({
    ...common,
    task,
    name: 'slow_compute',
    description: 'Computes for some seconds',
    input: z.object({ seconds: z.number(), label: z.string().optional() }),
    run: ({ input, deps, principal }) =>
      deps.tasks.begin(principal, 'slow_compute', async ({ signal }) => {
        await sleep(input.seconds * 1000, undefined, { signal })
        return text(`Computed ${input.label ?? ''} for ${input.seconds} s`)
      }),
  }),
  fixture.defineTool({
    ...common,
    task: { required: true },
    name: 'failing_job',
    description: 'Fails after a second',
    run: ({ deps, principal }) =>
      deps.tasks.begin(principal, 'failing_job', async ({ signal }) => {
        await sleep(1000, undefined, { signal })
        throw new UnavailableError('The job failed, as it always does.')
      }),
  }),
  fixture.defineTool({
    ...common,
    task,
    name: 'protocol_error_job',
    description: 'Ends with an error of the protocol',
    run: ({ deps, principal }) =>
      deps.tasks.begin(principal, 'protocol_error_job', async () => {
        throw new ProtocolError(-32603, 'The job broke')
      }),
  }),
  fixture.defineTool({
    ...common,
    task,
    name: 'confirm_delete',
    description: 'Asks before it deletes',
    input: z.object({ filename: z.string() }),
    run: ({ input, deps, principal }) =>
      deps.tasks.begin(principal, 'confirm_delete', async ({ ask }) => {
        const { agreed } = await ask({ agreed: form(`Delete ${input.filename}?`, 'confirm', z.boolean()) })
        return text(field(agreed, 'confirm') === 'true' ? `Deleted ${input.filename}` : 'Nothing was deleted')
      }),
  }),
  fixture.defineTool({
    ...common,
    task,
    name: 'multi_input',
    description: 'Asks two things at once',
    run: ({ deps, principal }) =>
      deps.tasks.begin(principal, 'multi_input', async ({ ask }) => {
        const { first, second } = await ask({
          first: form('The first name?', 'name', z.string()),
          second: form('The second name?', 'name', z.string()),
        })
        return text(`${field(first, 'name')} and ${field(second, 'name')}`)
      }),
  }),
  fixture.defineTool({
    ...common,
    task: { required: true },
    name: 'test_tool_with_task',
    description: 'Asks for a name, then works in the background',
    async run({ deps, principal, interaction }) {
      const { user_name } = await interaction.ask({
        user_name: form('What is your name?', 'name', z.string()),
      })
      return deps.tasks.begin(principal, 'test_tool_with_task', async () =>
        text(`Hello, ${field(user_name, 'name')}!`),
      )
    },
  }),
]
