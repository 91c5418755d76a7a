export {
  createHealth,
  type Health,
  type HealthOptions,
  type HealthState,
  type Liveness,
  type Readiness,
} from './health.ts'
export type { DependencyStatus, Probe } from './probe-runner.ts'
