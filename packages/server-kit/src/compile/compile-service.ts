import type { Telemetry } from '@atoll/telemetry'
import type { ServerDefinition } from '../define/define-server.ts'
import { Cancellation } from '../edge/cancellation.ts'
import { INVALID_PARAMS, ProtocolError } from '../edge/protocol-error.ts'
import type { Call, Capabilities, Method, Params, Rendered, Result, Service } from '../edge/service.ts'
import { InputRequired } from '../interaction/input-required.ts'
import type { Invocation, Item, Kit, Next } from '../pipeline/invocation.ts'
import { compose } from '../pipeline/pipeline.ts'
import { compilePrompt } from './compile-prompt.ts'
import { compileResource } from './compile-resource.ts'
import { compileTool } from './compile-tool.ts'
import { complete } from './complete.ts'
import { protocolFailure, toolFailure } from './failure.ts'
import { listResources } from './list-resources.ts'
import { renderPages } from './pages.ts'

/** How long clients may keep the lists of a server whose catalogue is fixed at start. */
const LIST_TTL = 300_000
const NO_ANSWERS = Object.freeze({})

const CAPABILITIES: Capabilities = {
  tools: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  prompts: { listChanged: true },
  completions: {},
  logging: {},
}

/** Build everything that can be built once: schemas, lists, the pipeline around every handler. */
export function compileService(server: ServerDefinition, kit: Kit, telemetry: Telemetry): Service {
  const { version } = server
  const tools = new Map(
    server.tools.map((tool) => [tool.name, withPipeline(compileTool(tool, version, kit, telemetry))]),
  )
  const resources = server.resources.map((resource) =>
    withPipeline(compileResource(resource, version, kit, telemetry)),
  )
  const prompts = new Map(
    server.prompts.map((prompt) => [
      prompt.name,
      withPipeline(compilePrompt(prompt, version, kit, telemetry)),
    ]),
  )
  const fixed = resources.filter(({ isTemplate }) => !isTemplate).map(({ listed }) => listed)
  const templates = resources.filter(({ isTemplate }) => isTemplate)
  const hasListing = templates.some(({ definition }) => definition.list)

  const listTools = renderPages('tools', byName(tools), LIST_TTL)
  const listPrompts = renderPages('prompts', byName(prompts), LIST_TTL)
  const listTemplates = renderPages(
    'resourceTemplates',
    templates.map(({ listed }) => listed),
    LIST_TTL,
  )
  const listFixed = renderPages('resources', fixed, LIST_TTL)

  const methods: Record<Exclude<Method, 'server/discover'>, Handler> = {
    'tools/list': listTools,
    'prompts/list': listPrompts,
    'resources/templates/list': listTemplates,
    'resources/list': (params, call) =>
      hasListing ? listResources(params, call, kit.deps(), fixed, templates) : listFixed(params),
    'tools/call': async (params, call) => {
      const name = text(params, 'name')
      const tool = tools.get(name)
      if (!tool) throw new ProtocolError(INVALID_PARAMS, `Unknown tool: ${shown(name)}`)
      try {
        return await invoke(tool, call, name, params.arguments, 'tools/call', params)
      } catch (error) {
        return { ...toolFailure(error, call, kit.logger) }
      }
    },
    'resources/read': async (params, call) => {
      const uri = text(params, 'uri')
      for (const resource of resources) {
        const variables = resource.match(uri)
        if (variables) return await invokeOrFail(resource, call, uri, variables, 'resources/read', params)
      }
      throw new ProtocolError(INVALID_PARAMS, 'Resource not found', { uri })
    },
    'prompts/get': async (params, call) => {
      const name = text(params, 'name')
      const prompt = prompts.get(name)
      if (!prompt) throw new ProtocolError(INVALID_PARAMS, `Unknown prompt: ${shown(name)}`)
      return await invokeOrFail(prompt, call, name, params.arguments, 'prompts/get', params)
    },
    'completion/complete': (params, call) => complete(params, call, kit.deps(), prompts, templates),
  }

  async function invoke(
    target: Composed,
    call: Call,
    name: string,
    input: unknown,
    method: string,
    params: Params,
  ) {
    const bound = { method, name, args: input ?? null }
    const answers =
      params.requestState === undefined ? NO_ANSWERS : await kit.requestState.answers(params, call, bound)
    try {
      return await target.next(newInvocation(target.item, call, name, input, answers))
    } catch (error) {
      if (error instanceof InputRequired) return kit.requestState.inputRequired(error, call, bound)
      throw error
    }
  }

  async function invokeOrFail(...args: Parameters<typeof invoke>): Promise<Result> {
    try {
      return await invoke(...args)
    } catch (error) {
      throw protocolFailure(error, args[1], kit.logger)
    }
  }

  function withPipeline<C extends { item: Item }>(compiled: C): C & { next: Next } {
    return { ...compiled, next: compose(compiled.item, kit) }
  }

  return {
    info: { name: server.domain.name, version },
    instructions: server.instructions,
    capabilities: CAPABILITIES,
    paramHeaders: (tool) => tools.get(tool)?.paramHeaders,
    handle: (method, params, call) =>
      method === 'server/discover' ? unreachable(method) : methods[method](params, call),
  }
}

type Handler = (params: Params, call: Call) => Promise<Result | Rendered> | Result | Rendered
interface Composed {
  readonly item: Item
  readonly next: Next
}

function newInvocation(
  item: Item,
  call: Call,
  target: string,
  input: unknown,
  answers: Readonly<Record<string, unknown>>,
): Invocation {
  return {
    call,
    item,
    target,
    input,
    answers,
    caller: call.cancellation,
    cancellation: new Cancellation(),
    deadline: { pause() {}, resume() {} },
    operation: undefined,
    refusedBy: undefined,
  }
}

/** Deterministic whatever order the definitions came in, so that clients' prompt caches keep. */
function byName(items: ReadonlyMap<string, { listed: Record<string, unknown> }>): Record<string, unknown>[] {
  return [...items.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { listed }]) => listed)
}

function text(params: Params, key: string): string {
  const value = params[key]
  if (typeof value !== 'string') throw new ProtocolError(INVALID_PARAMS, `params.${key} must be a string`)
  return value
}

function shown(name: string): string {
  return name.slice(0, 100).replace(/\p{C}/gu, '?')
}

function unreachable(method: string): never {
  throw new TypeError(`${method} is answered by the edge`)
}
