import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSigningKeys, type SigningKeys, signingKeysFile } from '@atoll/auth'
import { InvalidError } from '@atoll/errors'
import type { AuditConfig } from './config.ts'

/**
 * The keys that sign checkpoints: those of the file that configuration names, else those at hand; outside production a
 * missing file is made. Throws InvalidError where there are none.
 */
export function auditKeys(
  config: Pick<AuditConfig, 'NODE_ENV' | 'AUDIT_DIR' | 'AUDIT_SIGNING_KEY_FILE'>,
  atHand: SigningKeys | undefined,
): SigningKeys {
  const { AUDIT_SIGNING_KEY_FILE: named, AUDIT_DIR: folder = '' } = config
  if (named === undefined && atHand) return atHand
  if (config.NODE_ENV !== 'production') return signingKeysFile(named ?? join(folder, 'development-key.json'))
  if (named === undefined)
    throw new InvalidError('AUDIT_SIGNING_KEY_FILE must name the file with the key that signs the audit.')
  try {
    return readSigningKeys(readFileSync(named, 'utf8'))
  } catch (cause) {
    const why = cause instanceof TypeError ? cause.message : 'it cannot be read'
    throw new InvalidError(`AUDIT_SIGNING_KEY_FILE (${named}) is not usable: ${why}.`, { cause })
  }
}
