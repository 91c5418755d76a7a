import type { Principal } from '@atoll/auth'
import type { z } from 'zod'
import { checkApp, checkPrompt, checkResource, checkSkill, checkTool } from './check.ts'
import type { Domain, DomainOptions, ScopeOf } from './domain.ts'
import type { Limits } from './tool.ts'

const DEFAULT_LIMITS: Required<Limits> = { timeout: '10s', rate: '600/min' }

const WORDS = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** Declare a domain. Throws a TypeError when the name or the scope prefix is not lower-case words joined by hyphens. */
export function defineDomain<
  const Name extends string,
  const Scopes extends Readonly<Record<string, string>>,
  Config extends z.ZodObject,
  Deps,
  const Prefix extends string = Name,
  Audience extends z.ZodType = z.ZodNever,
>(
  options: DomainOptions<Name, Scopes, Config, Deps, Prefix, Audience>,
): Domain<Name, ScopeOf<Prefix, Scopes>, Config, Deps, z.input<Audience>> {
  const { name } = options
  // Without one, Prefix is inferred to be Name.
  const prefix = options.scopePrefix ?? (name as string as Prefix)
  if (!WORDS.test(name) || name.length > 14) {
    throw new TypeError(
      `Domain name "${name}" must be at most 14 characters: lower-case words joined by hyphens`,
    )
  }
  if (!WORDS.test(prefix)) {
    throw new TypeError(`Scope prefix "${prefix}" must be lower-case words joined by hyphens`)
  }
  const scopes = Object.fromEntries(
    Object.entries(options.scopes).map(([action, text]) => [`${prefix}:${action}`, text]),
  )
  const data = options.data ?? 'internal'
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  return {
    name,
    // The keys are exactly `${prefix}:${action}`, which is what ScopeOf says.
    scopes: scopes as Record<ScopeOf<Prefix, Scopes>, string>,
    config: options.config,
    data,
    limits,
    connect: options.connect,
    ...(options.tasks && { tasks: options.tasks }),
    admits: admission(options),
    defineTool: (tool) => {
      const defined = {
        ...tool,
        kind: 'tool',
        domain: name,
        data: tool.data ?? data,
        limits: { ...limits, ...tool.limits },
      } as const
      return checkTool(defined, options.tasks !== undefined)
    },
    defineResource: (resource) => {
      const merged = { data: resource.data ?? data, limits: { ...limits, ...resource.limits } }
      return checkResource({ ...resource, ...merged, kind: 'resource', domain: name })
    },
    definePrompt: (prompt) => checkPrompt({ ...prompt, kind: 'prompt', domain: name }),
    defineSkill: (skill) => checkSkill({ ...skill, kind: 'skill', domain: name }),
    defineApp: (app) =>
      checkApp({ prefersBorder: true, ...app, kind: 'app', domain: name, uri: `ui://${name}/${app.name}` }),
  }
}

function admission({
  audience,
  admits,
}: {
  audience?: z.ZodType | undefined
  admits?: ((principal: Principal, audience: never) => boolean) | undefined
}): Domain<string, string, z.ZodObject, unknown>['admits'] {
  if (!audience || !admits) return () => false
  return (principal, given) => {
    const parsed = audience.safeParse(given)
    // The schema's output is what `admits` takes, by DomainOptions.
    return parsed.success && admits(principal, parsed.data as never)
  }
}
