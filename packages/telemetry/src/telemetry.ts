import { isatty } from 'node:tty'
import type { SpanExporter } from '@opentelemetry/sdk-trace'
import type { Logger } from 'pino'
import { type Environment, readConfig } from './config.ts'
import { createLogger } from './log/logger.ts'
import { type Output, standardOutput } from './log/output.ts'
import { createMetrics, type Metrics } from './metrics/metrics.ts'
import { KnownOperations } from './trace/known-operations.ts'
import {
  DURATION_LABELS,
  type Operation,
  type OperationOptions,
  type OperationRuntime,
} from './trace/operation.ts'
import { DURATION_BUCKETS, METRIC, prometheusName } from './trace/semantic.ts'

export interface TelemetryOptions {
  service: string
  version: string
  /** See `readConfig` for what is read. Empty means: no tracing, level `info`. */
  env?: Environment
  /** 1 (stdout) or, for servers that speak MCP on stdout, 2 (stderr); or a stream of your own. */
  output?: 1 | 2 | Output
  /** Takes the place of the OTLP exporter. */
  exporter?: SpanExporter
}

export interface Telemetry extends Metrics {
  readonly logger: Logger
  /** Where the log goes; what else writes lines to the same stream must go through it. */
  readonly output: Output
  /** Whether traces are exported. */
  readonly isTracing: boolean
  /** Resolves when tracing is loaded; at once where it is off. Never rejects: without traces a server works. */
  ready(): Promise<void>
  /** Made once per method and tool (or prompt), at start; the same arguments give the same operation. */
  operation(method: string, name?: string, options?: OperationOptions): Operation
  /** Begin a session of a 2025-era or stdio client; call the result when it ends. */
  session(labels: { protocolVersion: string; transport: 'tcp' | 'pipe' }): (errorType?: string) => void
  /** Sends spans and log lines that are waiting, for at most `timeout` ms (default 3000). */
  shutdown(timeout?: number): Promise<void>
}

/** Logs, metrics and traces of one process. Throws a TypeError for an environment it can't read. */
export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { service, version, env = {}, exporter } = options
  const config = readConfig(env)
  const output = typeof options.output === 'object' ? options.output : standardOutput(options.output ?? 1)
  const isTerminal = typeof options.output !== 'object' && isatty(options.output ?? 1)
  const logger = createLogger({
    service,
    version,
    level: config.logLevel,
    output,
    pretty: (config.logFormat ?? (isTerminal ? 'pretty' : 'json')) === 'pretty',
    colour: isTerminal && !env.NO_COLOR,
  })
  const metrics = createMetrics()
  metrics.gauge(
    'atoll_log_writes_dropped',
    'Writes of the log that nobody took in time.',
    () => output.dropped,
  )
  const duration = (name: string, help: string) =>
    metrics.histogram(prometheusName(name, 'seconds'), help, {
      buckets: DURATION_BUCKETS,
      labels: DURATION_LABELS,
    })
  const runtime: OperationRuntime = {
    tracing: undefined,
    isTracing: config.endpoint !== undefined || exporter !== undefined,
    decide: (parent) =>
      parent !== undefined && config.followParent ? parent.isSampled : Math.random() < config.ratio,
    durations: {
      server: duration(METRIC.server, 'How long MCP requests took to answer.'),
      client: duration(METRIC.client, 'How long MCP requests to other servers took.'),
    },
    logger,
  }
  const sessions = duration(METRIC.serverSession, 'How long MCP sessions lasted.')
  const operations = new KnownOperations(runtime)
  const loading = runtime.isTracing ? load() : Promise.resolve()

  async function load(): Promise<void> {
    try {
      const { startTracing } = await import('./trace/sdk.ts')
      const onLost = reportLost(logger, metrics)
      runtime.tracing = startTracing({ service, version, endpoint: config.endpoint ?? '', exporter, onLost })
    } catch (error) {
      logger.error({ err: error }, 'Tracing could not start')
    }
  }

  return {
    ...metrics,
    logger,
    output,
    isTracing: runtime.isTracing,
    ready: () => loading,
    operation(method, name, settings = {}) {
      return operations.of(method, name, settings)
    },
    session({ protocolVersion, transport }) {
      const startedAt = performance.now()
      return (errorType) => {
        const labels = {
          mcp_protocol_version: protocolVersion,
          network_transport: transport,
          error_type: errorType,
        }
        sessions.observe(labels, (performance.now() - startedAt) / 1000)
      }
    },
    async shutdown(timeout = 3000) {
      await loading
      const { tracing } = runtime
      runtime.tracing = undefined
      await within(timeout, tracing?.shutdown())
      await within(timeout, output.flush())
    },
  }
}

/** Counts every span; writes one line a minute, because a collector that is away fails every few seconds. */
function reportLost(logger: Logger, metrics: Metrics): (spans: number, error: Error | undefined) => void {
  const lost = metrics.counter('atoll_spans_lost_total', 'Spans that could not be exported.').with({})
  let reportedAt = Number.NEGATIVE_INFINITY
  return (spans, error) => {
    lost.inc(spans)
    if (performance.now() - reportedAt < 60_000) return
    reportedAt = performance.now()
    logger.warn({ reason: error?.message, spans }, 'Spans could not be exported')
  }
}

async function within(milliseconds: number, work: Promise<void> | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, milliseconds)
  await Promise.race([promise, Promise.resolve(work).catch(() => {})])
  clearTimeout(timer)
}
