import { z } from 'zod'
import { type Caller, Target } from './facts.ts'
import type { Policy } from './policy.ts'
import { readYaml } from './yaml-file.ts'

const Texts = z.array(z.string()).default([])

const Person = z.strictObject({
  tenant: z.string().default('acme'),
  roles: Texts,
  scopes: Texts,
  client: z.string().default('development'),
  issuer: z.string().default('development'),
  actor: z.string().optional(),
})

const Described = z.strictObject({
  kind: z.enum(['tool', 'prompt', 'resource'], 'must be tool, prompt or resource').default('tool'),
  /** Read from the name unless given. */
  server: z.string().optional(),
  effect: z.enum(['read', 'write', 'destroy'], 'must be read, write or destroy'),
  data: z.string().default('unknown'),
})

const Expected = z.strictObject({
  as: z.string('is missing: name one of the people'),
  target: z.string('is missing: name one of the targets'),
  /** Of the call; without any it is asked whether it is listed. */
  args: z.record(z.string(), z.unknown()).optional(),
  expect: z.enum(['allow', 'deny'], 'must be allow or deny'),
  /** The rule that must have decided. */
  rule: z.string().optional(),
})

const GoldenFile = z
  .strictObject({
    /** The policy's file, seen from this one. */
    policy: z.string().default('policy.yaml'),
    people: z.record(z.string(), Person),
    targets: z.record(z.string(), Described),
    decisions: z.array(Expected).min(1, 'must have at least one decision'),
  })
  .superRefine(({ people, targets, decisions }, { addIssue }) => {
    for (const [index, { as, target }] of decisions.entries()) {
      const missing = (key: string, among: string) =>
        addIssue({ code: 'custom', path: ['decisions', index, key], message: `is none of the ${among}` })
      if (!Object.hasOwn(people, as)) missing('as', 'people')
      if (!Object.hasOwn(targets, target)) missing('target', 'targets')
    }
  })

/** Decisions that a policy must make: people, what they ask for, and what comes of it. */
export interface Golden {
  readonly policy: string
  readonly decisions: readonly GoldenDecision[]
}

export interface GoldenDecision {
  readonly line: number
  readonly as: string
  readonly caller: Caller
  readonly target: Target
  readonly args: Readonly<Record<string, unknown>> | undefined
  readonly expect: 'allow' | 'deny'
  readonly rule: string | undefined
}

export interface GoldenResult extends GoldenDecision {
  readonly found: 'allow' | 'deny'
  readonly by: string
  readonly isRight: boolean
}

/** Throws InvalidError that names each problem with its line. */
export function readGolden(text: string, file: string): Golden {
  const { data, lineOf } = readYaml(text, file, GoldenFile, ([root, index]) =>
    typeof index === 'number' ? `${String(root)} ${index + 1}` : undefined,
  )
  const callers = new Map(Object.entries(data.people).map(([name, person]) => [name, callerOf(name, person)]))
  const targets = new Map(
    Object.entries(data.targets).map(([name, { server = serverOf(name), ...facts }]) => [
      name,
      new Target({ ...facts, server, name }),
    ]),
  )
  const decisions = data.decisions.flatMap(({ as, target: name, args, expect, rule }, index) => {
    const [caller, target] = [callers.get(as), targets.get(name)]
    if (!caller || !target) return []
    return [{ line: lineOf(['decisions', index]), as, caller, target, args, expect, rule }]
  })
  return { policy: data.policy, decisions }
}

/** What the policy decides of each, beside what was expected. */
export function runGolden({ decisions }: Golden, policy: Policy): GoldenResult[] {
  return decisions.map((each) => {
    const { caller, target, args, expect, rule } = each
    const made = args ? policy.decide(caller, target, args) : policy.foresee(caller, target)
    const found = made.allowed ? 'allow' : 'deny'
    const isRight = found === expect && (rule === undefined || rule === made.rule)
    return { ...each, found, by: made.rule, isRight }
  })
}

function callerOf(subject: string, { client, actor, ...person }: z.output<typeof Person>): Caller {
  return {
    ...{ subject, tenant: person.tenant, clientId: client, issuer: person.issuer },
    roles: new Set(person.roles),
    scopes: new Set(person.scopes),
    ...(actor !== undefined && { actor }),
  }
}

/** The server in a name at the gateway: `orders__cancel_order`, `hr+employee://{id}`. */
function serverOf(name: string): string {
  return /^([a-z0-9]+(?:-[a-z0-9]+)*)(?:__|--|\+)/.exec(name)?.[1] ?? ''
}
