import { hostname } from 'node:os'
import { z } from 'zod'
import { RetentionText } from './retention/retention.ts'

const UNITS = { kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 } as const
const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

/** What is read from the environment. */
export const AuditConfig = z.object({
  NODE_ENV: z.string().default('development'),
  /** Where the chain of records is written; without it they are lines on standard output alone. */
  AUDIT_DIR: z.string().optional(),
  /** Lines on standard output too; without a folder they are always written. */
  AUDIT_STDOUT: flag.optional(),
  /** Of this instance, the same after a restart; the host's name unless given. */
  AUDIT_WRITER: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be letters, digits, dots, hyphens and underscores')
    .default(() => hostname()),
  /** Signs checkpoints: PKCS #8 PEM, JWK or JWK Set. */
  AUDIT_SIGNING_KEY_FILE: z.string().optional(),
  AUDIT_ON_FAILURE: z.enum(['refuse', 'refuse-writes', 'continue']).default('refuse'),
  /** Answers wait for the disk, and not for the kernel alone. */
  AUDIT_FSYNC: flag.default(false),
  AUDIT_SEGMENT_SIZE: z
    .string()
    .regex(/^[1-9]\d*(kb|mb|gb)$/, 'must be a size such as 64mb')
    .default('64mb')
    .transform((text) => Number(text.slice(0, -2)) * UNITS[text.slice(-2) as keyof typeof UNITS]),
  AUDIT_RETENTION: RetentionText.optional(),
  /** Where records are also rows. */
  AUDIT_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** Where records are also log records: OTLP over gRPC. */
  AUDIT_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
})
export type AuditConfig = z.output<typeof AuditConfig>
