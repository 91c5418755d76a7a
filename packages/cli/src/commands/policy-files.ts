import { readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { InvalidError } from '@atoll/errors'
import { type GoldenResult, type Policy, readGolden, readPolicy, runGolden } from '@atoll/policy'
import { type Context, printJson, terminalOn } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { policyFolder } from '../fleet/policy-folder.ts'
import { printableLine } from '../terminal/printable.ts'
import { table } from '../terminal/table.ts'

interface Options {
  readonly json?: boolean
}

/** Read a policy and say whether it is right. Throws InvalidError that names each problem. */
export async function checkPolicy(
  context: Context,
  file: string | undefined,
  options: Options,
): Promise<void> {
  const path = pathOf(context, file, 'policy.yaml')
  const { version, rules } = await policyAt(context, path)
  if (options.json) printJson(context, { file: path, version, rules: rules.length })
  else
    terminalOn(context).print(`${shown(context, path)} is right: ${rules.length} rules, version ${version}.`)
}

/** Hold a policy against golden decisions and show each; fails when one comes out otherwise. */
export async function testPolicy(
  context: Context,
  file: string | undefined,
  options: Options,
): Promise<ExitCode> {
  const path = pathOf(context, file, 'decisions.yaml')
  const golden = readGolden(await textOf(context, path), shown(context, path))
  const policy = await policyAt(context, resolve(dirname(path), golden.policy))
  const results = runGolden(golden, policy)
  const wrong = results.filter(({ isRight }) => !isRight)
  if (options.json) printJson(context, results.map(forScripts))
  else {
    const terminal = terminalOn(context)
    terminal.print(tableOf(results, context))
    const count = `${results.length - wrong.length} of ${results.length} decisions are as expected`
    terminal.print(`\n${count}, with version ${policy.version} of ${golden.policy}.`)
  }
  return wrong.length === 0 ? EXIT.ok : EXIT.failed
}

function tableOf(results: readonly GoldenResult[], context: Context): string {
  const terminal = terminalOn(context)
  const { colors } = terminal
  const rows = results.map((each) => [
    each.isRight ? colors.green('✔') : colors.red('✖'),
    String(each.line),
    printableLine(each.as),
    printableLine(each.target.name),
    each.args ? printableLine(JSON.stringify(each.args)) : '',
    each.isRight ? each.found : colors.red(`${each.found} by ${each.by}, not ${expectedOf(each)}`),
    each.isRight ? each.by : '',
  ])
  const columns = [
    { title: '' },
    { title: 'LINE', align: 'right' as const },
    { title: 'AS' },
    { title: 'TARGET' },
    { title: 'ARGUMENTS', flexible: true },
    { title: 'DECISION' },
    { title: 'RULE' },
  ]
  return table(columns, rows, terminal)
}

function expectedOf({ expect, rule }: GoldenResult): string {
  return rule === undefined ? expect : `${expect} by ${rule}`
}

function forScripts({ line, as, target, args, expect, rule, found, by, isRight }: GoldenResult) {
  return { line, as, target: target.name, args, expect, rule, found, by, isRight }
}

async function policyAt(context: Context, path: string): Promise<Policy> {
  return readPolicy(await textOf(context, path), shown(context, path))
}

function pathOf({ settings }: Context, file: string | undefined, name: string): string {
  return file === undefined ? join(policyFolder(settings), name) : resolve(settings.cwd, file)
}

async function textOf(context: Context, path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause) => {
    throw new InvalidError(`${shown(context, path)} cannot be read; name a file that can.`, { cause })
  })
}

function shown({ settings }: Context, path: string): string {
  const near = relative(settings.cwd, path)
  return near.startsWith('..') ? path : near
}
