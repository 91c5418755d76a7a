import type { Fleet, FleetTool } from '@atoll/client'

export interface FakeTool {
  readonly name: string
  readonly description: string
  readonly readOnly?: boolean
  readonly inputSchema?: object
  /** What it says, or what it throws. */
  readonly says: string | Error
}

/** Tools that are not there but in the test, and the calls they got. */
export function fakeFleet(tools: readonly FakeTool[]): Fleet & { readonly calls: [string, unknown][] } {
  const calls: [string, unknown][] = []
  return {
    calls,
    tools: async () => tools.map(listed),
    async call(_, name, args) {
      calls.push([name, args])
      const says = tools.find((tool) => tool.name === name)?.says
      if (says instanceof Error) throw says
      return { content: [{ type: 'text', text: says }] }
    },
    close: async () => {},
  }
}

function listed({
  name,
  description,
  readOnly = true,
  inputSchema = { type: 'object' },
}: FakeTool): FleetTool {
  const annotations = { readOnlyHint: readOnly }
  return { server: 'atoll', name, age: 0, listed: { name, description, annotations, inputSchema } }
}
