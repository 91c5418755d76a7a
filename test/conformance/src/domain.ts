import { type ContentBlock, defineDomain, memoryTasks } from '@atoll/server-kit'
import { z } from 'zod'

export const fixture = defineDomain({
  name: 'fixture',
  scopes: { use: 'Use the conformance fixture' },
  config: z.object({}),
  async connect(_config, { changes }) {
    const tasks = memoryTasks({ ttl: '5m', pollInterval: '200ms', perCaller: 100, changes })
    return { deps: { tasks }, close: () => tasks.close() }
  },
  tasks: ({ tasks }) => tasks,
  limits: { rate: '100000/min', timeout: '30s' },
})

export const SCOPES = ['fixture:use'] as const
export const NO_INPUT = z.object({})

export function text(text: string): ContentBlock[] {
  return [{ type: 'text', text }]
}

/** A 1x1 red PNG. */
export const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='
/** A WAV file without samples. */
export const WAV = 'UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAAB9AAACABAAZGF0YQIAAAA='
