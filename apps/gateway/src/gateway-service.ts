import { AppError } from '@atoll/errors'
import {
  APPS_CAPABILITY,
  type Call,
  type Capabilities,
  type Method,
  type Params,
  type Rendered,
  type Service,
  SKILLS_CAPABILITY,
  SKILLS_EXTENSION,
  TASKS_CAPABILITY,
} from '@atoll/server-kit'
import { asked, audited } from './audit.ts'
import { mergedList, placeOf } from './catalogue.ts'
import type { Cursors } from './cursor.ts'
import type { Entry } from './entry.ts'
import { asProtocolError } from './failure.ts'
import {
  callTool,
  complete,
  followTask,
  getPrompt,
  type HandlerOptions,
  readResource,
  readSkills,
} from './handlers.ts'
import { instructionsOf } from './instructions.ts'
import { countUnfit } from './limits/count-unfit.ts'
import { listResources } from './list-resources.ts'
import { canReadDirectories, listSkills } from './list-skills.ts'
import { neededScopes } from './needed-scopes.ts'
import { observedList } from './observe.ts'
import { isAffected } from './policy/list-changes.ts'
import type { Released } from './protection/outgoing.ts'

export interface GatewayServiceOptions extends HandlerOptions {
  readonly info: { name: string; title?: string; version: string }
  readonly cursors: Cursors
  /** Follows what subscribers named at the servers. */
  readonly follow: NonNullable<Service['follow']>
  /** Entries of one page of a list. */
  readonly pageSize?: number
}

/** Whatever servers come and go, the gateway can serve all of this. */
const CAPABILITIES: Capabilities = {
  tools: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  prompts: { listChanged: true },
  completions: {},
  logging: {},
  extensions: { ...TASKS_CAPABILITY, ...APPS_CAPABILITY, [SKILLS_EXTENSION]: {} },
}
const WITH_DIRECTORIES: Capabilities = {
  ...CAPABILITIES,
  extensions: { ...CAPABILITIES.extensions, ...SKILLS_CAPABILITY },
}

const PAGE_SIZE = 1000

/** What the protocol edge serves in front of the fleet: all servers' catalogues as one, every call relayed. */
export function gatewayService(options: GatewayServiceOptions): Service {
  const { fleet, cursors, follow, info, limits, telemetry, audit, admission, outgoing } = options
  const { pageSize = PAGE_SIZE } = options
  const { upstreams } = fleet
  const lists = { upstreams: admission.shown(upstreams), cursors, pageSize }
  const limited =
    (method: Method, list: Handler): Handler =>
    (params, call) =>
      observedList(method, call, telemetry, ({ traceId }) => {
        const about = Object.assign(asked('listing', method), { traceId })
        const listed = async () => {
          await limits.list(about, call)
          admission.checkTenant(call.principal)
          return list(params, call)
        }
        return audited(about, call, audit, listed).catch((error) => {
          // `GET /tools`, which nobody signs in to, is no JSON-RPC and answers HTTP 429.
          throw error instanceof AppError && call.principal.issuer !== ''
            ? asProtocolError(error, call)
            : error
        })
      })
  const methods: Record<Exclude<Method, 'server/discover'>, Handler> = {
    'tools/list': limited('tools/list', (params, { principal }) =>
      mergedList('tools', params, principal, lists),
    ),
    'resources/list': limited('resources/list', (params, call) =>
      listResources(params, call, { ...lists, fleet, admission, outgoing }),
    ),
    'resources/templates/list': limited('resources/templates/list', (params, { principal }) =>
      mergedList('resourceTemplates', params, principal, lists),
    ),
    'prompts/list': limited('prompts/list', (params, { principal }) =>
      mergedList('prompts', params, principal, lists),
    ),
    'tools/call': callTool(options),
    'prompts/get': getPrompt(options),
    'resources/read': readResource(options),
    'completion/complete': complete(options),
    'tasks/get': followTask('tasks/get', options),
    'tasks/update': followTask('tasks/update', options),
    'tasks/cancel': followTask('tasks/cancel', options),
    'skills/list': limited('skills/list', (params, call) => {
      // They come in one page, so that there is no cursor that could be right.
      placeOf('skills/list', params, cursors)
      return listSkills(fleet, call, { admission, outgoing })
    }),
    'skills/get': readSkills('skills/get', options),
    'resources/directory/read': readSkills('resources/directory/read', options),
  }
  return {
    info,
    get capabilities() {
      return canReadDirectories(fleet) ? WITH_DIRECTORIES : CAPABILITIES
    },
    get instructions() {
      return instructionsOf(upstreams)
    },
    follow,
    paramHeaders(tool, principal) {
      // For whom nothing is done, nobody is asked either.
      if (admission.view.whyTenantDisabled(principal.tenant)) return undefined
      const found = fleet.ofName(tool)?.find('tools', tool, principal)
      const headersOf = (entry: Entry | undefined) =>
        entry && entry.headers.length > 0 && admission.shows(entry, principal) ? entry.headers : undefined
      return found instanceof Promise ? found.then(headersOf) : headersOf(found)
    },
    countUnfit: (method, caller) =>
      // What nothing answers counts like a list, as all that goes nowhere.
      countUnfit(
        Object.hasOwn(methods, method) && !method.endsWith('/list') ? 'calls' : 'lists',
        caller,
        limits,
      ),
    scopes: (method, params, principal) => neededScopes(method, params, principal, options),
    admits: isAffected,
    handle(method, params, call) {
      if (method === 'server/discover') throw new TypeError(`${method} is answered by the edge`)
      return methods[method](params, call)
    },
  }
}

/** Lists are made of what servers list; everything else that they say has been let out. */
type Answer = Rendered | Released
type Handler = (params: Params, call: Call) => Answer | Promise<Answer>
