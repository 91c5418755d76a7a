import { ConfigError } from '@atoll/server-kit'
import { z } from 'zod'

/** Which model makes vectors of texts, from the environment: the one that comes with the app, or a service. */
export const EmbeddingConfig = z.object({
  EMBEDDING_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .refine((url) => !URL.parse(url)?.username, 'must not hold a name or password: use EMBEDDING_KEY')
    .optional()
    .describe('Service with the embeddings API of OpenAI, such as https://host/v1; without it the own model'),
  EMBEDDING_MODEL: z.string().optional().describe('What the service calls the model'),
  EMBEDDING_DIMENSIONS: z.coerce.number().int().min(1).max(4096).optional().describe('Length of its vectors'),
  EMBEDDING_SHORTEN: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true')
    .describe('Whether the service is told to shorten its vectors to that length'),
  EMBEDDING_KEY: z.string().optional().describe('Secret that the service asks for'),
  EMBEDDING_TIMEOUT_MS: z.coerce.number().int().min(100).default(10_000).describe('For one request'),
})
export type EmbeddingConfig = z.output<typeof EmbeddingConfig>

export interface Service {
  url: string
  model: string
  dimensions: number
}

/** The service that the configuration names, if any. Throws ConfigError when it is not told whole. */
export function serviceOf(config: EmbeddingConfig): Service | undefined {
  const { EMBEDDING_URL: url, EMBEDDING_MODEL: model, EMBEDDING_DIMENSIONS: dimensions } = config
  if (url === undefined) return undefined
  if (model !== undefined && dimensions !== undefined) return { url, model, dimensions }
  throw new ConfigError([
    ...(model === undefined ? ['EMBEDDING_MODEL: must be set together with EMBEDDING_URL'] : []),
    ...(dimensions === undefined ? ['EMBEDDING_DIMENSIONS: must be set together with EMBEDDING_URL'] : []),
  ])
}
