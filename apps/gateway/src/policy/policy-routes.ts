import { InvalidError, NotFoundError } from '@atoll/errors'
import type { Caller, Policy, Target } from '@atoll/policy'
import { z } from 'zod'
import type { Entry } from '../entry.ts'
import type { Fleet } from '../fleet.ts'
import type { WatchedFile } from '../watched-file.ts'
import type { AddAdminRoute } from './admin-access.ts'
import type { Admission } from './admission.ts'
import { argumentsOfListed } from './arguments-of.ts'
import { targetOf } from './target-of.ts'

export interface PolicyRouteOptions {
  readonly fleet: Fleet
  readonly admission: Admission
  readonly file: WatchedFile<Policy> | undefined
}

const Texts = z.array(z.string().max(255)).max(500).default([])

const Question = z.strictObject({
  principal: z.strictObject({
    subject: z.string(),
    tenant: z.string(),
    roles: Texts,
    scopes: Texts,
    client: z.string().default('development'),
    issuer: z.string().default('development'),
    actor: z.string().optional(),
  }),
  /** As it is called at the gateway: a tool, a prompt, a resource or a template. */
  target: z.string(),
  /** Without, the answer is whether lists show it. */
  args: z.record(z.string(), z.unknown()).optional(),
})

/** `GET /admin/policy` shows the rules in force, `POST /admin/policy/explain` what they say to somebody about something. */
export function addPolicyRoutes(add: AddAdminRoute, { fleet, admission, file }: PolicyRouteOptions): void {
  add('GET', '/admin/policy', () => {
    if (!file) return { policy: null }
    const { content: policy, loadedAt, problem } = file
    const { version, defaults, rules } = policy
    return {
      policy: { version, loadedAt: new Date(loadedAt).toISOString(), defaults, rules: rules.map(ruleView) },
      ...(problem && { problem: problem.message }),
    }
  })

  add('POST', '/admin/policy/explain', ({ body }) => {
    const { principal, target: name, args } = readQuestion(body)
    const entry = entryNamed(name, fleet)
    if (!entry) throw new NotFoundError('tool, prompt or resource', name)
    const { policy, whyDisabled } = disabledAt(admission, entry, principal.tenant)
    const target = targetOf(entry)
    const missingScopes = (entry.scopes ?? []).filter((scope) => !principal.scopes.has(scope))
    return {
      target: viewOf(target),
      policy: policy?.explain(principal, target, args ?? argumentsOfListed(entry)) ?? null,
      ...(whyDisabled && { disabled: { what: whyDisabled.what, reason: whyDisabled.reason } }),
      missingScopes,
    }
  })
}

function ruleView({
  name,
  description,
  kind,
  line,
  when,
}: NonNullable<Admission['view']['policy']>['rules'][0]) {
  return { name, ...(description !== undefined && { description }), kind, when: when.text, line }
}

function disabledAt({ view }: Admission, { server, kind, exposed }: Entry, tenant: string) {
  const tool = kind === 'tools' ? exposed : undefined
  return {
    policy: view.policy,
    whyDisabled: view.whyTenantDisabled(tenant) ?? view.whyDisabled(server, tool),
  }
}

function viewOf({ kind, server, name, effect, data }: Target) {
  return { kind, server, name, effect, data }
}

function entryNamed(name: string, { upstreams }: Fleet): Entry | undefined {
  for (const upstream of upstreams)
    for (const kind of ['tools', 'prompts', 'resources', 'resourceTemplates'] as const) {
      const entry = upstream.shared(kind)?.byExposed.get(name)
      if (entry) return entry
    }
  return undefined
}

function readQuestion(body: unknown): {
  principal: Caller
  target: string
  args: Record<string, unknown> | undefined
} {
  const { data, error } = Question.safeParse(body)
  if (!data) {
    const problems = error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`)
    throw new InvalidError(`A question is { principal, target, args }: ${problems.join('; ')}`)
  }
  const { roles, scopes, client, actor, ...who } = data.principal
  const principal: Caller = {
    ...who,
    clientId: client,
    roles: new Set(roles),
    scopes: new Set(scopes),
    ...(actor !== undefined && { actor }),
  }
  return { principal, target: data.target, args: data.args }
}
