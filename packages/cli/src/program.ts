import { Command } from 'commander'
import { addAuditCommands } from './audit-commands.ts'
import type { Context } from './context.ts'
import { EXIT } from './exit-code.ts'

const EXIT_CODES = `
Exit codes:
  ${EXIT.ok}  done
  ${EXIT.failed}  the tool or the command failed
  ${EXIT.usage}  wrong usage: an unknown command, option or name, or input that cannot be read
  ${EXIT.unreachable}  something it needs is not running or cannot be reached
  ${EXIT.forbidden}  not allowed

Environment:
  ATOLL_HOME             keys, data and logs (default: .atoll in the clone)
  ATOLL_TOKEN            token for another gateway (--gateway), with the scope gateway:admin
  ATOLL_POSTGRES_PORT    port of the embedded PostgreSQL (default: 54329)
  ATOLL_PORT_<APP>       port of an app, for example ATOLL_PORT_HR or ATOLL_PORT_KNOWLEDGE_BASE`

const GATEWAY = ['--gateway <url>', 'another gateway, with the token in ATOLL_TOKEN'] as const

const IMPORT_EXAMPLES = `
Examples:
  atoll import orders --tenant northwind --dir ./csv
  atoll import knowledge-base --tenant acme --dir ./handbook --visibility internal`

const SEED_EXAMPLES = `
Examples:
  atoll seed orders --orders 1000000
  atoll seed orders --orders 5000 --tenant demo --seed 7 --replace
  atoll seed hr --employees 30000`

/**
 * The `atoll` command. `finish` gets the exit code of a command that ran. What a command needs is loaded when it
 * runs, so that `help` and `token` stay quick.
 */
export function createProgram(context: Context, finish: (exitCode: number) => void): Command {
  const program = new Command('atoll')
    .description('Run the fleet of MCP servers on this machine, and talk to it.')
    .showHelpAfterError('`atoll help` lists the commands, `atoll help <command>` explains one.')
    .addHelpText('after', EXIT_CODES)
    .option('--debug', 'show what lies behind an error')
    .exitOverride()

  program
    .command('start')
    .description('start PostgreSQL, all servers and the gateway; Ctrl-C stops them')
    .action(async () => (await import('./commands/start.ts')).start(context))

  program
    .command('status')
    .description('show what runs')
    .option('--json', 'for scripts')
    .action(async (options) => finish(await (await import('./commands/status.ts')).status(context, options)))

  program
    .command('tools')
    .description('list the tools that the gateway offers you, or show one with its arguments')
    .argument('[tool]', 'the tool to show in full')
    .option('--server <name>', 'ask this server directly, not through the gateway')
    .option('--json', 'for scripts')
    .action(async (name, options) => (await import('./commands/tools.ts')).tools(context, name, options))

  program
    .command('resources')
    .description('list the resources that the gateway offers you')
    .option('--server <name>', 'ask this server directly, not through the gateway')
    .option('--json', 'for scripts')
    .action(async (options) => (await import('./commands/resources.ts')).resources(context, options))

  program
    .command('call')
    .description('call a tool and show its answer')
    .argument('<tool>', 'its name, as `atoll tools` lists it')
    .argument('[json]', `its arguments as a JSON object; "-" reads them from stdin`)
    .option('--server <name>', 'call this server directly, not through the gateway')
    .option('--timeout <time>', 'how long to wait', '60s')
    .option('--json', 'for scripts')
    .action(async (name, json, options) =>
      finish(await (await import('./commands/call.ts')).call(context, name, json, options)),
    )

  program
    .command('token')
    .description('print a development token')
    .option('--subject <person>', 'whom it is for', 'alice')
    .option('--tenant <tenant>', 'the tenant they belong to (default: theirs, or acme)')
    .option('--scopes <scopes>', 'separated by spaces (default: all that the running fleet knows)')
    .option('--roles <roles>', 'separated by spaces (default: theirs)')
    .option('--ttl <time>', 'how long it lives: 90s, 15m, 12h, 7d', '12h')
    .option('--audience <server>', 'the server it is for: gateway, hr, … or a URL', 'gateway')
    .option('--json', 'for scripts')
    .action(async (options) => (await import('./commands/token.ts')).token(context, options))

  program
    .command('api-key')
    .description('make an API key for a deployed server: prints it once, with the record to keep')
    .requiredOption('--subject <name>', 'whom it acts for')
    .requiredOption('--tenant <tenant>', 'the tenant they belong to')
    .requiredOption('--scopes <scopes>', 'separated by spaces')
    .option('--ttl <time>', 'how long it lives: 12h, 90d (default: until its record is removed)')
    .option('--json', 'for scripts')
    .action(async (options) => (await import('./commands/api-key.ts')).apiKey(context, options))

  const policy = program
    .command('policy')
    .description('the rules of who may do what: check them, test them, explain what they decide')
  policy
    .command('check')
    .description('read a policy and say what is wrong with it')
    .argument('[file]', 'its file (default: infra/policy/policy.yaml of the clone)')
    .option('--json', 'for scripts')
    .action(async (file, options) =>
      (await import('./commands/policy-files.ts')).checkPolicy(context, file, options),
    )
  policy
    .command('test')
    .description('hold a policy against decisions that it must make')
    .argument('[file]', 'their file (default: infra/policy/decisions.yaml of the clone)')
    .option('--json', 'for scripts')
    .action(async (file, options) =>
      finish(await (await import('./commands/policy-files.ts')).testPolicy(context, file, options)),
    )
  policy
    .command('explain')
    .description('say which rule of the running gateway decides for somebody, and why')
    .requiredOption('--as <person>', 'alice, bob, gail or olivia; or anybody with --tenant and --roles')
    .requiredOption('--tool <name>', 'a tool, prompt or resource as the gateway calls it')
    .option('--args <json>', 'the arguments of a call (default: none, as lists see it)')
    .option('--tenant <tenant>', 'instead of theirs')
    .option('--roles <roles>', 'instead of theirs, separated by spaces')
    .option('--scopes <scopes>', 'separated by spaces (default: all that the running fleet knows)')
    .option('--actor <server>', 'a server that acts for them')
    .option(...GATEWAY)
    .option('--json', 'for scripts')
    .action(async (options) => (await import('./commands/policy-explain.ts')).explainPolicy(context, options))

  program
    .command('disable')
    .description('disable something at once, on all replicas of the gateway')
    .argument('<what>', 'a tool (orders__cancel_order), a server (orders) or tenant:<name>')
    .requiredOption('--reason <why>', 'told to those who call it')
    .option(...GATEWAY)
    .option('--json', 'for scripts')
    .action(async (what, options) =>
      (await import('./commands/switches.ts')).setSwitch(context, what, true, options),
    )
  program
    .command('enable')
    .description('enable again what was disabled')
    .argument('<what>', 'as it was disabled')
    .option('--reason <why>', 'kept in the audit')
    .option(...GATEWAY)
    .option('--json', 'for scripts')
    .action(async (what, options) =>
      (await import('./commands/switches.ts')).setSwitch(context, what, false, options),
    )
  program
    .command('disabled')
    .description('show what is disabled, by whom and why')
    .option(...GATEWAY)
    .option('--json', 'for scripts')
    .action(async (options) => (await import('./commands/switches.ts')).disabled(context, options))

  program
    .command('usage')
    .description('show what calls through the gateway cost, by tenant and tool or otherwise')
    .option(
      '--by <columns>',
      'some of month, day, tenant, team, server, tool, separated by commas',
      'tenant,tool',
    )
    .option('--since <day>', 'such as 2026-11-01 (default: the first of this month)')
    .option('--until <day>', 'included (default: today)')
    .option('--tenant <tenant>', 'of this tenant alone')
    .option('--csv', 'for spreadsheets')
    .option(...GATEWAY)
    .option('--json', 'for scripts')
    .action(async (options) => (await import('./commands/usage.ts')).usage(context, options))

  program
    .command('import')
    .description("load a tenant's files into a domain; other options are handed to the domain's own command")
    .argument('<domain>', 'hr, knowledge-base, orders, …')
    .argument('[more...]', "options of the domain's own command, which its README describes: --category …")
    .requiredOption('--tenant <tenant>', 'the tenant that the data belongs to')
    .requiredOption('--dir <folder>', 'the folder that holds the files')
    .allowUnknownOption()
    .addHelpText('after', IMPORT_EXAMPLES)
    .action(async (name, more, options) =>
      finish(await (await import('./commands/import.ts')).importInto(context, name, options, more)),
    )

  program
    .command('seed')
    .description("fill a tenant with as much generated data as wanted, by the domain's own command")
    .argument('<domain>', 'hr, knowledge-base, orders, …')
    .argument(
      '<how-much...>',
      "options of the domain's own command, which its README describes: --orders 10000",
    )
    .allowUnknownOption()
    .addHelpText('after', SEED_EXAMPLES)
    .action(async (name, howMuch) =>
      finish(await (await import('./commands/seed.ts')).seedInto(context, name, howMuch)),
    )

  addAuditCommands(program, context, finish)

  program
    .command('stdio')
    .description('serve one domain over stdin and stdout, for a host on this machine')
    .argument('<domain>', 'hr, orders, …')
    .option('--subject <person>', 'whom it acts for', 'alice')
    .option('--tenant <tenant>', 'the tenant they belong to', 'acme')
    .option('--scopes <scopes>', 'separated by spaces (default: all of the domain)')
    .action(async (name, options) =>
      finish(await (await import('./commands/stdio.ts')).stdio(context, name, options)),
    )

  program
    .command('dev-services', { hidden: true })
    .description('what `turbo dev` runs beside the apps: PostgreSQL, keys and data')
    .action(async () => (await import('./commands/dev-services.ts')).devServices(context))

  program
    .command('dev-server', { hidden: true })
    .description('what `turbo dev` runs in an app: the server, restarted when its source changes')
    .action(async () => finish(await (await import('./commands/dev-server.ts')).devServer(context)))

  return program
}
