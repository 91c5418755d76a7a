export { default } from '@atoll/tooling/vitest'
