import type { Telemetry } from '@atoll/telemetry'
import type { z } from 'zod'
import { toolMetaOf } from '../define/app.ts'
import { type ContentBlock, isRich } from '../define/content.ts'
import type { Effect, Tool } from '../define/tool.ts'
import type { MirroredArguments, Result } from '../edge/service.ts'
import { createdTask } from '../edge/task-wire.ts'
import type { Item, Kit } from '../pipeline/invocation.ts'
import { ToolHandlerContext } from './call-context.ts'
import { inputJsonSchema, outputJsonSchema } from './json-schema.ts'
import { listedScopes, TOOL_META_KEY } from './meta-keys.ts'
import { parseInput } from './parse-input.ts'
import { Followed, runTaskTool } from './run-task-tool.ts'

export interface CompiledTool {
  readonly item: Item
  readonly listed: Record<string, unknown>
  readonly paramHeaders: MirroredArguments
}

export function compileTool(tool: Tool, version: string, kit: Kit, telemetry: Telemetry): CompiledTool {
  const input = tool.input.strict()
  const output: z.ZodObject | undefined = tool.output
  // Only string values: the optional keys of the definition's mapped type.
  const check = output ? (returned: unknown) => structured(output, returned) : unstructured
  const headers = (tool.headers ?? {}) as Record<string, string>
  const mirrored = Object.entries(headers).map(([argument, name]) => ({ path: [argument], name }))
  return {
    paramHeaders: mirrored.length > 0 ? mirrored : undefined,
    listed: {
      name: tool.name,
      title: tool.title,
      description: tool.description,
      inputSchema: tool.inputJsonSchema ?? inputJsonSchema(input, headers),
      ...(output && { outputSchema: outputJsonSchema(output) }),
      annotations: { title: tool.title, ...hints(tool.effect, tool.idempotent === true) },
      _meta: {
        ...tool.meta,
        ...(tool.app && toolMetaOf(tool.app)),
        [TOOL_META_KEY]: {
          ...listedScopes(tool),
          effect: tool.effect,
          data: tool.data,
          ...(tool.cost !== undefined && { cost: tool.cost }),
          limits: limitsOf(tool),
          // Whoever keeps answers for its callers, such as a gateway, must know that it may.
          ...(tool.cache && { cache: tool.cache.shared }),
        },
      },
    },
    item: {
      kind: 'tool',
      server: tool.domain,
      version,
      name: tool.name,
      scopes: tool.scopes,
      effect: tool.effect,
      data: tool.data ?? 'internal',
      limits: limitsOf(tool),
      cache: tool.effect === 'read' ? tool.cache : undefined,
      clears: tool.clears ?? [],
      operation: telemetry.operation('tools/call', tool.name),
      parse: (raw) => parseInput(input, raw ?? {}),
      run: tool.task
        ? runTaskTool(tool, tool.task, kit)
        : (invocation) => tool.run(new ToolHandlerContext(invocation, kit) as Parameters<Tool['run']>[0]),
      check: tool.task
        ? (returned) => (returned instanceof Followed ? createdTask(returned.task) : check(returned))
        : check,
    },
  }
}

function limitsOf({ limits }: Tool) {
  return { timeout: limits?.timeout ?? '10s', rate: limits?.rate ?? '600/min' } as const
}

/** MCP schema, ToolAnnotations; only this server's own data is touched, so the world is closed. */
function hints(effect: Effect, idempotent: boolean) {
  return {
    readOnlyHint: effect === 'read',
    destructiveHint: effect === 'destroy',
    idempotentHint: effect === 'read' || idempotent,
    openWorldHint: false,
  }
}

function structured(output: z.ZodObject, returned: unknown): Result {
  const structuredContent = output.parse(isRich(returned) ? returned.output : returned)
  const text = { type: 'text', text: JSON.stringify(structuredContent) }
  const content = isRich(returned) ? [text, ...returned.content] : [text]
  return { content, structuredContent }
}

function unstructured(returned: unknown): Result {
  // Without an output schema the type of `run` is a list of content blocks.
  return { content: returned as readonly ContentBlock[] }
}
