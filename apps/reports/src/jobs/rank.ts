import type { Priority } from '../model.ts'

const LEVELS: Readonly<Record<Priority, number>> = { low: 0, normal: 1, high: 2 }

/**
 * The place of a job in the queue, higher first, when `ahead` jobs of its tenant wait before it. Tenants take turns:
 * everybody's first waiting report comes before anybody's second, whatever its priority; that decides within a turn.
 */
export function rankOf(priority: Priority, ahead: number): number {
  return LEVELS[priority] - 3 * ahead
}
