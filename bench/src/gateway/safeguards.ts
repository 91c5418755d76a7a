import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Site } from './site.ts'

const PROTECTION = fileURLToPath(new URL('../../../infra/protection/protection.yaml', import.meta.url))

/** Counts every call in each way there is, and refuses none. */
const LIMITS = {
  version: 1,
  limits: ['principal', 'tenant', 'tool', 'server'].map((per) => ({
    name: per,
    per: [per],
    rate: '100000000/min',
    day: 1_000_000_000,
  })),
  budgets: [{ name: 'tenants', per: 'tenant', month: 1_000_000_000 }],
  costs: { tools: { 'echo__*': 2 } },
}

/** What a bank would switch on besides the policy: a chained audit, limits and a budget, and rules for what leaves. */
export async function safeguards({ directory }: Site): Promise<Record<string, string>> {
  const limits = join(directory, 'limits.json')
  await writeFile(limits, JSON.stringify(LIMITS))
  return {
    AUDIT_DIR: join(directory, 'audit'),
    GATEWAY_LIMITS_FILE: limits,
    GATEWAY_PROTECTION_FILE: PROTECTION,
  }
}
