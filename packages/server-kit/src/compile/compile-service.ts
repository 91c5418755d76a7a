import type { Telemetry } from '@atoll/telemetry'
import type { ServerDefinition } from '../define/define-server.ts'
import { APPS_CAPABILITY } from '../edge/app-wire.ts'
import {
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  MISSING_CLIENT_CAPABILITY,
  ProtocolError,
} from '../edge/protocol-error.ts'
import { createAuditRefusal } from '../edge/refusals.ts'
import type { Call, Capabilities, Method, Params, Rendered, Result, Service } from '../edge/service.ts'
import { SKILLS_CAPABILITY } from '../edge/skill-wire.ts'
import {
  followsTasks,
  missingTasks,
  readTaskId,
  TASKS_CAPABILITY,
  type TaskMethod,
  UNKNOWN_TASK,
} from '../edge/task-wire.ts'
import type { Item, Kit } from '../pipeline/invocation.ts'
import { compileApp } from './compile-app.ts'
import { compileCompletion, readReference } from './compile-completion.ts'
import { compileListing } from './compile-listing.ts'
import { compilePrompt } from './compile-prompt.ts'
import { compileResource } from './compile-resource.ts'
import { compileSkills } from './compile-skills.ts'
import { compileTask } from './compile-task.ts'
import { compileTool } from './compile-tool.ts'
import { protocolFailure, toolFailure } from './failure.ts'
import { fromCatalogue } from './from-catalogue.ts'
import { type Asked, type Composed, invoke, withPipeline } from './invoke.ts'
import { renderPages } from './pages.ts'

/** How long clients may keep the lists of a server whose catalogue is fixed at start. */
const LIST_TTL = 300_000

const CAPABILITIES: Capabilities = {
  tools: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  prompts: { listChanged: true },
  completions: {},
  logging: {},
}

type Handler = (params: Params, call: Call) => Promise<Result | Rendered> | Result | Rendered

/** Build everything that can be built once: schemas, lists, the pipeline around every handler. */
export function compileService(server: ServerDefinition, kit: Kit, telemetry: Telemetry): Service {
  const { version } = server
  const { name } = server.domain
  const tools = new Map(
    server.tools.map((tool) => [tool.name, withPipeline(compileTool(tool, version, kit, telemetry), kit)]),
  )
  const skills = compileSkills(server, kit, telemetry)
  const resources = [
    ...server.resources.map((each) => compileResource(each, version, kit, telemetry)),
    ...skills.resources,
    ...server.apps.map((each) => compileApp(each, server.domain.limits, version, kit, telemetry)),
  ].map((each) => withPipeline(each, kit))
  const prompts = new Map(
    server.prompts.map((prompt) => [
      prompt.name,
      withPipeline(compilePrompt(prompt, version, kit, telemetry), kit),
    ]),
  )
  const completions = new Map(
    [...prompts.values(), ...resources].map((each) => [
      each.item.kind === 'prompt' ? `prompt ${each.item.name}` : `template ${each.listed.uriTemplate}`,
      withPipeline(compileCompletion(each, kit, telemetry), kit),
    ]),
  )
  const fixed = resources.filter(({ isTemplate }) => !isTemplate).map(({ listed }) => listed)
  const templates = resources.filter(({ isTemplate }) => isTemplate)
  const tasks = new Map(
    server.tools
      .filter(({ task }) => task)
      .map(({ name }) => [name, compileTasks(tools.get(name)?.item as Item)]),
  )
  const listing = withPipeline(compileListing(server, fixed, templates, kit, telemetry), kit)
  const auditRefusal = createAuditRefusal(kit.audit, name)

  const methods: Record<Exclude<Method, 'server/discover'>, Handler> = {
    'tools/list': fixedList('tools/list', 'tools', byName(tools)),
    'prompts/list': fixedList('prompts/list', 'prompts', byName(prompts)),
    'resources/templates/list': fixedList(
      'resources/templates/list',
      'resourceTemplates',
      templates.map(({ listed }) => listed),
    ),
    'resources/list': templates.some(({ definition }) => definition.list)
      ? (params, call) => {
          const asked = { method: 'resources/list', params, target: name, input: params.cursor }
          return invokeOrFail(listing, call, asked)
        }
      : fixedList('resources/list', 'resources', fixed),
    'tools/call': async (params, call) => {
      const target = text(params, 'name')
      const tool = tools.get(target) ?? unknown(call, 'tool', target, `Unknown tool: ${shown(target)}`)
      try {
        const asked = { method: 'tools/call', params, target, input: params.arguments }
        return await invoke(tool, call, asked, kit)
      } catch (error) {
        return { ...toolFailure(refused(error, call, 'tool', target), call, kit.logger) }
      }
    },
    'resources/read': (params, call) => {
      const target = text(params, 'uri')
      const found =
        findResource(target) ?? unknown(call, 'resource', target, 'Resource not found', { uri: target })
      return invokeOrFail(found.resource, call, {
        method: 'resources/read',
        params,
        target,
        input: found.variables,
      })
    },
    'prompts/get': (params, call) => {
      const target = text(params, 'name')
      const prompt =
        prompts.get(target) ?? unknown(call, 'prompt', target, `Unknown prompt: ${shown(target)}`)
      return invokeOrFail(prompt, call, { method: 'prompts/get', params, target, input: params.arguments })
    },
    'completion/complete': (params, call) => {
      const reference = Object.entries(readReference(params))[0]?.join(' ') ?? ''
      const missing = 'There is no such prompt or resource template'
      const completion = completions.get(reference) ?? unknown(call, 'completion', reference, missing)
      return invokeOrFail(completion, call, {
        method: 'completion/complete',
        params,
        target: reference,
        input: params,
      })
    },
    'tasks/get': (params, call) => taskMethod('tasks/get', params, call),
    'tasks/update': (params, call) => taskMethod('tasks/update', params, call),
    'tasks/cancel': (params, call) => taskMethod('tasks/cancel', params, call),
    ...skills.methods,
  }

  function compileTasks(tool: Item): Record<TaskMethod, Composed> {
    const compiled = compileTask(tool, server.domain.limits, kit, telemetry)
    return {
      'tasks/get': withPipeline(compiled['tasks/get'], kit),
      'tasks/update': withPipeline(compiled['tasks/update'], kit),
      'tasks/cancel': withPipeline(compiled['tasks/cancel'], kit),
    }
  }

  function taskMethod(method: TaskMethod, params: Params, call: Call): Promise<Result> {
    if (tasks.size === 0) throw new ProtocolError(METHOD_NOT_FOUND, 'Method not found')
    const { principal, requestId } = call
    if (!followsTasks(call)) {
      const errorCode = String(MISSING_CLIENT_CAPABILITY)
      auditRefusal({ requestId, principal, kind: 'task', name: method, rule: 'capability', errorCode })
      throw missingTasks()
    }
    const taskId = text(params, 'taskId')
    const named = readTaskId(taskId)
    const found = named && tasks.get(named.tool)
    if (!found) return unknown(call, 'task', taskId, UNKNOWN_TASK)
    return invokeOrFail(found[method], call, { method, params, target: named.id, input: params })
  }

  /** Known from the start, and the same for everybody. */
  function fixedList(method: Method, key: string, items: readonly object[]): Handler {
    const about = { method, kind: 'listing', nameOf: () => method, server: name } as const
    return fromCatalogue({ ...about, audit: kit.audit, telemetry }, renderPages(key, items, LIST_TTL))
  }

  function findResource(uri: string) {
    for (const resource of resources) {
      const variables = resource.match(uri)
      if (variables) return { resource, variables }
    }
    return undefined
  }

  async function invokeOrFail(target: Composed, call: Call, asked: Asked): Promise<Result> {
    try {
      return await invoke(target, call, asked, kit)
    } catch (error) {
      throw protocolFailure(refused(error, call, target.item.kind, asked.target), call, kit.logger)
    }
  }

  /** A state that is not ours is refused before the pipeline, which audits everything else. */
  function refused(error: unknown, call: Call, kind: string, target: string): unknown {
    if (error instanceof ProtocolError && error.data?.reason === 'invalid_request_state') {
      const { principal, requestId } = call
      auditRefusal({ requestId, principal, kind, name: target, rule: 'state', errorCode: String(error.code) })
    }
    return error
  }

  function unknown(
    call: Call,
    kind: string,
    target: string,
    message: string,
    data?: Record<string, unknown>,
  ): never {
    const { principal, requestId } = call
    auditRefusal({
      requestId,
      principal,
      kind,
      name: target,
      rule: 'unknown',
      errorCode: String(INVALID_PARAMS),
    })
    throw new ProtocolError(INVALID_PARAMS, message, data)
  }

  return {
    info: { name, version },
    instructions: server.instructions,
    capabilities: capabilitiesOf(server),
    admits: server.domain.admits,
    tellsOfTasks: tasks.size > 0,
    paramHeaders: (tool) => tools.get(tool)?.paramHeaders,
    scopes(method, params) {
      if (method === 'tools/call') return tools.get(String(params.name))?.item.scopes ?? []
      if (method.startsWith('tasks/')) {
        return tools.get(readTaskId(String(params.taskId))?.tool ?? '')?.item.scopes ?? []
      }
      if (method === 'prompts/get') return prompts.get(String(params.name))?.item.scopes ?? []
      return method === 'resources/read' ? (findResource(String(params.uri))?.resource.item.scopes ?? []) : []
    },
    handle: (method, params, call) =>
      method === 'server/discover' ? unreachable(method) : methods[method](params, call),
  }
}

function capabilitiesOf({ tools, apps, skills }: ServerDefinition): Capabilities {
  const extensions = {
    ...(tools.some(({ task }) => task) && TASKS_CAPABILITY),
    ...(apps.length > 0 && APPS_CAPABILITY),
    ...(skills.length > 0 && SKILLS_CAPABILITY),
  }
  return Object.keys(extensions).length > 0 ? { ...CAPABILITIES, extensions } : CAPABILITIES
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
