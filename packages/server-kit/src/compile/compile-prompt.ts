import type { Telemetry } from '@atoll/telemetry'
import { z } from 'zod'
import type { Prompt } from '../define/prompt.ts'
import type { Result } from '../edge/service.ts'
import type { Invocation, Item, Kit } from '../pipeline/invocation.ts'
import { HandlerContext } from './call-context.ts'
import { listedScopes, PROMPT_META_KEY } from './meta-keys.ts'
import { parseInput } from './parse-input.ts'

export interface CompiledPrompt {
  readonly item: Item
  readonly definition: Prompt
  readonly listed: Record<string, unknown>
}

export function compilePrompt(
  prompt: Prompt,
  version: string,
  kit: Kit,
  telemetry: Telemetry,
): CompiledPrompt {
  const schema: z.ZodObject = prompt.arguments.strict()
  const { name, title, description } = prompt
  return {
    definition: prompt,
    listed: {
      name,
      title,
      description,
      arguments: listArguments(schema),
      _meta: { [PROMPT_META_KEY]: listedScopes(prompt) },
    },
    item: {
      kind: 'prompt',
      server: prompt.domain,
      version,
      name,
      scopes: prompt.scopes,
      effect: 'read',
      data: 'internal',
      limits: { timeout: '10s', rate: '600/min' },
      cache: undefined,
      clears: [],
      operation: telemetry.operation('prompts/get', name),
      parse: (raw) => parseInput(schema, raw ?? {}),
      run: (invocation) => prompt.render(new PromptHandlerContext(invocation, kit)),
      check: (messages): Result => ({ description, messages }),
    },
  }
}

class PromptHandlerContext extends HandlerContext {
  readonly args: unknown
  constructor(invocation: Invocation, kit: Kit) {
    super(invocation, kit)
    this.args = invocation.input
  }
}

function listArguments(schema: z.ZodObject) {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' })
  return Object.entries(properties).map(([name, property]) => ({
    name,
    ...(typeof property === 'object' &&
      property.description !== undefined && { description: property.description }),
    required: required.includes(name),
  }))
}
