import { type Environment, parseEnvironment } from '@atoll/server-kit'
import type { VectorKind } from '../vectors/vector-expression.ts'
import { EmbeddingConfig, serviceOf } from './config.ts'
import { createEmbeddedModel, EMBEDDED } from './embedded-model.ts'
import type { Embedder } from './embedder.ts'
import { createEndpointModel } from './endpoint-model.ts'

export interface ConfiguredEmbedder extends Embedder {
  /** Load what is loaded once, rather than with the first text. Throws UnavailableError. */
  warm(): Promise<void>
  /** Rejects with UnavailableError when the last use failed; costs nothing. */
  probe(signal: AbortSignal): Promise<void>
}

/** The model that the configuration names. Throws ConfigError when it is not told whole. */
export function createEmbedder(config: EmbeddingConfig): ConfiguredEmbedder {
  const service = serviceOf(config)
  if (!service) return createEmbeddedModel()
  const { EMBEDDING_KEY: key, EMBEDDING_SHORTEN: shorten, EMBEDDING_TIMEOUT_MS: timeout } = config
  return { ...createEndpointModel({ ...service, key, shorten, timeout }), warm: async () => {} }
}

/** The same for a command, which has the environment alone. Throws ConfigError. */
export function embedderOf(env: Environment): ConfiguredEmbedder {
  return createEmbedder(parseEnvironment(EmbeddingConfig, env))
}

/** What the vectors of the configured model are, without loading it. Throws ConfigError. */
export function embeddingKind(env: Environment): VectorKind {
  return serviceOf(parseEnvironment(EmbeddingConfig, env)) ?? EMBEDDED
}
