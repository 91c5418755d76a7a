import { expect, test } from 'vitest'
import { metricsReference } from '../../src/metrics/reference.ts'

test('the reference says what is declared; if it does not, "vitest run -u" writes it anew', async () => {
  await expect(metricsReference()).toMatchFileSnapshot('../../../../docs/reference/metrics.md')
})
