import { z } from 'zod'
import { type Context, printJson, terminalOn } from '../context.ts'
import { knownPerson } from '../fleet/people.ts'
import { askGateway, type GatewayOptions } from '../gateway/ask-gateway.ts'
import { runningFleet } from '../mcp/target.ts'
import { printableLine } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { parseArguments } from './call.ts'

export interface ExplainOptions extends GatewayOptions {
  readonly as: string
  readonly tool: string
  /** JSON; without it the question is whether lists show it. */
  readonly args?: string
  /** Those of the person unless given. */
  readonly tenant?: string
  readonly roles?: string
  readonly scopes?: string
  readonly actor?: string
  readonly json?: boolean
}

const Answer = z.enum(['holds', 'does not hold', 'fails', 'open'])
const Rule = z.object({
  name: z.string(),
  kind: z.enum(['allow', 'deny']),
  line: z.number(),
  answer: Answer,
  conditions: z.array(z.object({ text: z.string(), answer: Answer, failure: z.string().optional() })),
})
const Explained = z.object({
  target: z.object({ kind: z.string(), name: z.string(), effect: z.string(), data: z.string() }),
  policy: z
    .object({
      decision: z.object({ allowed: z.boolean(), rule: z.string(), failed: z.boolean().optional() }),
      rules: z.array(Rule),
    })
    .nullable(),
  disabled: z.object({ what: z.string(), reason: z.string() }).optional(),
  missingScopes: z.array(z.string()),
})
type Explained = z.output<typeof Explained>

/** Say what the running gateway decides for somebody about a tool, prompt or resource, and why. */
export async function explainPolicy(context: Context, options: ExplainOptions): Promise<void> {
  const args = options.args === undefined ? undefined : parseArguments(options.args)
  const principal = await principalOf(context, options)
  const body = { principal, target: options.tool, ...(args && { args }) }
  const explained = await askGateway(context, options, { path: 'policy/explain', body, answer: Explained })
  if (options.json) return printJson(context, explained)
  terminalOn(context).print(shown(explained, options, terminalOn(context)))
}

async function principalOf(context: Context, options: ExplainOptions) {
  const { as: subject, tenant, roles, scopes, actor } = options
  const isDescribed = tenant !== undefined && roles !== undefined
  const person = isDescribed ? undefined : knownPerson(subject)
  const granted = scopes === undefined && options.gateway === undefined ? await scopesHere(context) : []
  return {
    subject,
    tenant: tenant ?? person?.tenant,
    roles: listOf(roles) ?? person?.roles ?? [],
    scopes: listOf(scopes) ?? [...granted, ...(person?.gatewayScopes ?? [])],
    ...(actor !== undefined && { actor }),
  }
}

/** What `atoll token` grants, too: all that the fleet knows. */
async function scopesHere({ settings }: Context): Promise<readonly string[]> {
  return (await runningFleet(settings)).scopes
}

function listOf(text: string | undefined): string[] | undefined {
  return text?.split(/[\s,]+/).filter(Boolean)
}

function shown(
  { target, policy, disabled, missingScopes }: Explained,
  options: ExplainOptions,
  terminal: Terminal,
): string {
  const { colors } = terminal
  const what = `${printableLine(target.name)} (${target.kind}, ${target.effect}, ${printableLine(target.data)})`
  const lines = [`${printableLine(options.as)} asks for ${what}:`, '']
  if (!policy) lines.push('There is no policy: scopes alone decide.')
  else {
    const { allowed, rule, failed } = policy.decision
    const verdict = allowed ? colors.green('allowed') : colors.red('denied')
    const how = failed ? `${rule}, which has no answer and so counts against them` : rule
    const scope = options.args === undefined ? ' with some arguments (--args decides a call)' : ''
    lines.push(`The policy says ${verdict} by ${colors.bold(how)}${allowed ? scope : ''}.`)
  }
  if (missingScopes.length > 0) lines.push(colors.yellow(`They lack the scope ${missingScopes.join(' ')}.`))
  if (disabled)
    lines.push(
      colors.yellow(`It is disabled (${printableLine(disabled.what)}): ${printableLine(disabled.reason)}.`),
    )
  if (policy && policy.rules.length > 0) lines.push('', rulesTable(policy.rules, terminal))
  return lines.join('\n')
}

function rulesTable(rules: readonly z.output<typeof Rule>[], terminal: Terminal): string {
  const rows = rules.flatMap(({ name, kind, line, answer, conditions }) => [
    [name, kind, String(line), marked(answer, terminal), ''],
    ...conditions.map(({ text, answer: each, failure }) => [
      '',
      '',
      '',
      marked(each, terminal),
      `${printableLine(text)}${failure ? ` (${failure})` : ''}`,
    ]),
  ])
  const columns = [
    { title: 'RULE' },
    { title: 'KIND' },
    { title: 'LINE', align: 'right' as const },
    { title: 'ANSWER' },
    { title: 'CONDITION', flexible: true },
  ]
  return table(columns, rows, terminal)
}

function marked(answer: z.output<typeof Answer>, { colors }: Terminal): string {
  if (answer === 'holds') return colors.green(answer)
  return answer === 'fails' ? colors.red(answer) : colors.dim(answer)
}
