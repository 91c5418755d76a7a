import { availableParallelism } from 'node:os'
import { type Environment, parseEnvironment } from '@atoll/server-kit'
import type { VectorKind } from '../vectors/vector-expression.ts'
import { EmbeddingConfig, serviceOf } from './config.ts'
import { createEmbeddedModel, EMBEDDED } from './embedded-model.ts'
import type { Embedder } from './embedder.ts'
import { createEndpointModel } from './endpoint-model.ts'
import { shareWork } from './share-work.ts'

/** Each holds the weights for itself, some 110 MB. */
const MOST_WORKERS = 4

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

/** For a command, which has the environment alone and many texts at once: uses all cores. Throws ConfigError. */
export function embedderOf(env: Environment): Embedder {
  const config = parseEnvironment(EmbeddingConfig, env)
  if (serviceOf(config)) return createEmbedder(config)
  const others = Math.min(MOST_WORKERS, availableParallelism()) - 1
  const one = () => createEmbeddedModel({ threads: 1 })
  return shareWork([one(), ...Array.from({ length: others }, one)])
}

/** What the vectors of the configured model are, without loading it. Throws ConfigError. */
export function embeddingKind(env: Environment): VectorKind {
  return serviceOf(parseEnvironment(EmbeddingConfig, env)) ?? EMBEDDED
}
