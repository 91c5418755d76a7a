import type { Method } from './service.ts'
import { SKILL_METHODS } from './skill-wire.ts'

/** What a Service answers. */
export const METHODS: readonly Method[] = [
  'server/discover',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
  ...SKILL_METHODS,
]

/** Which parameter the `Mcp-Name` header mirrors (MCP streamable-http, Standard Request Headers). */
export const NAMED: Readonly<Record<string, 'name' | 'uri' | 'taskId'>> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
  'tasks/get': 'taskId',
  'tasks/update': 'taskId',
  'tasks/cancel': 'taskId',
}
