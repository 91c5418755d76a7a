import { type EmbeddingConfig, serviceOf } from './config.ts'
import { createEmbeddedModel } from './embedded-model.ts'
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
