import { join } from 'node:path'
import type { Settings } from '../settings.ts'

/** Where a clone keeps the policy of its fleet, and the decisions it must make. */
export function policyFolder({ root }: Pick<Settings, 'root'>): string {
  return join(root, 'infra', 'policy')
}
