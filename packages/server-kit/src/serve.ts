import { type Audit, AuditConfig, openAudit } from '@atoll/audit'
import { createAuthenticator, parseAuthEnvironment } from '@atoll/auth'
import { AppError } from '@atoll/errors'
import { createTelemetry, type Telemetry } from '@atoll/telemetry'
import type { ServerDefinition } from './define/define-server.ts'
import { createAuditSubscription } from './edge/audit-subscription.ts'
import { recorded } from './edge/recorded.ts'
import { createAuditRefusal } from './edge/refusals.ts'
import { createRenderer } from './edge/render.ts'
import { serveOverStdio } from './edge/stdio.ts'
import { ConfigError, type Environment, HostConfig, parseEnvironment } from './host/config.ts'
import { createHost } from './host/create-host.ts'
import { delegationOf } from './host/delegation.ts'
import { runUntilSignal } from './host/lifecycle.ts'
import { registrationOf } from './host/registration.ts'
import { requestId } from './host/request-id.ts'
import { createRuntime, type Runtime } from './host/runtime.ts'
import { stdioPrincipal } from './host/stdio-principal.ts'

const SESSION_LIMITS = { max: 1000, idle: 30 * 60_000 }

/**
 * Run a server as the process says: `main` serves HTTP, `main stdio` one local host, `main <command>` a job of
 * the domain. Sets the exit code; never rejects.
 */
export async function serve(server: ServerDefinition): Promise<void> {
  const [mode, ...args] = process.argv.slice(2)
  try {
    if (mode === undefined || mode === 'http') await serveHttp(server, process.env)
    else if (mode === 'stdio') await serveStdio(server, process.env)
    else await runCommand(server, mode, args, process.env)
  } catch (error) {
    process.stderr.write(`${server.domain.name}: ${explain(error)}\n`)
    process.exitCode = error instanceof ConfigError ? 2 : 1
  }
}

async function serveHttp(server: ServerDefinition, env: Environment): Promise<void> {
  const config = parseEnvironment(HostConfig, env)
  const path = config.PUBLIC_URL === undefined ? '/mcp' : new URL(config.PUBLIC_URL).pathname
  const telemetry = createTelemetry({ service: server.domain.name, version: server.version, env })
  const { runtime, audit } = prepare(server, config, env, telemetry)
  const authenticator = createAuthenticator({
    ...parseAuthEnvironment({ ...env, PORT: String(config.PORT) }),
    onError: (error) => telemetry.logger.warn({ err: error }, 'Keys of an issuer could not be read'),
    scopesSupported: Object.keys(server.domain.scopes),
  })
  runtime.health.add('identity', () => authenticator.probe())
  warnOfGaps(config, env, telemetry)
  const registration = registrationOf(config, { server: server.domain.name, path, logger: telemetry.logger })
  const app = createHost({
    ...runtime,
    telemetry,
    authenticator,
    path,
    allowedHosts: hostsOf(config),
    allowedOrigins: config.ALLOWED_ORIGINS,
    bodyLimit: config.BODY_LIMIT,
    ...(config.MCP_SESSIONS && { sessions: SESSION_LIMITS }),
  })
  await telemetry.ready()
  await runUntilSignal({
    app,
    config,
    health: runtime.health,
    logger: telemetry.logger,
    async start() {
      await audit.start()
      await runtime.start()
      registration?.start()
    },
    leave: async () => registration?.leave(),
    async close() {
      authenticator.close()
      registration?.close()
      await runtime.close()
      await telemetry.shutdown()
    },
  })
}

async function serveStdio(server: ServerDefinition, env: Environment): Promise<void> {
  const config = parseEnvironment(HostConfig, env)
  const principal = stdioPrincipal(server, env)
  const { name } = server.domain
  // Standard output belongs to the protocol.
  const telemetry = createTelemetry({ service: name, version: server.version, env, output: 2 })
  const { runtime, audit } = prepare(server, config, env, telemetry)
  await audit.start()
  await runtime.start()
  const { service, bus } = runtime
  const onError = (error: Error) => telemetry.logger.warn({ err: error }, 'stdio')
  const newId = () => requestId({ headers: {} })
  const handle = serveOverStdio(
    recorded(service, runtime.audit),
    createRenderer(service.info),
    bus,
    principal,
    newId,
    onError,
    {
      auditSubscription: createAuditSubscription(runtime.audit, service.info.name),
      auditRefusal: createAuditRefusal(runtime.audit, service.info.name),
    },
  )
  await new Promise<void>((resolve) => {
    process.stdin.once('close', resolve)
    process.stdin.once('end', resolve)
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  await handle.close()
  await runtime.close()
  await telemetry.shutdown()
  process.stdin.destroy()
}

async function runCommand(
  server: ServerDefinition,
  name: string,
  args: string[],
  env: Environment,
): Promise<void> {
  const command = Object.hasOwn(server.commands, name) ? server.commands[name] : undefined
  if (!command) {
    const known = Object.entries({
      stdio: { summary: 'Serve one local host over stdio' },
      ...server.commands,
    })
    const lines = known.map(([each, { summary }]) => `  ${each.padEnd(12)}${summary}`)
    throw new ConfigError([`There is no command "${name}". Without one, HTTP is served. Commands:`, ...lines])
  }
  const abort = new AbortController()
  const stop = (signal: string) => abort.abort(new Error(`Stopped by ${signal}.`))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    await command.run({ args, env, stdout: process.stdout, stderr: process.stderr, signal: abort.signal })
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

function prepare(
  server: ServerDefinition,
  config: HostConfig,
  env: Environment,
  telemetry: Telemetry,
): { runtime: Runtime; audit: Audit } {
  const domainConfig = parseEnvironment(server.domain.config, env)
  const auditConfig = parseEnvironment(AuditConfig, env)
  const { name } = server.domain
  const audit = openAudit({ config: auditConfig, name, version: server.version, telemetry })
  const runtime = createRuntime(server, {
    config,
    telemetry,
    audit,
    exchange: delegationOf(config),
    connect: (context) => server.domain.connect(domainConfig, context),
  })
  if (auditConfig.AUDIT_DIR !== undefined)
    runtime.health.add('audit', () => audit.probe(), { optional: !audit.isRequired })
  return { runtime, audit }
}

/** What works on one machine and surprises on several. */
function warnOfGaps(config: HostConfig, env: Environment, { logger }: Telemetry): void {
  if (config.NODE_ENV === 'production' && config.STATE_SECRET === undefined) {
    logger.warn(
      'STATE_SECRET is not set: questions to people and cursors only work on the replica that made them',
    )
  }
  if (!env.AUTH_ISSUERS && !env.MCP_BEARER_TOKEN && !env.MCP_API_KEYS_FILE) {
    logger.warn('No AUTH_ISSUERS, MCP_BEARER_TOKEN or MCP_API_KEYS_FILE is set: every caller is refused')
  }
}

function hostsOf({ PUBLIC_URL, ALLOWED_HOSTS }: HostConfig): string[] {
  return PUBLIC_URL === undefined ? ALLOWED_HOSTS : [new URL(PUBLIC_URL).hostname, ...ALLOWED_HOSTS]
}

function explain(error: unknown): string {
  if (error instanceof AppError || error instanceof ConfigError) return error.message
  if (!(error instanceof Error)) return String(error)
  return process.env.LOG_LEVEL === 'debug' ? (error.stack ?? error.message) : error.message
}
