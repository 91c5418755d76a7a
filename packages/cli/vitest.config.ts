import shared from '@atoll/tooling/vitest'
import { mergeConfig } from 'vitest/config'

// Most tests start processes that start processes.
export default mergeConfig(shared, { test: { testTimeout: 90_000 } })
