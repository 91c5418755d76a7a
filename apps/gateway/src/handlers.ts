import type { Result } from '@atoll/client'
import { type Call, followsTasks, missingTasks, type Params, type TaskMethod } from '@atoll/server-kit'
import type { ActiveOperation, AuditLog, Telemetry } from '@atoll/telemetry'
import { carryQuestions } from './asking/carry-questions.ts'
import type { HeldCalls, Send } from './asking/held-calls.ts'
import { type Asked, asked, audited } from './audit.ts'
import { cacheable, isAnswered } from './cacheable.ts'
import { endOf } from './call-time.ts'
import { asProtocolError, asToolResult } from './failure.ts'
import { routeOfName, routeOfReference, routeOfTask, routeOfUri, textOf } from './find-route.ts'
import type { Fleet, Route } from './fleet.ts'
import { wrapOutput } from './legacy-tool.ts'
import type { Limits } from './limits/limits.ts'
import type { CallerRoom } from './load/caller-room.ts'
import { observed } from './observe.ts'
import type { Admission } from './policy/admission.ts'
import type { Outgoing, Released } from './protection/outgoing.ts'
import { relay } from './relay.ts'
import { adoptResult, exposeAll, exposeContents, exposeSkill } from './server-result.ts'
import { shownOf } from './shown-of.ts'
import { shownValues } from './shown-values.ts'
import type { TaskIds } from './task-ids.ts'
import { wellFormed } from './well-formed.ts'

export interface HandlerOptions {
  readonly fleet: Fleet
  readonly limits: Limits
  readonly room: CallerRoom
  readonly telemetry: Telemetry
  readonly audit: AuditLog
  readonly held: HeldCalls
  readonly taskIds: TaskIds
  readonly admission: Admission
  readonly outgoing: Outgoing
}

type Handler = (params: Params, call: Call) => Promise<Released>

export function callTool(options: HandlerOptions): Handler {
  return async (params, call) => {
    try {
      const asking = asked('tool', params.name)
      const released = await admitted(asking, call, options, async (about) => {
        const name = textOf(params, 'name')
        const route = await routeOfName('tools', name, options.fleet, call)
        const sending = { method: 'tools/call', name, params, route, about, call }
        const ask = () =>
          sent(sending, options, (send) =>
            carryQuestions(sending, { ...params, name: route.original }, options.held, send),
          )
        const { entry, upstream } = route
        const question = {
          ...{ entry, args: params.arguments, principal: call.principal },
          isAnswered: () => about.isAnswered,
        }
        const result = await (upstream.stale?.answer(question, ask) ?? ask())
        return result.resultType === 'task' ? withItsId(result, name, call, options) : result
      })
      return call.era === 'legacy' ? wrapOutput(released, asking.route?.entry) : released
    } catch (error) {
      return options.outgoing.failure(asToolResult(error, call))
    }
  }
}

export function getPrompt(options: HandlerOptions): Handler {
  return failing((params, call) =>
    admitted(asked('prompt', params.name), call, options, async (about) => {
      const name = textOf(params, 'name')
      const route = await routeOfName('prompts', name, options.fleet, call)
      const sending = { method: 'prompts/get', name, params, route, about, call }
      return sent(sending, options, (send) =>
        carryQuestions(sending, { ...params, name: route.original }, options.held, send),
      )
    }),
  )
}

export function readResource(options: HandlerOptions): Handler {
  return failing((params, call) =>
    admitted(asked('resource', params.uri), call, options, async (about) => {
      const uri = textOf(params, 'uri')
      const route = await routeOfUri(uri, options.fleet, call, shownTo(call, options))
      const sending = { method: 'resources/read', name: undefined, params, route, about, call }
      const result = await sent(sending, options, (send) =>
        carryQuestions(sending, { ...params, uri: route.original }, options.held, send),
      )
      const exposed = uri === route.original ? result : exposeContents(route.upstream.exposure, result)
      return cacheable(exposed, params)
    }),
  )
}

/** `skills/get`, or what a directory holds: for those who may read it. */
export function readSkills(
  method: 'skills/get' | 'resources/directory/read',
  options: HandlerOptions,
): Handler {
  return failing((params, call) =>
    admitted(asked('resource', params.uri), call, options, async (about) => {
      const uri = textOf(params, 'uri')
      const route = await routeOfUri(uri, options.fleet, call, shownTo(call, options))
      const result = await sent({ method, name: undefined, params, route, about, call }, options, (send) =>
        send({ ...params, uri: route.original }),
      )
      const { upstream } = route
      exposeSkill(upstream.exposure, result.skill)
      if (Array.isArray(result.resources))
        result.resources = await shownOf(result.resources, upstream, call, options.admission)
      exposeAll(upstream.exposure, result.resources)
      return cacheable(result, params)
    }),
  )
}

/** `tasks/get`, `tasks/update` or `tasks/cancel` of a task that a tool made. */
export function followTask(method: TaskMethod, options: HandlerOptions): Handler {
  return failing((params, call) =>
    admitted(asked('task', params.taskId), call, options, async (about) => {
      if (!followsTasks(call)) throw missingTasks()
      const { tool, route } = await routeOfTask(textOf(params, 'taskId'), options, call)
      const result = await sent({ method, name: tool, params, route, about, call }, options, (send) =>
        send({ ...params, taskId: route.original }),
      )
      return withItsId(result, tool, call, options)
    }),
  )
}

/** The id of a task becomes the gateway's. What it came to, once it is done, was adopted with the rest. */
function withItsId(result: Result, tool: string, { principal }: Call, { taskIds }: HandlerOptions): Result {
  const { taskId } = result
  if (typeof taskId === 'string') result.taskId = taskIds.seal(principal, { tool, taskId })
  return result
}

export function complete(options: HandlerOptions): Handler {
  return failing((params, call) =>
    admitted(asked('completion', referenceOf(params)), call, options, async (about) => {
      const { route, ref } = await routeOfReference(params.ref, options.fleet, call, shownTo(call, options))
      const sending = { method: 'completion/complete', name: undefined, params, route, about, call }
      const result = await sent(sending, options, (send) => send({ ...params, ref }))
      return ref.type === 'ref/resource' ? shownValues(result, sending, options.admission) : result
    }),
  )
}

/** Counted against the caller's limits, let out by the rules for what leaves, and audited whatever becomes of it. */
function admitted(
  about: Asked,
  call: Call,
  { limits, room, audit, admission, outgoing }: HandlerOptions,
  run: (about: Asked) => Promise<Result>,
): Promise<Released> {
  // The caller's time runs from here on.
  endOf(call)
  const checked = async () => {
    admission.checkTenant(call.principal)
    const result = await room.run(call.principal, () => run(about))
    return outgoing.release(result, about, call)
  }
  return audited(about, call, audit, () => limits.counted(about, call, checked))
}

interface Sending {
  readonly method: string
  /** Exposed name of a known tool or prompt. */
  readonly name: string | undefined
  /** As the caller wrote them. */
  readonly params: Params
  readonly route: Route
  readonly about: Asked
  readonly call: Call
}

/** Relay to the server of the route, observed, and make its result the gateway's own. */
function sent(
  { method, name, params, route, about, call }: Sending,
  { telemetry, admission, outgoing, audit, limits }: HandlerOptions,
  run: (send: Send) => Promise<Result>,
): Promise<Result> {
  const server = route.upstream.name
  const known = route.entry?.exposed ?? name
  about.route = route
  about.server = server
  about.name = about.kind === 'task' ? `${method} ${known}` : known
  about.isCancel = method === 'tasks/cancel'
  about.isAnswered = isAnswered(params)
  const tool = about.kind === 'tool' ? route.entry?.exposed : undefined
  // What runs may always be stopped.
  const place = about.isCancel ? undefined : { tenant: call.principal.tenant, server, tool }
  admission.admit({ method, params, route, about, call })
  outgoing.admit(route, about)
  // A tool that says nothing of itself may do anything.
  audit.admit?.(route.entry?.effect ?? (about.kind === 'tool' ? 'destroy' : 'read'))
  return limits.carried(about, call, route, () =>
    observed({ server, method, name }, call, telemetry, async (operation: ActiveOperation) => {
      about.traceId = operation.traceId
      const clean = (told: Params) => outgoing.notification(told, about, call)
      const result = await run((asked, more) => {
        const { call: its = call, onRequest: ask } = more ?? {}
        const onRequest: typeof ask = async (asks, told) => {
          about.isAnswered = true
          return ask?.(asks, await outgoing.question(told, about, call)) ?? {}
        }
        about.isAnswered ||= isAnswered(asked)
        const callers = its.cancellation
        const mayEnd = () => mayBeCut(method, route) || more?.isWaiting?.() === true
        const answer = admission.underWay.run({ place, callers, mayEnd }, (cancellation) =>
          relay({
            route,
            method,
            params: asked,
            call: its,
            operation,
            clean,
            onRequest: ask && onRequest,
            cancellation,
          }),
        )
        return outgoing.heard(answer, about, call)
      })
      return adoptResult(route.upstream.exposure, wellFormed(method, result, route))
    }),
  )
}

/** What may have acted is let end: its caller has to know how it ended. */
function mayBeCut(method: string, { entry }: Route): boolean {
  return method === 'tools/call' ? entry?.isReadOnly === true : method !== 'tasks/update'
}

function shownTo({ principal }: Call, { admission }: HandlerOptions): (route: Route) => boolean {
  return ({ entry }) => entry === undefined || admission.shows(entry, principal)
}

function referenceOf({ ref }: Params): unknown {
  const { type, name, uri } = (typeof ref === 'object' && ref !== null ? ref : {}) as Record<string, unknown>
  return type === 'ref/resource' ? uri : name
}

function failing(handler: Handler): Handler {
  return async (params, call) => {
    try {
      return await handler(params, call)
    } catch (error) {
      throw asProtocolError(error, call)
    }
  }
}
