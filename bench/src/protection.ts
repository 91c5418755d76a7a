import { benchCost, benchLarge } from './protection/cost.ts'
import { benchFalsePositives } from './protection/false-positives.ts'

/** What looking through answers costs, and what is found on real data that is not there. */
export async function benchProtection(): Promise<void> {
  benchCost()
  benchLarge()
  benchFalsePositives()
}
