export { default } from '@atoll/testing/vitest'
