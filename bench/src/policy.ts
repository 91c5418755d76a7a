import { type Caller, type Effect, type Policy, readPolicy, Target } from '@atoll/policy'
import Table from 'cli-table3'

const RULES = [20, 100]
const TOOLS = 500
const SHARE_READING_ARGUMENTS = 4
const ROUNDS = 9

/** What a decision costs: worked out for the first time, from memory, and where arguments decide. */
export async function benchPolicy(): Promise<void> {
  const table = new Table({
    head: ['one decision, microseconds', 'first of its kind', 'from memory', 'by arguments', 'list of 500'],
    colAligns: ['left', 'right', 'right', 'right', 'right'],
    style: { head: [], border: [] },
  })
  for (const count of RULES) {
    const policy = readPolicy(policyOf(count), 'policy.yaml')
    const first = timeOf(2_000, (round) => policy.decide(personOf(round), tools[round % TOOLS] as Target, {}))
    const alice = personOf(-1)
    const plain = tools[1] as Target
    const byArguments = tools[0] as Target
    table.push([
      `${count} rules, one in ${SHARE_READING_ARGUMENTS} reads arguments`,
      micros(first),
      micros(timeOf(500_000, () => policy.decide(alice, plain, ARGS))),
      micros(timeOf(100_000, () => policy.decide(alice, byArguments, ARGS))),
      micros(timeOf(2_000, () => listed(policy, alice))),
    ])
  }
  process.stdout.write(`${table.toString()}\n  The goal is less than 20 us a decision.\n`)
}

const ARGS = { amount: 12, id: '17', text: 'nothing of interest' }
const EFFECTS: readonly Effect[] = ['read', 'write', 'destroy']

const tools = Array.from({ length: TOOLS }, (_, index) => {
  const server = `server${index % 20}`
  const effect = EFFECTS[index % EFFECTS.length] ?? 'read'
  return new Target({ kind: 'tool', server, name: `${server}__tool_${index}`, effect, data: 'internal' })
})

function policyOf(count: number): string {
  const rules = Array.from({ length: count }, (_, index) => {
    const about = `target.server == "server${index % 20}" && "role${index}" in principal.roles`
    if (index % SHARE_READING_ARGUMENTS === 0)
      return `{ name: rule-${index}, deny: 'target.server == "server${index % 20}" && args.amount > ${100 + index}' }`
    return `{ name: rule-${index}, ${index % 2 ? 'allow' : 'deny'}: '${about}' }`
  })
  return `version: 1\nrules:\n${rules.map((rule) => `  - ${rule}`).join('\n')}\n`
}

/** Somebody whom no decision was made for before. */
function personOf(number: number): Caller {
  return {
    ...{ subject: `person ${number}`, tenant: 'acme', clientId: 'bench', issuer: 'https://id.test' },
    roles: new Set(['employee', `team${number}`]),
    scopes: new Set(['orders:read', 'orders:write', 'hr:read']),
  }
}

function listed(policy: Policy, caller: Caller): number {
  return tools.filter((tool) => policy.foresee(caller, tool).allowed).length
}

let round = 0

/** Microseconds of this thread for one run, whoever else is busy: the median of some rounds, after one to warm up. */
function timeOf(runs: number, run: (round: number) => unknown): number {
  const times = Array.from({ length: ROUNDS + 1 }, () => {
    const start = process.threadCpuUsage()
    for (let index = 0; index < runs; index++) run(round++)
    const { user, system } = process.threadCpuUsage(start)
    return (user + system) / runs
  })
  return times.slice(1).sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
}

function micros(time: number): string {
  return time.toFixed(time < 10 ? 2 : 0)
}
