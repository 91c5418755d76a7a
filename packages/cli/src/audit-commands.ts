import type { Command } from 'commander'
import type { Context } from './context.ts'

const EXAMPLES = `
Examples:
  atoll audit verify
  atoll audit verify /var/log/atoll --key https://mcp.example.com/.well-known/jwks.json
  atoll audit search --subject alice --tool orders__cancel_order --since 7d
  atoll audit search --outcome refused --since 2026-11-21T08:00Z --json`

/** What may be asked of the records of who called what. */
export function addAuditCommands(
  program: Command,
  context: Context,
  finish: (exitCode: number) => void,
): void {
  const audit = program
    .command('audit')
    .description('verify and search the records of who called what')
    .addHelpText('after', EXAMPLES)

  audit
    .command('verify')
    .description(
      'find any record that was changed, removed, moved, put in between or cut off; code 1 when one was',
    )
    .argument('[path]', 'a folder of audit files, or one file (default: that of the local fleet)')
    .option('--key <key>', 'who may have signed: a file (PEM, JWK, JWK Set) or the URL of a JWK Set')
    .option('--checkpoints <file>', 'signed checkpoints that were kept elsewhere')
    .option('--json', 'for scripts')
    .action(async (path, options) =>
      finish(await (await import('./commands/audit-verify.ts')).auditVerify(context, path, options)),
    )

  audit
    .command('search')
    .description('show who called what, newest first; code 1 when nothing was found')
    .option('--subject <person>', 'who called')
    .option('--tenant <tenant>', 'whose data it was about')
    .option('--tool <name>', 'the tool, resource or prompt')
    .option('--outcome <outcome>', 'ok, error, tool_error, refused, timeout, cancelled, …')
    .option('--since <time>', 'from then on: 2h, 7d, or a date and time')
    .option('--until <time>', 'before then')
    .option('--limit <count>', 'how many at most', '50')
    .option('--dir <folder>', 'a folder of audit files (default: that of the local fleet)')
    .option('--database <url>', 'a PostgreSQL, as a role that may read')
    .option('--json', 'one entry a line, for scripts')
    .action(async (options) =>
      finish(await (await import('./commands/audit-search.ts')).auditSearch(context, options)),
    )

  audit
    .command('migrate')
    .description('make the tables of the audit in a PostgreSQL, or bring them up to date')
    .requiredOption('--database <url>', 'the database, as the role that owns the tables')
    .requiredOption('--writer <role>', 'the role of AUDIT_DATABASE_URL: it may add records, and nothing else')
    .option('--reader <role>', 'a role that may read them')
    .action(async (options) => (await import('./commands/audit-migrate.ts')).auditMigrate(context, options))
}
