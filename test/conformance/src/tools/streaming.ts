import { setTimeout as sleep } from 'node:timers/promises'
import { fixture, NO_INPUT, SCOPES, text } from '../domain.ts'

const common = { title: 'Streaming', effect: 'read', scopes: SCOPES, input: NO_INPUT } as const

export const streamingTools = [
  fixture.defineTool({
    ...common,
    name: 'test_tool_with_logging',
    description: 'Logs while it works',
    async run({ log }) {
      log('info', 'Tool execution started')
      await sleep(50)
      log('info', 'Tool processing data')
      await sleep(50)
      log('info', 'Tool execution completed')
      return text('Tool with logging executed successfully')
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_tool_with_progress',
    description: 'Reports progress',
    async run({ progress }) {
      progress({ progress: 0, total: 100, message: 'Completed step 0 of 100' })
      await sleep(50)
      progress({ progress: 50, total: 100, message: 'Completed step 50 of 100' })
      await sleep(50)
      progress({ progress: 100, total: 100, message: 'Completed step 100 of 100' })
      return text('done')
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_reconnection',
    description: 'Takes a moment',
    async run({ signal }) {
      await sleep(100, undefined, { signal })
      return text('Reconnection test completed successfully.')
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_streaming_elicitation',
    description: 'Reports progress on its own stream',
    run({ progress }) {
      progress({ progress: 50, total: 100 })
      return text('Streaming complete')
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_logging_tool',
    description: 'Logs once',
    run({ log }) {
      log('info', 'Diagnostic trace logging activated')
      return text('Logging evaluated')
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_trigger_tool_change',
    description: 'Announces that the list of tools changed',
    run({ changed }) {
      changed.toolList()
      return text('Mutation triggered')
    },
  }),
  fixture.defineTool({
    ...common,
    name: 'test_trigger_prompt_change',
    description: 'Announces that the list of prompts changed',
    run({ changed }) {
      changed.promptList()
      return text('Mutation triggered')
    },
  }),
]
