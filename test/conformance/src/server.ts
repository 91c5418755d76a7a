import { defineServer } from '@atoll/server-kit'
import { fixture } from './domain.ts'
import { prompts } from './prompts.ts'
import { resources } from './resources.ts'
import { askingTools } from './tools/asking.ts'
import { contentTools } from './tools/content.ts'
import { sessionTools } from './tools/sessions.ts'
import { streamingTools } from './tools/streaming.ts'
import { taskTools } from './tools/tasks.ts'

/** What the official conformance suite calls, built with the kit like any other server. */
export const server = defineServer(fixture, {
  instructions: 'A server for the MCP conformance suite.',
  tools: [...contentTools, ...streamingTools, ...askingTools, ...sessionTools, ...taskTools],
  resources,
  prompts,
})
