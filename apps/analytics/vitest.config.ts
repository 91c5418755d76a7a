import base from '@atoll/testing/vitest'
import { mergeConfig } from 'vitest/config'

export default mergeConfig(base, { test: { globalSetup: ['./test/shared-database.ts'] } })
