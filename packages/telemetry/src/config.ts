export type Environment = Readonly<Record<string, string | undefined>>

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface TelemetryConfig {
  /** OTLP gRPC endpoint of traces; none means that tracing is off. */
  endpoint: string | undefined
  /** Share of new traces to record, 0 to 1. */
  ratio: number
  /** Whether the caller's sampling decision is followed when it sent one. */
  followParent: boolean
  logLevel: LogLevel
  /** `undefined`: pretty on a terminal, JSON elsewhere. */
  logFormat: 'json' | 'pretty' | undefined
}

/**
 * Read the standard OpenTelemetry variables (OTEL_EXPORTER_OTLP_[TRACES_]ENDPOINT, OTEL_SDK_DISABLED,
 * OTEL_TRACES_EXPORTER, OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG) and LOG_LEVEL, LOG_FORMAT.
 * Throws a TypeError that names the variable and what it may hold.
 */
export function readConfig(env: Environment): TelemetryConfig {
  const off = env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none'
  return {
    endpoint: off ? undefined : env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || env.OTEL_EXPORTER_OTLP_ENDPOINT,
    ...readSampler(env),
    logLevel: oneOf('LOG_LEVEL', env.LOG_LEVEL || 'info', LOG_LEVELS),
    logFormat: env.LOG_FORMAT ? oneOf('LOG_FORMAT', env.LOG_FORMAT, ['json', 'pretty'] as const) : undefined,
  }
}

const SAMPLERS = [
  'parentbased_traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'traceidratio',
  'always_on',
  'always_off',
] as const

function readSampler(env: Environment): Pick<TelemetryConfig, 'ratio' | 'followParent'> {
  const name = oneOf('OTEL_TRACES_SAMPLER', env.OTEL_TRACES_SAMPLER || SAMPLERS[0], SAMPLERS)
  const argument = env.OTEL_TRACES_SAMPLER_ARG || '1'
  const ratio = Number(argument)
  if (!(ratio >= 0 && ratio <= 1)) {
    throw new TypeError(`OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1, not "${argument}"`)
  }
  return {
    ratio: name.endsWith('always_on') ? 1 : name.endsWith('always_off') ? 0 : ratio,
    followParent: name.startsWith('parentbased_'),
  }
}

function oneOf<const T extends string>(variable: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((name) => name === value)
  if (found === undefined) throw new TypeError(`${variable} must be one of ${allowed.join(', ')}`)
  return found
}
